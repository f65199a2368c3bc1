"""Errors that come from an earlier line: which one, and what it printed."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.rereading import proves
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.collect import Chain
from gradcheck.model import Answer, Verdict

History = list[tuple[Chain, list[Judgement]]]
"""Earlier chains with what was judged of them."""


def root_cause(chain: Chain, found: list[Judgement], at: int) -> tuple[int, int] | None:
    """The claim of the same chain where the error that reached this one entered."""
    for k in range(at - 1, 0, -1):
        if found[k - 1].verdict in (Verdict.WRONG, Verdict.CONVENTION):
            return chain.order, k
        if found[k - 1].cause is not None:
            return found[k - 1].cause
    return None


def inherited(
    judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str], history: History
) -> None:
    """Right if what an earlier line printed wrongly for a gradient were right."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    for cause, overrides in _printed_gradients(judge, history):
        algebra = judge.judge.overridden(overrides)
        lefts = (at - 1, 0) if at > 1 else (0,)
        if any(proves(judge, at, mode, value.expr, None, algebra, left) for left in lefts):
            judgement.verdict = Verdict.INHERITED
            judgement.step, judgement.cause = Answer.PROVED, cause
            judgement.message = "follows from an earlier wrong line"
            return


def _printed_gradients(
    judge: ChainJudge, history: History
) -> Iterator[tuple[tuple[int, int], dict[str, e.Expr]]]:
    """For each gradient that an earlier chain ends with wrongly: the claim at fault, and the formula."""
    latest: dict[str, tuple[tuple[int, int], e.Expr]] = {}
    first = judge.read.values[0]
    asked = (
        {n.node for n in e.walk(first.expr) if isinstance(n, e.Adjoint)} if isinstance(first, Value) else ()
    )
    for chain, found in history:
        if not found or chain is judge.chain or chain.section < judge.since:
            continue
        end = found[-1]
        if end.verdict not in (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION) or end.equation is None:
            continue
        left = judge.reader.environment.subjects.get(chain.order)
        if left is None or not (left.node in judge.judge.graph.nodes or left.node in asked):
            continue
        printed = _over_params(left, end.equation.right, judge.judge.graph)
        if printed is None:
            continue
        latest[left.node] = end.cause or (chain.order, len(found)), printed
    for node, (cause, printed) in latest.items():
        yield cause, {node: printed}
    if len(latest) > 1:
        last = next(reversed(latest.values()))[0]
        yield last, {node: printed for node, (_, printed) in latest.items()}


def _over_params(left: e.Adjoint, printed: e.Expr, graph: e.Graph) -> e.Expr | None:
    node = graph.nodes.get(left.node)
    params = node.params if node else tuple(f"@{k}" for k in range(len(left.indices)))
    names = [i for i in left.indices if isinstance(i, str)]
    if len(names) != len(params) or len(set(names)) < len(names):
        return None
    return e.rename(printed, dict(zip(names, params, strict=True)))
