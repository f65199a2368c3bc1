"""What is missing at a place: a sum sign, a factor, a divisor, a term."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.algebra.numeric_arrays import Array
from gradcheck.documents.correcting import writing
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.quantities import Quantities
from gradcheck.documents.correcting.scaffold import Place
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_SCALED = frozenset(
    ["root", "term", "body", "item", "numerator", "denominator", "radicand", "argument", "value"]
)
_MOST_COMBINED = 36
_NUMBERS = (("", 1.0), ("2", 2.0), (r"\frac{1}{2}", 0.5))
_POWERS = (
    ("{q}", 1.0),
    ("{sq}", 2.0),
    (r"\frac{{{number}}}{{{q}}}", -1.0),
    (r"\frac{{{number}}}{{{sq}}}", -2.0),
)
_TERMED = frozenset(
    ["root", "item", "numerator", "denominator", "body", "exponent", "argument", "radicand", "factor"]
)


def sums(bench: Workbench, quantities: Quantities, place: Place) -> Iterator[Filling]:
    """The place summed over one of its letters."""
    role = place.spot.role
    if role in ("exponent", "base") or isinstance(place.node, s.Number) or place.rank:
        return
    for axis, letter in enumerate(place.letters):
        if np.array_equal(
            np.ptp(place.printed, axis=axis), np.zeros(place.lengths[:axis] + place.lengths[axis + 1 :])
        ):
            continue
        total = np.broadcast_to(place.printed.sum(axis=axis, keepdims=True), place.lengths)
        cost = 1.25 if role in ("root", "term", "item", "numerator") else 1.35
        bound = quantities.offers.sizes.get(place.sizes[axis], "")
        yield Filling(total, cost, _as_sum(bench, place, letter, bound, cost))


def _as_sum(
    bench: Workbench, place: Place, letter: str, bound: str, cost: float
) -> Callable[[], Edit | None]:
    return lambda: writing.summed(bench, place.spot, letter, bound, cost)


def factors(bench: Workbench, quantities: Quantities, place: Place, phrases: bool) -> Iterator[Filling]:
    """The place multiplied with, or divided by, what the document names."""
    role = place.spot.role
    if role not in _SCALED:
        return
    base = {"root": 1.4, "term": 1.4, "numerator": 1.42, "denominator": 1.42}.get(role, 1.5)
    v = place.printed
    for extra, latex, q in _multipliers(quantities, place, phrases):
        cost = base + extra
        with np.errstate(all="ignore"):
            yield Filling(v * q, cost, _times(bench, place, latex, cost))
            yield Filling(v / q, cost, _over(bench, place, latex, cost))


def _multipliers(quantities: Quantities, place: Place, phrases: bool) -> Iterator[tuple[float, str, Array]]:
    if phrases:
        for offer, values in quantities.phrases(place) if not place.rank else ():
            yield 0.2 + 0.001 * len(offer.latex), offer.latex, values
        for latex, values in quantities.scalars(place) if place.rank else ():
            yield 0.2 + 0.001 * len(latex), latex, values
        return
    flat = np.ones(place.lengths)
    for number in (2, 3, 4):
        yield 0.0, str(number), flat * number
        for latex, size in quantities.sizes(place):
            yield 0.15, rf"\frac{{{number}}}{{{latex}}}", flat * number / size
    for latex, size in quantities.sizes(place):
        yield (0.02 if " " not in latex else 0.12), latex, flat * size
    if place.rank:
        yield from ((0.05, latex, values) for latex, values in quantities.scalars(place))
        return
    for offer, values in quantities.symbols(place):
        yield 0.05, offer.latex, values
        yield 0.1, squared(offer.latex), values**2
        yield 0.25, f"(1 - {offer.latex})", 1 - values
        yield 0.3, f"(1 - {squared(offer.latex)})", 1 - values**2
    for offer, values in quantities.derivatives(place):
        yield 0.1, offer.latex, values


def combined(bench: Workbench, quantities: Quantities, place: Place) -> Iterator[Filling]:
    """The place times, over, plus or minus a product or quotient of two quantities."""
    role = place.spot.role
    if role not in _TERMED | _SCALED or role == "factor":
        return
    if place.rank:
        yield from _scaled_terms(bench, quantities, place)
        return
    v = place.printed
    gradients = quantities.derivatives(place) + quantities.partials(place)
    found = [(o.latex, q) for o, q in gradients + quantities.symbols(place)]
    found += [(latex, np.full(place.lengths, size)) for latex, size in quantities.sizes(place)]
    found = found[:_MOST_COMBINED]
    for k, (one, p) in enumerate(found):
        for j, (two, q) in enumerate(found):
            with np.errstate(all="ignore"):
                if j >= k:
                    both, latex = p * q, f"{_factor(one)} {_factor(two)}"
                    yield Filling(v + both, 2.0, _plus(bench, place, "+", latex, 2.0))
                    yield Filling(v - both, 2.0, _plus(bench, place, "-", latex, 2.0))
                    yield Filling(v * both, 1.9, _times(bench, place, latex, 1.9))
                    yield Filling(v / both, 1.9, _over(bench, place, latex, 1.9))
                if j != k and k >= len(gradients) <= j:
                    quotient, latex = p / q, rf"\frac{{{one}}}{{{two}}}"
                    yield Filling(v * quotient, 1.9, _times(bench, place, latex, 1.9))
                    yield Filling(v + quotient, 2.0, _plus(bench, place, "+", latex, 2.0))
                    yield Filling(v - quotient, 2.0, _plus(bench, place, "-", latex, 2.0))


def _scaled_terms(bench: Workbench, quantities: Quantities, place: Place) -> Iterator[Filling]:
    """One more array, times a number that the document names."""
    arrays = [(o.latex, q) for o, q in quantities.symbols(place) + quantities.derivatives(place)]
    numbers = [("2", np.full(place.lengths, 2.0)), *quantities.scalars(place)]
    for number, c in numbers[:_MOST_COMBINED]:
        for array, q in arrays:
            for sign, values in (("+", place.printed + c * q), ("-", place.printed - c * q)):
                yield Filling(values, 2.0, _plus(bench, place, sign, f"{_factor(number)} {array}", 2.0))


def monomials(bench: Workbench, quantities: Quantities, place: Place) -> Iterator[Filling]:
    """One more term, or a factor ``1 ± …``, that is a number times a power of one quantity."""
    role, v = place.spot.role, place.printed
    if place.rank or role not in ("root", "item", "numerator", "body"):
        return
    found = [(o.latex, q) for o, q in quantities.symbols(place) + quantities.derivatives(place)]
    found += [(latex, np.full(place.lengths, size)) for latex, size in quantities.sizes(place)]
    for latex, q in found[:_MOST_COMBINED]:
        for number, c in _NUMBERS:
            for power, p in _POWERS:
                with np.errstate(all="ignore"):
                    term = c * q**p
                written = power.format(number=number or "1", q=_factor(latex), sq=squared(latex))
                written = written if power.startswith("\\frac") else f"{number} {written}".strip()
                yield Filling(v + term, 2.1, _plus(bench, place, "+", written, 2.1))
                yield Filling(v - term, 2.1, _plus(bench, place, "-", written, 2.1))
                yield Filling(v * (1 - term), 2.0, _times(bench, place, rf"\left(1 - {written}\right)", 2.0))
                yield Filling(v * (1 + term), 2.0, _times(bench, place, rf"\left(1 + {written}\right)", 2.0))


def _factor(latex: str) -> str:
    return f"({latex})" if " - " in latex or " + " in latex else latex


def squared(latex: str) -> str:
    """A symbol's square.

    >>> squared("y_i"), squared("s^2")
    ('y_i^2', '(s^2)^2')
    """
    return f"({latex})^2" if "^" in latex else f"{latex}^2"


def _times(bench: Workbench, place: Place, latex: str, cost: float) -> Callable[[], Edit | None]:
    return lambda: writing.times(bench, place.spot, latex, cost)


def _over(bench: Workbench, place: Place, latex: str, cost: float) -> Callable[[], Edit | None]:
    return lambda: writing.over(bench, place.spot, latex, cost)


def terms(bench: Workbench, quantities: Quantities, place: Place, phrases: bool) -> Iterator[Filling]:
    """The place with one more term."""
    role, v = place.spot.role, place.printed
    if role not in _TERMED or (isinstance(place.node, s.Number) and role == "factor"):
        return
    inner = 0.2 if role in ("factor", "body") else 0.0
    if phrases:
        found = [(o.latex, q, 1.65 + 0.001 * len(o.latex)) for o, q in quantities.phrases(place)]
    else:
        found = [("1", np.ones(place.lengths), 1.4)]
        found += [(o.latex, q, 1.5) for o, q in quantities.symbols(place)]
        found += [(o.latex, q, 1.6) for o, q in quantities.derivatives(place)]
    for latex, q, cost in found:
        for sign, values in (("+", v + q), ("-", v - q), ("-+", q - v)):
            price = cost + inner + 0.1 * (sign == "-+" and latex != "1")
            yield Filling(values, price, _plus(bench, place, sign, latex, price))


def _plus(bench: Workbench, place: Place, sign: str, latex: str, cost: float) -> Callable[[], Edit | None]:
    return lambda: writing.plus(bench, place.spot, sign, latex, cost)
