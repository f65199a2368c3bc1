"""Readings that a document may need as a whole: a loss at another scale, derivatives in another layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import MODES, ChainJudge
from gradcheck.documents.judging.chain_reading import has_partial
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.layouts import gradients_in, laid_out
from gradcheck.documents.judging.loss_scales import OtherLoss
from gradcheck.documents.judging.normalising import normalisations
from gradcheck.documents.meaning.layout import Layout
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.tokens import Refusal

Mode = tuple[str, str]


@dataclass
class Case:
    """One judged chain."""

    judge: ChainJudge
    found: list[Judgement]
    mode: Mode


@dataclass(frozen=True)
class Reading:
    """One loss, or every derivative of one kind, read otherwise under one meaning of the symbols."""

    meaning: int
    loss: str
    other: OtherLoss | Layout

    @property
    def code(self) -> str:
        """The code of the finding."""
        return "D308" if isinstance(self.other, Layout) else self.other.code

    @property
    def message(self) -> str:
        """What is said of a line that needs this reading."""
        return self.other.value if isinstance(self.other, Layout) else self.other.message

    @property
    def repair(self) -> str:
        """What to change."""
        transpose = "transpose the right side, or say which layout is meant"
        return transpose if isinstance(self.other, Layout) else self.other.repair


def readings_of(case: Case) -> Iterator[Reading]:
    """The readings that can matter to a chain."""
    bench, meaning = case.judge.judge, id(case.judge.meaning)
    for loss in _losses(case):
        yield from (Reading(meaning, loss, other) for other in bench.other_losses(loss))
    yield from (Reading(meaning, "", layout) for layout in gradients_in(case.judge.read.values[0]))


def _losses(case: Case) -> list[str]:
    """What is differentiated on the left of a chain."""
    left = case.judge.read.values[0]
    if not isinstance(left, Value):
        return []
    names = [n.loss for n in e.walk(left.expr) if isinstance(n, e.Adjoint)]
    bodies = [n.body for n in e.walk(left.expr) if isinstance(n, e.Partial)]
    return list(dict.fromkeys([*names, *(b.name for b in bodies if isinstance(b, e.Ref))]))


def is_right_under(reading: Reading, case: Case, at: int) -> bool:
    """Whether a claim is proved under a reading, its derivatives read as local or as total."""
    says_normalised = case.judge.reader.environment.says_normalised
    for mode in MODES if any(map(has_partial, case.judge.read.values)) else MODES[:1]:
        bench, equations = _reread(reading, case, at, mode)
        if equations and all(map(bench.plausible, equations)) and all(map(bench.holds, equations)):
            return True
        if says_normalised and any(normalisations(bench, equations)):
            return True
    return False


def may_be_right_under(reading: Reading, case: Case, at: int) -> bool:
    """Whether float64 does not contradict a claim under a reading."""
    bench, equations = _reread(reading, case, at, case.mode)
    return bool(equations) and all(map(bench.plausible, equations))


def _reread(reading: Reading, case: Case, at: int, mode: Mode) -> tuple[Judge, list[Equation]]:
    """The judge under a reading and the equations of a claim; none if it cannot be read so."""
    judge, bench = case.judge, case.judge.judge
    if isinstance(reading.other, Layout):
        judge = laid_out(judge, reading.other)
    else:
        bench = bench.other_losses(reading.loss)[reading.other]
    found = judge.equations(0, at, mode)
    return bench, [] if isinstance(found, Refusal) else found
