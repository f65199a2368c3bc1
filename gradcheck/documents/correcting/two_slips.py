"""Two slips in one line: the same one throughout with another, a lost sign with another, any two."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, islice

from gradcheck.algebra import budget
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.families.brackets import bracket_edits
from gradcheck.documents.correcting.families.conditions import condition_edits
from gradcheck.documents.correcting.families.functions import function_edits
from gradcheck.documents.correcting.families.matrices import matrix_edits
from gradcheck.documents.correcting.families.sums import sum_edits
from gradcheck.documents.correcting.families.symbols import symbol_edits
from gradcheck.documents.correcting.families.unscaffolded import textual_edits
from gradcheck.documents.correcting.fillings.signs import signs
from gradcheck.documents.correcting.one_slip import OneSlip
from gradcheck.documents.correcting.together import both, pairs

_TERMS = 12
"""How many terms are tried with the other sign together with another slip inside them."""
_FIRSTS = 40
"""How many edits are each tried with a second one."""


class TwoSlips(OneSlip):
    """The search for one edit or two that mend a claim."""

    @property
    def stages(self) -> tuple[Callable[[], None], ...]:
        """From the likeliest kinds of slips to the least likely."""
        return self._near, self._rearranged, self._added, self._repeated, self._combined, self._two

    def _repeated(self) -> None:
        """A slip repeated throughout with another one, a lost sign with another slip."""
        found = self.scaffold
        if found is None:
            return
        for renaming in self.renamings:
            if renaming.gradient:
                with found.with_printed(renaming.values):
                    self._fill(self._near_fillings, renaming.edit)
        for place in [p for p in found.places if p.parent is None or p.spot.role == "term"][:_TERMS]:
            for sign in [f.make() for f in signs(self.bench, place)][:1]:
                with found.flipped(place):
                    for inner in found.places:
                        if sign is not None and (inner is place or place in inner.ancestors()):
                            tried = [*self._near_fillings(inner), *self._rearranged_fillings(inner)]
                            self._fill_place(inner, tried, sign)

    def _two(self) -> None:
        """Two slips in one line."""
        found = self.scaffold
        if found is not None:
            tried = [(p, [*self._near_fillings(p), *self._rearranged_fillings(p)]) for p in found.places]
            self._try(pairs(self.bench, found, tried))
        if not self.fitting:
            self._structural()
            self._textual_pairs()

    def _structural(self) -> None:
        """A slip in how the formula is built, and another one."""
        bench = self.bench
        kinds = (
            sum_edits(bench, self.spots, self.offers),
            bracket_edits(bench, self.spots),
            matrix_edits(bench, self.spots),
            condition_edits(bench),
            function_edits(bench, self.spots),
        )
        for first in (edit for kind in kinds for edit in islice(kind, _FIRSTS)):
            budget.check()
            after = bench.after(first)
            if after is not None and after.printed is not None:
                self._second(first, OneSlip(after))

    def _second(self, first: Edit, other: OneSlip) -> None:
        """Try the fillings of the formula after a first edit."""
        if other.scaffold is None:
            return
        for place in other.scaffold.places:
            tried = [*other._near_fillings(place), *other._rearranged_fillings(place)]
            for edit in other.fitting_edits(place, tried):
                self._keep(both(first, edit))

    def _textual_pairs(self) -> None:
        """Two changes of the text, where arrays cannot be filled in."""
        bench = self.bench
        if self.scaffold is not None and not bench.meaning.matrix_mode:
            return
        edits = [*sum_edits(bench, self.spots, self.offers), *matrix_edits(bench, self.spots)]
        edits += symbol_edits(bench, self.offers, frozenset())
        edits = sorted([*edits, *textual_edits(bench, self.spots)], key=lambda e: e.cost)[: 2 * _FIRSTS]
        for a, b in combinations(edits, 2):
            self._keep(both(a, b))
