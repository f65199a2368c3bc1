"""An undefined symbol that stands for a defined one."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.equations import EVERY_SIZE, Decision
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.rereading import proves
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.model import Answer, Verdict


def alias(judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str]) -> None:
    """An undefined symbol that, read as a defined one of the same rank, makes the value right."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    used = {
        n.name for node in judge.judge.graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Var)
    }
    strangers = {
        n.name: len(n.indices) for n in e.walk(value.expr) if isinstance(n, e.Var) and n.name not in used
    }
    left = judge.read.values[0]
    own = (
        {n.name for n in e.walk(left.expr) if isinstance(n, (e.Var, e.Ref))}
        if isinstance(left, Value)
        else set()
    )
    for stranger, rank in strangers.items():
        if stranger in own:
            continue
        for name, node in judge.judge.graph.nodes.items():
            if len(node.params) != rank:
                continue
            renamed = _read_as(value.expr, stranger, name)
            if proves(judge, at, mode, renamed):
                place = _symbol_place(judge, at, stranger)
                judgement.slips.append(("D406", f"{stranger} is not defined; {name} is meant", *place))
                _accept(judge, judgement, at, renamed)
                return


def _read_as(expr: e.Expr, stranger: str, name: str) -> e.Expr:
    """``expr`` with the undefined ``stranger`` read as the defined ``name``."""

    def change(part: e.Expr) -> e.Expr:
        return e.Ref(name, part.indices) if isinstance(part, e.Var) and part.name == stranger else part

    return e.mapped(expr, change)


def _symbol_place(judge: ChainJudge, at: int, name: str) -> tuple[int, int]:
    tree = judge.chain.parts[at].tree
    assert isinstance(tree, s.Syntax)
    names = judge.reader.environment.names
    for node in s.walk(tree):
        if isinstance(node, s.Symbol) and names.resolve(node).name == name:
            return node.start, node.end
    return tree.start, tree.end


def _accept(judge: ChainJudge, judgement: Judgement, at: int, expr: e.Expr) -> None:
    value = judge.read.values[at]
    assert isinstance(value, Value)
    judge.read.values[at] = replace(value, expr=expr)
    judgement.verdict = Verdict.HOLDS
    judgement.step = judgement.truth = Answer.PROVED
    judgement.decision = Decision(Answer.PROVED, EVERY_SIZE)
