"""A normal form's value at one concrete point, exactly where it is rational, else to 40 digits.

This is what a counterexample is made of: two numbers that can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import Any

from gradcheck.algebra.components import Exponent
from gradcheck.algebra.poly import Poly, Ring

DIGITS = 40
Number = Any  # Fraction, or mpmath's mpf


@dataclass(frozen=True)
class Place:
    """Sizes, entries of tensors (``values[name][positions]``) and positions of free indices."""

    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[tuple[int, ...], Fraction]]
    at: Mapping[str, int]

    def position(self, index: str) -> int:
        """The 1-based position that an index of the normal form stands for."""
        if index[:2] == "=$":
            return self.sizes[index[2:]]
        return int(index[1:]) if index[0] == "=" else self.at[index]


def value(poly: Poly, place: Place) -> Number:
    """The value of ``poly``, whose defined symbols are all written out, at ``place``.

    Raises `ZeroDivisionError` or `ValueError` where it has none.
    """
    total: Number = Fraction(0)
    for monomial, coefficient in poly.terms.items():
        term: Number = Fraction(coefficient)
        for ident, exponent in monomial:
            component = poly.ring.table.by_id[ident]
            if component.sizes:
                part = _contracted(poly.ring, component.atoms, component.sizes, place)
                term = _times(term, part**exponent)
            else:
                term = _times(term, _atom(poly.ring, component.head, component.indices, exponent, place))
        total = _plus(total, term)
    return total


def _contracted(ring: Ring, atoms: Any, sizes: tuple[str, ...], place: Place) -> Number:
    total: Number = Fraction(0)
    ranges = [range(1, place.sizes[s] + 1) for s in sizes]
    for positions in product(*ranges):
        at = {**place.at, **{f"~{k}": p for k, p in enumerate(positions)}}
        inner = Place(place.sizes, place.values, at)
        term: Number = Fraction(1)
        for head, indices, exponent in atoms:
            term = _times(term, _atom(ring, head, indices, exponent, inner))
        total = _plus(total, term)
    return total


def _atom(ring: Ring, head: str, indices: tuple[str, ...], exponent: Exponent, place: Place) -> Number:
    positions = tuple(place.position(i) for i in indices)
    kind, name = head[:2], head[2:]
    if kind == "v:":
        return power(place.values[name][positions], exponent)
    if kind == "s:":
        return power(Fraction(place.sizes[name]), exponent)
    if kind == "n:":
        return power(Fraction(int(name)), exponent)
    if head == "d":
        return Fraction(int(positions[0] == positions[1]))
    if kind == "c:":
        import mpmath

        constant = {"pi": mpmath.mp.pi, "e": mpmath.mp.e}[name]
        return power(+constant, exponent)
    template = ring.templates[head]
    inner = Place(place.sizes, place.values, {f"?{k}": p for k, p in enumerate(positions)})
    return power(_function(template.kind, value(template.argument, inner)), exponent)


def _function(kind: str, argument: Number) -> Number:
    import mpmath

    if kind == "root":
        return argument
    if kind == "step":
        return Fraction(int(argument > 0))
    if kind == "log" and argument <= 0:
        raise ValueError("the logarithm of a number that is not positive")
    return getattr(mpmath, kind)(_float(argument))


def power(base: Number, exponent: Exponent) -> Number:
    """``base ** exponent``: rational where it can be."""
    if isinstance(base, Fraction):
        if isinstance(exponent, int) or exponent.denominator == 1:
            return base ** int(exponent)
        if base < 0:
            raise ValueError("a root of a negative number")
        root = _square_root(base) if exponent.denominator == 2 else None
        if root is not None:
            return root**exponent.numerator
    elif base < 0 and exponent % 1:
        raise ValueError("a root of a negative number")
    import mpmath

    return mpmath.power(_float(base), _float(Fraction(exponent)))


def _square_root(base: Fraction) -> Fraction | None:
    top, bottom = isqrt(base.numerator), isqrt(base.denominator)
    if top * top == base.numerator and bottom * bottom == base.denominator:
        return Fraction(top, bottom)
    return None


def _float(number: Number) -> Number:
    import mpmath

    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return number


def _times(a: Number, b: Number) -> Number:
    return a * b if isinstance(a, Fraction) and isinstance(b, Fraction) else _float(a) * _float(b)


def _plus(a: Number, b: Number) -> Number:
    return a + b if isinstance(a, Fraction) and isinstance(b, Fraction) else _float(a) + _float(b)


def shown(number: Number) -> str:
    """A number as people read it: a short fraction, else twelve digits."""
    if isinstance(number, Fraction):
        if number.denominator < 10_000 and abs(number.numerator) < 10**7:
            return str(number)
        return f"{float(number):.12g}"
    import mpmath

    return str(mpmath.nstr(number, 12))
