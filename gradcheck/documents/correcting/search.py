"""The search: every edit that fits in float64, the likeliest kinds first, as far as it is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.families.brackets import bracket_edits
from gradcheck.documents.correcting.families.conditions import condition_edits
from gradcheck.documents.correcting.families.functions import function_edits
from gradcheck.documents.correcting.families.indices import index_edits
from gradcheck.documents.correcting.families.matrices import matrix_edits
from gradcheck.documents.correcting.families.sums import sum_edits
from gradcheck.documents.correcting.fillings.additions import factors, sums, terms
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.quantities import Quantities
from gradcheck.documents.correcting.fillings.shapes import shapes
from gradcheck.documents.correcting.fillings.signs import signs
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.scaffold import Place, Scaffold, scaffold
from gradcheck.documents.correcting.spots import spots
from gradcheck.documents.correcting.workbench import Reread, Workbench

MOST = 5
"""How many corrections are offered for one claim."""
_PROOFS = 24
"""How many edits that fit are tried to be proved."""


@dataclass(frozen=True)
class Found:
    """A proved edit, as it reads, with the scope of the proof."""

    edit: Edit
    reread: Reread
    scope: str


class Search:
    """The search for one claim."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.spots = list(spots(bench.tree, bench.meaning.names))
        self.offers = Offers(bench)
        self.scaffold = scaffold(bench, self.spots)
        self.quantities = Quantities(bench, self.scaffold, self.offers) if self.scaffold else None
        self.fitting: list[tuple[Edit, Reread]] = []
        self.seen: set[object] = set()

    def found(self) -> list[Found]:
        """The proved corrections, the likeliest first; likelier kinds of slips are tried before others."""
        for stage in (self._near, self._rearranged, self._added):
            stage()
            proved = self._proved()
            if proved:
                return proved
        return []

    # -- stages ------------------------------------------------------------------------

    def _near(self) -> None:
        """Signs, numbers, indices, symbols of one shape, parts left out."""
        bench, q = self.bench, self.quantities
        self._try(condition_edits(bench))
        self._try(matrix_edits(bench, self.spots))
        if q is not None and (scaffolded := self.scaffold) is not None:
            self._fill(
                lambda p: signs(bench, p), q.instead, q.numbers, lambda p: shapes(bench, scaffolded, p)
            )

    def _rearranged(self) -> None:
        """Brackets, sums, functions, factors."""
        bench, q = self.bench, self.quantities
        self._try(bracket_edits(bench, self.spots))
        self._try(sum_edits(bench, self.spots, self.offers))
        self._try(function_edits(bench, self.spots))
        if q is not None:
            self._fill(
                q.powers,
                lambda p: sums(bench, q, p),
                lambda p: factors(bench, q, p, False),
                lambda p: terms(bench, q, p, False),
            )
        self._try(index_edits(bench, self.spots))

    def _added(self) -> None:
        """Whole phrases of the document instead, as a factor, as a term."""
        bench, q = self.bench, self.quantities
        if q is not None:
            self._fill(q.phrased, lambda p: factors(bench, q, p, True), lambda p: terms(bench, q, p, True))

    # -- trying ------------------------------------------------------------------------

    def _try(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self._keep(edit)

    def _fill(self, *kinds: Callable[[Place], Iterator[Filling]]) -> None:
        """Try the fillings of every place at once."""
        found = self.scaffold
        assert isinstance(found, Scaffold)
        for place in found.places:
            tried = [f for kind in kinds for f in kind(place)]
            if not tried:
                continue
            values = np.stack([f.values for f in tried], axis=-1)
            for k in np.flatnonzero(found.fits(place, values)):
                edit = tried[k].make()
                if edit is not None:
                    self._keep(edit)

    def _keep(self, edit: Edit) -> None:
        if edit.pieces in self.seen:
            return
        self.seen.add(edit.pieces)
        reread = self.bench.reread(edit)
        if reread is not None and self.bench.fits(reread):
            self.fitting.append((edit, reread))

    def _proved(self) -> list[Found]:
        found: list[Found] = []
        seen: set[object] = set()
        for edit, reread in sorted(self.fitting, key=lambda pair: pair[0].cost)[:_PROOFS]:
            if reread.key in seen or len(found) == MOST:
                continue
            seen.add(reread.key)
            scope = self.bench.proved(reread)
            if scope is not None:
                found.append(Found(edit, reread, scope))
        return found


def search(bench: Workbench) -> list[Found]:
    """The proved corrections of one claim, the likeliest first."""
    return Search(bench).found() if bench.printed is not None else []
