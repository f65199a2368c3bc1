"""Would a relation be right if it were read otherwise? The algebra has to prove it."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.algebra.lowering import Algebra
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.model import Verdict


def proves(
    judge: ChainJudge, at: int, mode: tuple[str, str], expr: e.Expr, other: Judge | None = None,
    overrides: Algebra | None = None, left: int = 0,
) -> bool:  # fmt: skip
    """Whether the value is right with part ``at`` replaced by ``expr``, or under another judge."""
    bench = other or judge.judge
    saved = judge.read.values[at]
    assert isinstance(saved, Value)
    judge.read.values[at] = replace(saved, expr=expr)
    try:
        equations = judge.equations(left, at, mode)
        if isinstance(equations, Refusal):
            return False
        if overrides is None and not all(map(bench.plausible, equations)):
            return False
        return all(bench.holds(q, overrides) for q in equations)
    finally:
        judge.read.values[at] = saved


def agree(judgement: Judgement, code: str, message: str, repair: str = "") -> None:
    """Make it a convention; ``repair`` says what to change."""
    judgement.verdict, judgement.code, judgement.message = Verdict.CONVENTION, code, message
    if repair:
        judgement.notes.append(f"to repair: {repair}")
