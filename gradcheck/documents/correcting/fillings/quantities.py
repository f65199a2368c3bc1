"""Another quantity, number or power in a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.documents.correcting import writing
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.offers import Offer, Offers
from gradcheck.documents.correcting.scaffold import Place, Scaffold
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_NUMBERS = tuple(Fraction(n) for n in (0, 1, 2, 3, 4, 5, 6, -1, -2, -3)) + tuple(
    Fraction(a, b) for a, b in ((1, 2), (1, 3), (1, 4), (2, 3), (3, 2), (-1, 2), (-3, 2), (5, 2), (-5, 2))
)
_POWERS = tuple(Fraction(p, 2) for p in (-5, -4, -3, -2, -1, 1, 3, 4, 5, 6))
_COST_OF_POWER = {Fraction(2): 1.2, Fraction(1, 2): 1.2, Fraction(-1): 1.4, Fraction(-1, 2): 1.4}
_ACCENT = ("\\hat{", "\\tilde{", "\\bar{", "\\widehat{", "\\mathbf{")


class Quantities:
    """The quantities of the document as arrays, place by place."""

    def __init__(self, bench: Workbench, found: Scaffold, offers: Offers) -> None:
        self.bench, self.found, self.offers = bench, found, offers

    def symbols(self, place: Place) -> list[tuple[Offer, Array]]:
        return self.found.offered(place, self.offers.symbols(place.scope))

    def derivatives(self, place: Place) -> list[tuple[Offer, Array]]:
        return self.found.offered(place, self.offers.derivatives(place.scope))

    def phrases(self, place: Place) -> list[tuple[Offer, Array]]:
        return self.found.offered(place, self.offers.phrases)

    def scalars(self, place: Place) -> list[tuple[str, Array]]:
        """The numbers of the document that an array may be multiplied with."""
        offers = [*self.offers.symbols(place.scope), *self.offers.phrases]
        return [(o.latex, q) for o, q in self.found.offered(place, offers, scalar=True)]

    def partials(self, place: Place) -> list[tuple[Offer, Array]]:
        """Every derivative that is printed nearby."""
        return self.found.offered(place, [o for o in self.offers.phrases if isinstance(o.tree, s.Derivative)])

    def sizes(self, place: Place) -> Iterator[tuple[str, float]]:
        """Each size of the document, one less, one more."""
        for name, latex in self.offers.sizes.items():
            length = self.found.world.setting.sizes.get(name)
            if length is not None:
                yield latex, float(length)
                yield f"{latex} - 1", length - 1.0
                yield f"{latex} + 1", length + 1.0

    # -- fillings ----------------------------------------------------------------------

    def instead(self, place: Place) -> Iterator[Filling]:
        """Another symbol or gradient."""
        if place.parent is None and not isinstance(place.node, (s.Symbol, s.Derivative, s.Number)):
            return
        for offer, values in self.symbols(place) + self.derivatives(place):
            yield self._replacing(place, offer, values, self._cost(place, offer))

    def phrased(self, place: Place) -> Iterator[Filling]:
        """A phrase from the formulas nearby."""
        text = self.bench.text(place.node)
        for offer, values in self.phrases(place):
            cost = 1.7 if _is_close(text, offer.latex) else 5.0 if place.parent is None else 1.9
            yield self._replacing(place, offer, values, cost)

    def _replacing(self, place: Place, offer: Offer, values: Array, cost: float) -> Filling:
        return Filling(values, cost, lambda: writing.replaced(self.bench, place.spot, offer.latex, cost))

    def _cost(self, place: Place, offer: Offer) -> float:
        """How far an offer is from what is printed: another index is nearer than another symbol."""
        if offer.kind == "derivative" and not self.bench.is_downstream(offer.name):
            return 0.6 + self._nearness(place, offer)
        return self._nearness(place, offer)

    def _nearness(self, place: Place, offer: Offer) -> float:
        node, names = place.node, self.bench.meaning.names
        if isinstance(node, s.Symbol):
            own = names.resolve(node)
            if offer.kind == "derivative":
                return 1.6 if offer.name == own.name else 2.0
            if own.name == offer.name:
                return 1.0
            return 1.05 if _bare(own.name) == _bare(offer.name) else 1.2
        if isinstance(node, s.Derivative):
            wrt = node.wrt[0] if node.wrt else None
            if offer.kind != "derivative" or not isinstance(wrt, s.Symbol):
                return 1.9
            return 1.0 if names.resolve(wrt).name == offer.name else 1.1
        if isinstance(node, s.Number):
            return 1.6
        if isinstance(node, s.Total) and offer.kind == "symbol" and self._stands_for(offer.name, node):
            return 1.3
        return 1.8 if place.spot.role in ("item", "base", "factor") else 2.2

    def _stands_for(self, name: str, node: s.Total) -> bool:
        """Whether a symbol is defined by all the quantities of a sum, as ``x̂`` is by ``x − μ``."""
        definition = self.bench.bench.graph.nodes.get(name)
        if definition is None:
            return False
        used = {n.name for n in e.walk(definition.body) if isinstance(n, (e.Var, e.Ref))}
        resolve = self.bench.meaning.names.resolve
        own = {resolve(t).name for _, t in node.terms if isinstance(t, s.Symbol)}
        return len(own) == len(node.terms) and own <= used

    def numbers(self, place: Place) -> Iterator[Filling]:
        """Another number or size where a number, a size or an exponent stands."""
        node = place.node
        sized = isinstance(node, s.Symbol) and node.name in self.bench.meaning.sizes.named
        exponent = place.spot.role == "exponent"
        if place.parent is None and self.found.vanishes and not place.rank:
            yield Filling(0 * place.printed, 1.2, _as_number(self.bench, place, Fraction(0), 1.2))
        if place.rank or not (isinstance(node, s.Number) or sized or exponent or _is_size_less_one(node)):
            return
        flat = np.ones(place.lengths)
        for value in _NUMBERS:
            likely = place.spot.role == "value" or (place.parent is None and self.found.vanishes)
            zero = 1.05 if likely else 2.6
            cost = zero if value == 0 else 1.0 if isinstance(node, s.Number) or exponent else 1.5
            cost += 0.05 * (value < 0) + 0.05 * (value.denominator > 1)
            cost += 0.4 * (value == 1 and place.spot.role in ("denominator", "factor"))
            yield Filling(flat * float(value), cost, _as_number(self.bench, place, value, cost))
        for latex, size in self.sizes(place):
            cost = 1.15 if sized or "-" in latex or not isinstance(node, s.Number) else 1.25
            yield Filling(flat * size, cost, self._as_latex(place, latex, cost))

    def _as_latex(self, place: Place, latex: str, cost: float) -> Callable[[], Edit | None]:
        return lambda: writing.replaced(self.bench, place.spot, latex, cost)


def numbers_as_text(bench: Workbench, place: Place) -> Iterator[Filling]:
    """Another number where one stands."""
    if not (isinstance(place.node, s.Number) or place.spot.role == "exponent"):
        return
    for value in _NUMBERS:
        unlikely = 1.6 * (value == 0 and place.spot.role != "value")
        cost = 1.0 + 0.05 * (value < 0) + 0.05 * (value.denominator > 1) + unlikely
        yield Filling(place.printed, cost, _as_number(bench, place, value, cost))


def _as_number(bench: Workbench, place: Place, value: Fraction, cost: float) -> Callable[[], Edit | None]:
    return lambda: writing.as_number(bench, place.spot, value, cost)


def powers(bench: Workbench, place: Place) -> Iterator[Filling]:
    """An exponent or a root where there is none, an exponential or a logarithm."""
    node = place.node
    if place.spot.role == "exponent" or isinstance(
        node, (s.Number, s.Product, s.Big, s.Power, s.Fraction_, s.Derivative)
    ):
        return
    if isinstance(node, s.Total) and place.spot.role not in ("item", "radicand"):
        return
    if isinstance(node, s.Symbol) and bench.meaning.names.resolve(node).power is not None:
        return
    for power in _POWERS:
        with np.errstate(all="ignore"):
            values = np.power(place.printed, float(power))
        cost = _COST_OF_POWER.get(power, 1.5)
        yield Filling(values, cost, _to_power(bench, place, power, cost))
    with np.errstate(all="ignore"):
        yield Filling(np.exp(place.printed), 1.5, lambda: writing.applied(bench, place.spot, "exp", 1.5))
        yield Filling(np.log(place.printed), 1.5, lambda: writing.applied(bench, place.spot, "log", 1.5))


def _to_power(bench: Workbench, place: Place, power: Fraction, cost: float) -> Callable[[], Edit | None]:
    return lambda: writing.to_power(bench, place.spot, power, cost)


def _bare(name: str) -> str:
    """A name without its accent."""
    for accent in _ACCENT:
        if name.startswith(accent):
            return name.removeprefix(accent).removesuffix("}")
    return name


def _is_size_less_one(node: s.Syntax) -> bool:
    return isinstance(node, s.Total) and len(node.terms) == 2 and isinstance(node.terms[1][1], s.Number)


def _is_close(text: str, other: str) -> bool:
    """Whether two spellings share most of their characters at both ends."""
    head = next((k for k, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), 0)
    tail = next((k for k, (a, b) in enumerate(zip(text[::-1], other[::-1], strict=False)) if a != b), 0)
    return 3 * (head + tail) >= 2 * max(len(text), len(other))
