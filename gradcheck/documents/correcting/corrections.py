"""The corrections of a document's claims, as they are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.algebra import budget
from gradcheck.documents.correcting.edits import merged, ordered
from gradcheck.documents.correcting.search import Found, search
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.judgements import Judged
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.reading.source import Source
from gradcheck.model import Correction, Verdict

CORRECTED = (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION)
"""The verdicts on a value that is not what it should be."""
TIME_LIMIT = 1.5
"""Seconds for one claim."""


@dataclass(frozen=True)
class Doubt:
    """A claim whose value is wrong, with all that is needed to seek what it should be."""

    judge: ChainJudge
    at: int
    mode: tuple[str, str]


def correct(source: Source, collected: Collected, judged: Sequence[Judged]) -> None:
    """Give each judgement whose value is wrong the corrections that are proved."""
    spelling = Spelling(source)
    for item in judged:
        doubt = item.judgement.doubt
        if isinstance(doubt, Doubt) and item.judgement.verdict in CORRECTED:
            item.judgement.corrections = corrections(spelling, collected, doubt)


def corrections(spelling: Spelling, collected: Collected, doubt: Doubt) -> tuple[Correction, ...]:
    """The proved corrections of one claim, the likeliest first."""
    bench = Workbench(spelling, collected, doubt.judge, doubt.at, doubt.mode)
    with budget.limit(TIME_LIMIT):
        found = search(bench)
    return tuple(_written(spelling, one) for one in found)


def _written(spelling: Spelling, found: Found) -> Correction:
    changes = tuple(map(spelling.change, merged(ordered(found.edit.pieces))))
    return Correction(found.edit.words, changes, True, found.scope)
