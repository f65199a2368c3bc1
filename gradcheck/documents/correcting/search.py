"""The search: the slips of one claim, stage by stage, until one that is proved is likely enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from gradcheck.algebra import budget
from gradcheck.algebra.components import TooComplex
from gradcheck.documents.correcting.one_slip import MOST, Found
from gradcheck.documents.correcting.two_slips import TwoSlips
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_ENOUGH = (1.35, 1.7, 2.4, 9.0, 9.0, 9.0)
"""Up to which cost a correction is good enough to look no further, stage by stage."""


def search(benches: Iterable[Workbench], seconds: float) -> list[Found]:
    """The proved corrections of one claim, the likeliest first; a bench for each way to read it.

    Where the every-size algebra proves none of those that fit, the likeliest are tried at small sizes.
    """
    searches: list[TwoSlips] = []
    with budget.limit(seconds), suppress(TooComplex):
        searches += map(TwoSlips, benches)
        _through_stages(searches)
    return _best(searches) or [f for one in searches for f in one.proved_at_small_sizes()][:1]


def _through_stages(searches: Sequence[TwoSlips]) -> None:
    for stage, enough in enumerate(_ENOUGH):
        for one in searches:
            one.stages[stage]()
            if any(f.edit.cost <= enough for f in one.proved()):
                return


def search_left(benches: Iterable[Workbench], seconds: float) -> list[Found]:
    """The proved corrections of the left side: what is differentiated, by what, at which indices."""
    searches: list[TwoSlips] = []
    with budget.limit(seconds), suppress(TooComplex):
        for bench in benches:
            if isinstance(bench.part.tree, s.Syntax):
                searches.append(TwoSlips(bench))
                searches[-1].near_text()
    return _best(searches)


def _best(searches: Sequence[TwoSlips]) -> list[Found]:
    found = [f for one in searches for f in one.proved()]
    by_key: dict[object, Found] = {}
    for one in sorted(found, key=lambda f: f.edit.cost):
        by_key.setdefault(one.edit.pieces, one)
    return list(by_key.values())[:MOST]
