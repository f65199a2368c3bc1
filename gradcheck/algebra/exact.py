"""A normal form's value at one concrete point, exactly where it is rational, else to 50 digits.

This is what a counterexample is made of: two numbers that can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from itertools import product
from math import isqrt, prod
from typing import Any

from gradcheck.algebra import budget
from gradcheck.algebra.components import Exponent
from gradcheck.algebra.poly import Poly, Ring

DIGITS = 50
MAX_ENTRIES = 4096
CONTEXT = Context(prec=DIGITS, traps=[DivisionByZero, InvalidOperation, Overflow])
Number = Fraction | Decimal


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
                term = _times(term, power(part, exponent))
            else:
                term = _times(term, _atom(poly.ring, component.head, component.indices, exponent, place))
        total = _plus(total, term)
    return total


def _contracted(ring: Ring, atoms: Any, sizes: tuple[str, ...], place: Place) -> Number:
    if prod(place.sizes[s] for s in sizes) > MAX_ENTRIES:
        raise ValueError("a sum over too many positions")
    budget.check()
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
        return power(_CONSTANTS[name], exponent)
    template = ring.templates[head]
    inner = Place(place.sizes, place.values, {f"?{k}": p for k, p in enumerate(positions)})
    return power(_function(template.kind, value(template.argument, inner)), exponent)


_CONSTANTS = {
    "pi": Decimal("3.1415926535897932384626433832795028841971693993751058209749445923"),
    "e": Decimal("2.7182818284590452353602874713526624977572470936999595749669676277"),
}


def _function(kind: str, argument: Number) -> Number:
    if kind == "root":
        return argument
    if kind == "step":
        if argument == 0:
            raise ValueError("a point on a kink decides nothing")
        return Fraction(int(argument > 0))
    if argument == 0:
        return _AT_ZERO[kind]
    if kind == "exp":
        return CONTEXT.exp(decimal(argument))
    if kind == "log":
        if argument <= 0:
            raise ValueError("the logarithm of a number that is not positive")
        return CONTEXT.ln(decimal(argument))
    import mpmath

    with mpmath.workdps(DIGITS):
        return Decimal(str(getattr(mpmath, kind)(mpmath.mpf(str(decimal(argument))))))


_AT_ZERO = {
    "exp": Fraction(1), "cos": Fraction(1), "erf": Fraction(0), "sin": Fraction(0), "atan": Fraction(0),
}  # fmt: skip


def power(base: Number, exponent: Exponent) -> Number:
    """``base ** exponent``: rational where it can be.

    Raises `ZeroDivisionError` for a negative power of zero, `ValueError` for a root of a
    negative number.
    """
    if not -1000 < exponent < 1000:
        raise ValueError("a very large exponent")
    if base == 0 and exponent < 0:
        raise ZeroDivisionError("division by zero")
    if exponent.denominator == 1:
        if isinstance(base, Fraction):
            return base ** int(exponent)
        return CONTEXT.power(base, int(exponent))
    if base < 0:
        raise ValueError("a root of a negative number")
    if isinstance(base, Fraction) and exponent.denominator == 2:
        root = _square_root(base)
        if root is not None:
            return root**exponent.numerator
    if exponent.denominator == 2:
        return CONTEXT.power(CONTEXT.sqrt(decimal(base)), exponent.numerator)
    return CONTEXT.power(decimal(base), decimal(Fraction(exponent)))


def _square_root(base: Fraction) -> Fraction | None:
    top, bottom = isqrt(base.numerator), isqrt(base.denominator)
    if top * top == base.numerator and bottom * bottom == base.denominator:
        return Fraction(top, bottom)
    return None


def decimal(number: Number) -> Decimal:
    """``number`` to 50 digits."""
    if isinstance(number, Fraction):
        return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return number


def _times(a: Number, b: Number) -> Number:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    return CONTEXT.multiply(decimal(a), decimal(b))


def _plus(a: Number, b: Number) -> Number:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    return CONTEXT.add(decimal(a), decimal(b))


def differ(a: Number, b: Number) -> bool:
    """Whether two values differ beyond any doubt: exactly, or by far more than 50 digits blur."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a != b
    x, y = decimal(a), decimal(b)
    scale = max(Decimal(1), abs(x), abs(y))
    return abs(x - y) > scale * Decimal("1e-25")


def shown(number: Number) -> str:
    """A number as people read it: a short fraction, else twelve digits."""
    if isinstance(number, Fraction):
        if number.denominator < 10_000 and abs(number.numerator) < 10**7:
            return str(number)
        return f"{float(number):.12g}"
    return f"{number:.12g}"
