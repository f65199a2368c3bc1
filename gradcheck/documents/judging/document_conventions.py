"""Conventions of a whole document: readings that make wrong lines right and no right line wrong.

A factor of 2 or 1/m more or less, a gradient laid out the other way: a single line cannot tell
such a reading from a mistake. It is the reading that was meant if every line agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.layouts import gradients_in, laid_out
from gradcheck.documents.judging.rereading import agree
from gradcheck.documents.meaning.layout import Layout
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.model import Answer, Verdict

Mode = tuple[str, str]
_LEAST = {"D309": 2}
"""How many chains must need a reading: one line without the 2 of a square is as likely a mistake."""
_BY_ITSELF = frozenset(["D303", "D305"])
"""Conventions of one formula, each to be stated or changed by itself."""
_TRANSPOSE = "transpose the right side, or say which layout is meant"


@dataclass
class Case:
    """One judged chain."""

    judge: ChainJudge
    found: list[Judgement]
    mode: Mode


@dataclass(frozen=True)
class Reading:
    """One way to read the whole document otherwise; the same one has the same ``key``.

    ``least`` is how many chains have to need it before it is believed.
    """

    key: tuple[int, str, str]
    code: str
    message: str
    repair: str
    least: int
    loss: str = ""
    layout: Layout | None = None


def name_conventions(cases: list[Case]) -> None:
    """Conventions of the whole document; each reading is one finding, at the first claim that needs it."""
    _find_common_readings(cases)
    first: dict[tuple[str, str], tuple[int, int]] = {}
    for case in cases:
        for at, judgement in enumerate(case.found, 1):
            if judgement.verdict is Verdict.CONVENTION and judgement.code not in _BY_ITSELF:
                place = case.judge.chain.order, at
                root = first.setdefault((judgement.code or "", judgement.message), place)
                judgement.cause = root if root != place else None


def _find_common_readings(cases: list[Case]) -> None:
    """Turn wrong claims into conventions where one other reading makes all of the document right."""
    needed: dict[Reading, list[tuple[Case, int]]] = {}
    for case in cases:
        for at, judgement in enumerate(case.found, 1):
            if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED):
                for reading in _readings(case):
                    if _right_under(reading, case, at):
                        needed.setdefault(reading, []).append((case, at))
    for reading, claims in sorted(needed.items(), key=lambda item: -len(item[1])):
        wrong = [(c, at) for c, at in claims if c.found[at - 1].verdict is Verdict.WRONG]
        chains = {c.judge.chain.order for c, _ in claims}
        if wrong and len(chains) >= reading.least and not _contradicted(reading, cases):
            for case, at in wrong:
                agree(case.found[at - 1], reading.code, reading.message, reading.repair)


# -- the readings of one claim ---------------------------------------------------------


def _readings(case: Case) -> Iterator[Reading]:
    bench, meaning = case.judge.judge, id(case.judge.meaning)
    for loss in _losses(case):
        for other in bench.other_losses(loss):
            key = (meaning, other.code, other.message)
            yield Reading(key, other.code, other.message, other.repair, _LEAST.get(other.code, 1), loss)
    for layout in gradients_in(case.judge.read.values[0]):
        yield Reading((meaning, "D308", layout.name), "D308", layout.value, _TRANSPOSE, 1, layout=layout)


def _losses(case: Case) -> list[str]:
    """What is differentiated on the left of a chain."""
    left = case.judge.read.values[0]
    if not isinstance(left, Value):
        return []
    names = [n.loss for n in e.walk(left.expr) if isinstance(n, e.Adjoint)]
    bodies = [n.body for n in e.walk(left.expr) if isinstance(n, e.Partial)]
    return list(dict.fromkeys([*names, *(b.name for b in bodies if isinstance(b, e.Ref))]))


def _right_under(reading: Reading, case: Case, at: int) -> bool:
    bench, equations = _reread(reading, case, at)
    return bool(equations) and all(map(bench.plausible, equations)) and all(bench.holds(q) for q in equations)


def _contradicted(reading: Reading, cases: list[Case]) -> bool:
    """Whether some claim is right as the document stands, and not under the other reading."""
    for case in cases:
        if reading.key[0] != id(case.judge.meaning):
            continue
        for at, judgement in enumerate(case.found, 1):
            if judgement.truth is Answer.PROVED and judgement.verdict is not Verdict.DEFINITION:
                bench, equations = _reread(reading, case, at)
                if not equations or not all(map(bench.plausible, equations)):
                    return True
    return False


def _reread(reading: Reading, case: Case, at: int) -> tuple[Judge, list[Equation]]:
    """The judge under a reading and the equations of a claim; none if it cannot be read so."""
    judge = case.judge
    bench = judge.judge
    if reading.layout is not None:
        judge = laid_out(judge, reading.layout)
    else:
        same = (j for o, j in bench.other_losses(reading.loss).items() if o.message == reading.message)
        bench = next(same, bench)
    found = judge.equations(0, at, case.mode)
    return bench, [] if isinstance(found, Refusal) else found
