"""The corrections of a document's claims, as they are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.algebra import budget
from gradcheck.documents.correcting.edits import merged, ordered
from gradcheck.documents.correcting.search import Found, search
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.judging.chain import MODES, ChainJudge
from gradcheck.documents.judging.chain_reading import has_partial
from gradcheck.documents.judging.deciding import Judge
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
    judge = _informed(doubt)
    benches = [Workbench(spelling, collected, judge, doubt.at, mode) for mode in _modes(doubt)]
    with budget.limit(TIME_LIMIT):
        found = search(benches)
    return tuple(_written(spelling, one) for one in found)


def _informed(doubt: Doubt) -> ChainJudge:
    """The judge of the claim, knowing all sums of one that the document states or its prose speaks of."""
    judge, environment = doubt.judge.judge, doubt.judge.reader.environment
    names = set(environment.normalised) & set(judge.graph.leaves)
    if environment.says_normalised:
        equations = doubt.judge.equations(0, doubt.at, doubt.mode)
        for equation in equations if isinstance(equations, list) else ():
            names |= {n for n, sizes in judge.graph.leaves.items() if sizes and judge.sums(equation, n)}
    if names <= judge.normalised:
        return doubt.judge
    known = judge.normalised | names
    informed = Judge(judge.graph, judge.engines, judge.seed, judge.timeout, frozenset(known))
    return ChainJudge(doubt.judge.reader, informed, doubt.judge.read)


def _modes(doubt: Doubt) -> list[tuple[str, str]]:
    """The way the chain was read, and the others that a derivative between symbols allows."""
    values = doubt.judge.read.values
    if not (has_partial(values[0]) or has_partial(values[doubt.at])):
        return [doubt.mode]
    return [doubt.mode, *(m for m in MODES if m != doubt.mode)]


def _written(spelling: Spelling, found: Found) -> Correction:
    changes = tuple(map(spelling.change, merged(ordered(found.edit.pieces))))
    return Correction(found.edit.words, changes, True, found.scope)
