"""One slip: every single edit that fits in float64, the likeliest kinds first, as far as it is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.algebra import budget
from gradcheck.algebra.components import TooComplex
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.families.brackets import bracket_edits
from gradcheck.documents.correcting.families.code_gradients import code_gradient_edits
from gradcheck.documents.correcting.families.conditions import condition_edits
from gradcheck.documents.correcting.families.factors import exchange_edits, factor_edits
from gradcheck.documents.correcting.families.functions import function_edits
from gradcheck.documents.correcting.families.implicit import implicit_edits
from gradcheck.documents.correcting.families.indices import index_edits
from gradcheck.documents.correcting.families.matrices import matrix_edits
from gradcheck.documents.correcting.families.sums import sum_edits
from gradcheck.documents.correcting.families.symbols import symbol_edits
from gradcheck.documents.correcting.families.unscaffolded import differentiated, textual_edits
from gradcheck.documents.correcting.fillings.additions import combined, factors, monomials, sums, terms
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.quantities import Quantities, powers
from gradcheck.documents.correcting.fillings.shapes import across, shapes
from gradcheck.documents.correcting.fillings.signs import signs
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.scaffold import Place
from gradcheck.documents.correcting.spots import is_differentiated, spots
from gradcheck.documents.correcting.taking_apart import scaffold
from gradcheck.documents.correcting.together import Renaming, both, exchanged, renamings, repeated
from gradcheck.documents.correcting.workbench import Reread, Workbench
from gradcheck.documents.reading import syntax as s

_WORK, _COMBINATIONS = 30_000_000, 5000
"""How many numbers may be computed for combinations, and how many combinations a place has."""
MOST = 5
"""How many corrections are offered for one claim."""
_AT_SMALL_SIZES = 1
"""How many edits that fit are tried at small sizes."""
_PROOFS = 24
"""How many edits that fit are tried to be proved."""


@dataclass(frozen=True)
class Found:
    """A proved edit, as it reads, with the scope of the proof."""

    edit: Edit
    reread: Reread
    scope: str


class OneSlip:
    """The search for the single edit that mends a claim."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.spots = list(spots(bench.tree, bench.meaning.names))
        self.offers = Offers(bench)
        self.scaffold = scaffold(bench, self.spots)
        self.quantities = Quantities(bench, self.scaffold, self.offers) if self.scaffold else None
        self.fitting: list[tuple[Edit, Reread]] = []
        self.seen: set[object] = set()
        self.scopes: dict[object, str | None] = {}

    @property
    def stages(self) -> tuple[Callable[[], None], ...]:
        """From the likeliest kinds of slips to the least likely."""
        return self._near, self._rearranged, self._added, self._combined

    def near_text(self) -> None:
        """Every symbol exchanged, by the text alone, where a derivative stays one."""
        if any(isinstance(n, s.Derivative) for n in s.walk(self.bench.tree)):
            inside = frozenset(
                id(n) for n in s.walk(self.bench.tree) if not is_differentiated(self.bench.tree, n)
            )
            self._try(symbol_edits(self.bench, self.offers, inside, indices=False))

    # -- stages ------------------------------------------------------------------------

    def _near(self) -> None:
        """Signs, numbers, indices, symbols of one shape, parts left out."""
        bench, q, found = self.bench, self.quantities, self.scaffold
        self._try(condition_edits(bench))
        self._try(matrix_edits(bench, self.spots))
        self._try(implicit_edits(bench, self.offers))
        self._try(code_gradient_edits(bench, self.offers))
        self._try(symbol_edits(bench, self.offers, self._covered))
        self._try(textual_edits(bench, self.spots if found is None else differentiated(bench)))
        if q is not None and found is not None:
            self._fill(self._near_fillings)
            self._try(repeated(found, self.renamings))

    def _near_fillings(self, place: Place) -> Iterator[Filling]:
        assert self.quantities is not None
        yield from signs(self.bench, place)
        yield from self.quantities.instead(place)
        yield from self.quantities.numbers(place)
        yield from shapes(self.bench, place, self.scaffold)

    def _rearranged(self) -> None:
        """Brackets, sums, functions, factors, terms, two things exchanged."""
        bench = self.bench
        self._try(bracket_edits(bench, self.spots))
        self._try(sum_edits(bench, self.spots, self.offers))
        self._try(function_edits(bench, self.spots))
        self._try(factor_edits(bench, self.spots, self.offers))
        if self.scaffold is not None:
            self._fill(self._rearranged_fillings)
            self._try(exchanged(bench, self.scaffold))
        self._try(index_edits(bench, self.spots))

    def _rearranged_fillings(self, place: Place) -> Iterator[Filling]:
        bench, q = self.bench, self.quantities
        assert q is not None
        yield from powers(bench, place)
        yield from across(bench, place)
        yield from sums(bench, q, place)
        yield from factors(bench, q, place, phrases=False)
        yield from terms(bench, q, place, phrases=False)

    def _added(self) -> None:
        """Whole phrases of the document instead, as a factor, as a term."""
        if self.scaffold is not None:
            self._fill(self._phrases)
        self._try(symbol_edits(self.bench, self.offers, frozenset()))
        if self.scaffold is None or self.bench.meaning.matrix_mode:
            self._try(exchange_edits(self.bench, self.spots))

    def _phrases(self, place: Place) -> Iterator[Filling]:
        bench, q = self.bench, self.quantities
        assert q is not None
        yield from q.phrased(place)
        yield from factors(bench, q, place, phrases=True)
        yield from terms(bench, q, place, phrases=True)

    def _combined(self) -> None:
        """A product or quotient of two quantities as a factor or a term."""
        found, q = self.scaffold, self.quantities
        if found is None or q is None:
            return
        work = 0
        for place in found.places:
            work += _COMBINATIONS * found.weight(place)
            if work > _WORK:
                break
            self._fill_place(place, [*combined(self.bench, q, place), *monomials(self.bench, q, place)])

    @cached_property
    def _covered(self) -> frozenset[int]:
        """The symbols that stand in places of their own, or name what such a place differentiates by."""
        found = self.scaffold
        nodes = [p.node for p in found.places if not p.rank] if found is not None else []
        symbols = [n for n in nodes if isinstance(n, s.Symbol) and self._is_offered(n)]
        for node in nodes:
            if isinstance(node, s.Derivative) and _name_of_loss(self.bench, node):
                symbols += [n for n in (node.of, *node.wrt) if isinstance(n, s.Symbol)]
        return frozenset(map(id, symbols))

    def _is_offered(self, node: s.Symbol) -> bool:
        """Whether a symbol is among those that are offered with every choice of indices."""
        return self.bench.meaning.names.resolve(node).name in self.offers.occurrences

    @cached_property
    def renamings(self) -> list[Renaming]:
        """Everything that may be renamed throughout."""
        if self.scaffold is None or self.quantities is None:
            return []
        return list(renamings(self.bench, self.scaffold, self.quantities))

    # -- trying ------------------------------------------------------------------------

    def _try(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self._keep(edit)

    def _fill(self, kinds: Callable[[Place], Iterator[Filling]], first: Edit | None = None) -> None:
        """Try the fillings of every place, perhaps after a ``first`` edit."""
        found = self.scaffold
        assert found is not None
        for place in found.places:
            self._fill_place(place, list(kinds(place)), first)

    def _fill_place(self, place: Place, tried: Sequence[Filling], first: Edit | None = None) -> None:
        for edit in self.fitting_edits(place, tried):
            self._keep(edit if first is None else both(first, edit))

    def fitting_edits(self, place: Place, tried: Sequence[Filling]) -> Iterator[Edit]:
        """The edits that write those fillings of a place that make the claim true at the trial point."""
        budget.check()
        if not tried or self.scaffold is None:
            return
        values = np.stack([f.values for f in tried], axis=-1)
        for k in np.flatnonzero(self.scaffold.fits(place, values)):
            edit = tried[int(k)].make()
            if edit is not None:
                yield edit

    def _keep(self, edit: Edit) -> None:
        if edit.pieces in self.seen:
            return
        budget.check()
        self.seen.add(edit.pieces)
        reread = self.bench.reread(edit)
        if reread is not None and self.bench.fits(reread) and not self.bench.is_circular(reread):
            self.fitting.append((edit, reread))

    def proved(self) -> list[Found]:
        """What fits so far and is proved, the likeliest first."""
        found: list[Found] = []
        seen: set[object] = set()
        for edit, reread in sorted(self.fitting, key=lambda pair: pair[0].cost)[:_PROOFS]:
            if reread.key in seen or len(found) == MOST:
                continue
            seen.add(reread.key)
            if reread.key not in self.scopes:
                try:
                    self.scopes[reread.key] = self.bench.proved(reread)
                except TooComplex:
                    break
            scope = self.scopes[reread.key]
            if scope is not None:
                found.append(Found(edit, reread, scope))
        return found

    def proved_at_small_sizes(self) -> list[Found]:
        """The first of what fits that SymPy proves at small sizes."""
        for edit, reread in sorted(self.fitting, key=lambda pair: pair[0].cost)[:_AT_SMALL_SIZES]:
            scope = self.bench.proved_at_small_sizes(reread)
            if scope is not None:
                return [Found(edit, reread, scope)]
        return []


def _name_of_loss(bench: Workbench, node: s.Derivative) -> bool:
    return isinstance(node.of, s.Symbol) and bench.meaning.names.resolve(node.of).name in bench.meaning.losses
