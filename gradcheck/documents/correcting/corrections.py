"""The corrections of a document's claims, as they are reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.algebra import budget
from gradcheck.algebra.components import TooComplex
from gradcheck.documents.correcting.edits import Edit, Piece, merged, ordered
from gradcheck.documents.correcting.families.conditions import strict_edits
from gradcheck.documents.correcting.search import search, search_left
from gradcheck.documents.correcting.sizing import is_paired
from gradcheck.documents.correcting.slips import Slip, mended
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.judging.chain import MODES, ChainJudge
from gradcheck.documents.judging.chain_reading import has_partial
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import EVERY_SIZE
from gradcheck.documents.judging.judgements import Judged
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.reading.source import Source
from gradcheck.documents.reading.syntax import Syntax
from gradcheck.model import Answer, Correction, Verdict

CORRECTED = (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION)
"""The verdicts on a value that is not what it should be."""
TIME_LIMIT = 1.5
"""Seconds for one claim."""


@dataclass(frozen=True)
class Doubt:
    """A claim that may need a correction, with all that is needed to seek one."""

    judge: ChainJudge
    at: int
    mode: tuple[str, str]


def correct(source: Source, collected: Collected, judged: Sequence[Judged]) -> None:
    """Give each judgement whose value is wrong the corrections that are proved, and each slip its own."""
    spelling = Spelling(source)
    for item in judged:
        judgement, doubt = item.judgement, item.judgement.doubt
        if judgement.remedy is not None:
            piece = Piece(*judgement.remedy)
            words = f"`{spelling.between(piece.start, piece.end)}` should be `{piece.latex}`"
            found = _written(spelling, Edit((piece,), words, 1.0), EVERY_SIZE)
            judgement.mended = {slip: (found,) for slip in judgement.slips if found is not None}
        if not isinstance(doubt, Doubt):
            continue
        if judgement.code == "D303":
            judgement.corrections = _without_tie(spelling, collected, doubt)
        elif judgement.verdict in CORRECTED:
            judgement.corrections = corrections(spelling, collected, doubt)
        for slip in dict.fromkeys(judgement.slips):
            found = _mended(spelling, collected, doubt, slip)
            if found is not None:
                judgement.mended[slip] = (found,)


def _without_tie(spelling: Spelling, collected: Collected, doubt: Doubt) -> tuple[Correction, ...]:
    """The comparison that includes the tie at a kink made strict."""
    bench = Workbench(spelling, collected, doubt.judge, doubt.at, doubt.mode)
    if bench.printed is None:
        return ()
    for edit in strict_edits(bench):
        found = bench.reread(edit)
        if found is not None and bench.fits(found) and (scope := bench.proved(found)) is not None:
            written = _written(spelling, edit, scope)
            return (written,) if written is not None else ()
    return ()


def _mended(spelling: Spelling, collected: Collected, doubt: Doubt, slip: Slip) -> Correction | None:
    """The correction of one slip, on whichever side of the claim it stands."""
    chain = doubt.judge.chain
    sides = [
        k for k in (doubt.at, 0) if chain.parts[k].start <= slip[2] < max(chain.parts[k].end, slip[2] + 1)
    ]
    for side in sides:
        if not isinstance(chain.parts[side].tree, Syntax):
            continue
        bench = Workbench(spelling, collected, doubt.judge, doubt.at, doubt.mode, side)
        with budget.limit(TIME_LIMIT):
            try:
                found = mended(bench, slip)
            except TooComplex:
                return None
        if found is not None:
            return _written(spelling, *found)
    return None


def corrections(spelling: Spelling, collected: Collected, doubt: Doubt) -> tuple[Correction, ...]:
    """The proved corrections of one claim, the likeliest first."""
    judge, modes = _informed(doubt), _modes(doubt)
    benches = (Workbench(spelling, collected, judge, doubt.at, mode) for mode in modes)
    found = search(benches, TIME_LIMIT)
    if not found and doubt.at == 1:
        lefts = (Workbench(spelling, collected, judge, doubt.at, mode, 0) for mode in modes)
        found = search_left(lefts, TIME_LIMIT / 4)
    written = [_written(spelling, one.edit, one.scope) for one in found]
    return tuple(c for c in written if c is not None)


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
    """The way the chain was read, and the others that leave no more of it wrong."""
    values = doubt.judge.read.values
    if not (has_partial(values[0]) or has_partial(values[doubt.at])):
        return [doubt.mode]
    kept = [list(slips) for slips in doubt.judge.read.slips]
    wrong = {m: sum(j.truth is not Answer.PROVED for j in doubt.judge.answers(m)) for m in MODES}
    doubt.judge.read.slips = kept
    return [doubt.mode, *(m for m in MODES if m != doubt.mode and wrong[m] <= wrong[doubt.mode])]


def _written(spelling: Spelling, edit: Edit, scope: str) -> Correction | None:
    """The correction as changes of the file; None if a ``\\left`` would lose its ``\\right``."""
    pieces = merged(ordered(map(spelling.sized, edit.pieces)))
    region = spelling.region(pieces[0].start)
    if is_paired(region.text) and not is_paired(spelling.changed(pieces)):
        return None
    return Correction(edit.words, tuple(map(spelling.change, pieces)), True, scope)
