"""Readings that a document does not state: the other variance, another gradient, a sum of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.normalising import normalisations
from gradcheck.documents.judging.rereading import agree, proves
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.symbols.environment import Environment
from gradcheck.model import Verdict


def convention(
    judge: ChainJudge,
    judgement: Judgement,
    at: int,
    mode: tuple[str, str],
    environment: Environment,
) -> None:
    """Right as a whole under a reading that the document does not state."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    if judgement.verdict is not Verdict.INHERITED:
        for node, other, words in judge.judge.other_variances:
            if proves(judge, at, mode, value.expr, other):
                agree(
                    judgement,
                    "D301",
                    f"right if {node} is defined with {words}; the document defines it otherwise",
                    f"define {node} with {words}, or use the document's own divisor here",
                )
                return
    for printed, meant, renamed in _swapped_upstreams(judge, value):
        if proves(judge, at, mode, renamed):
            if judgement.verdict is Verdict.INHERITED:
                return
            agree(
                judgement,
                "D302",
                f"right if {printed} stands for {meant}; as printed a factor is counted twice or missing",
                f"write {meant} for {printed}",
            )
            return
    equations = judge.equations(0, at, mode)
    for name in normalisations(judge.judge, equations) if isinstance(equations, list) else ():
        if environment.says_normalised:
            environment.normalised.add(name)
        else:
            words = f"right only if the entries of {name} sum to 1, which the document does not say"
            agree(judgement, "D304", words, f"state that the entries of {name} sum to 1")
        return


def _swapped_upstreams(judge: ChainJudge, value: Value) -> Iterator[tuple[str, str, e.Expr]]:
    """``dL/dx̂`` read as the gradient of another node of the same shape, everywhere in the line."""
    graph = judge.judge.graph
    left = judge.read.values[0]
    subject = (
        {n.node for n in e.walk(left.expr) if isinstance(n, e.Adjoint)} if isinstance(left, Value) else set()
    )
    printed = {(n.loss, n.node) for n in e.walk(value.expr) if isinstance(n, e.Adjoint)}
    for loss, node in sorted(printed):
        for root in graph.roots.get(loss, ()):
            if root == node or node in subject or (loss, root) in printed:
                continue
            if node not in graph.nodes or graph.sizes(root) != graph.sizes(node):
                continue
            yield f"d{loss}/d{node}", f"d{loss}/d{root}", _swapped(value.expr, node, root)


def _swapped(expr: e.Expr, node: str, other: str) -> e.Expr:
    """``expr`` with every gradient of ``node`` replaced by that of ``other``."""

    def change(part: e.Expr) -> e.Expr:
        found = isinstance(part, e.Adjoint) and part.node == node
        return replace(part, node=other) if found and isinstance(part, e.Adjoint) else part

    return e.mapped(expr, change)


def symmetric(judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str]) -> None:
    """Right if an input that the prose calls symmetric is."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    for name, other in judge.judge.symmetrised:
        if proves(judge, at, mode, value.expr, other):
            agree(
                judgement,
                "D306",
                f"right only if {name} is symmetric",
                f"say here that {name} is symmetric, or write {name} + its transpose for twice {name}",
            )
            return


def losses_meant(judge: ChainJudge, at: int, mode: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """``∂f/∂b`` of the output f on the left, where the loss's gradient ∂L/∂b is given."""
    left, right = judge.read.values[0], judge.read.values[at]
    if not isinstance(left, Value) or not isinstance(right, Value) or not isinstance(left.expr, e.Partial):
        return
    partial = left.expr
    if not isinstance(partial.body, e.Ref):
        return
    for loss, roots in judge.judge.graph.roots.items():
        if partial.body.name in roots:
            meant = replace(
                left,
                expr=e.Adjoint(loss, partial.wrt, partial.indices),
                axes=left.axes[left.outer :],
                outer=0,
            )
            judge.read.values[0] = meant
            try:
                proved = proves(judge, at, mode, right.expr)
            finally:
                judge.read.values[0] = left
            if proved:
                words = f"d{loss}/d{partial.wrt}"
                yield f"right if {words} is meant on the left", f"write {words} on the left"
