"""Conventions of a whole document: readings that make wrong lines right and no right line wrong.

A factor of 2 or 1/m more or less, a gradient laid out the other way: a single line cannot tell
such a reading from a mistake. It is the reading that was meant if every line agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.algebra import budget
from gradcheck.documents.judging.common_readings import (
    Case,
    Reading,
    is_right_under,
    may_be_right_under,
    readings_of,
)
from gradcheck.documents.judging.rereading import agree
from gradcheck.model import Answer, Verdict

_LEAST = {"D309": 2}
"""How many chains must need a reading: one line without the 2 of a square is as likely a mistake."""
_BY_ITSELF = frozenset(["D303", "D305"])
"""Conventions of one formula, each to be stated or changed by itself."""


def name_conventions(cases: list[Case]) -> None:
    """Conventions of the whole document; each reading is one finding, at the first claim that needs it."""
    for reading, claims in sorted(_needed(cases).items(), key=lambda item: -len(item[1])):
        wrong = [(c, at) for c, at in claims if c.found[at - 1].verdict is Verdict.WRONG]
        chains = {c.judge.chain.order for c, _ in claims}
        enough = len(chains) >= _LEAST.get(reading.code, 1)
        if wrong and enough and not _is_contradicted(reading, cases):
            for case, at in wrong:
                agree(case.found[at - 1], reading.code, reading.message, reading.repair)
    _say_once(cases)


def _needed(cases: Iterable[Case]) -> dict[Reading, list[tuple[Case, int]]]:
    """The wrong claims that each reading makes right."""
    needed: dict[Reading, list[tuple[Case, int]]] = {}
    for case in cases:
        for at, judgement in enumerate(case.found, 1):
            if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED):
                for reading in _right_readings(case, at):
                    needed.setdefault(reading, []).append((case, at))
    return needed


def _right_readings(case: Case, at: int) -> list[Reading]:
    """The readings that make a claim right, as far as the time allowed for one claim reaches."""
    with budget.limit(case.judge.judge.timeout):
        return [reading for reading in readings_of(case) if is_right_under(reading, case, at)]


def _is_contradicted(reading: Reading, cases: Iterable[Case]) -> bool:
    """Whether some claim is right as the document stands, and not under the other reading."""
    return any(
        judgement.truth is Answer.PROVED and not may_be_right_under(reading, case, at)
        for case in cases
        if reading.meaning == id(case.judge.meaning)
        for at, judgement in enumerate(case.found, 1)
        if judgement.verdict is not Verdict.DEFINITION
    )


def _say_once(cases: Iterable[Case]) -> None:
    """Let every later claim that needs the same reading name the first one as its cause."""
    first: dict[tuple[str | None, str], tuple[int, int]] = {}
    for case in cases:
        for at, judgement in enumerate(case.found, 1):
            if judgement.verdict is Verdict.CONVENTION and judgement.code not in _BY_ITSELF:
                place = case.judge.chain.order, at
                root = first.setdefault((judgement.code, judgement.message), place)
                judgement.cause = root if root != place else None
