"""A product taken apart into a rational coefficient, factors, and what they are divided by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from gradcheck.algebra.expr import Add, Constant, Expr, Mul, Num, Pow

Power = tuple[Expr, Fraction]
"""A base and a positive exponent."""


@dataclass(frozen=True, slots=True)
class Product:
    """``coefficient · Π above / Π below``; ``first_below`` factors stand before the first divisor."""

    coefficient: Fraction
    above: tuple[Power, ...]
    below: tuple[Power, ...]
    first_below: int


def product_of(expr: Expr) -> Product:
    """The parts of a product, of a power, or of anything else as its own only factor.

    >>> four_e = Mul((Num(Fraction(4)), Constant("e")))
    >>> found = product_of(Mul((Num(Fraction(2)), Pow(four_e, Num(Fraction(-1))))))
    >>> found.coefficient, found.below
    (Fraction(1, 2), ((Constant(name='e'), Fraction(1, 1)),))
    """
    coefficient = Fraction(1)
    above: list[Power] = []
    below: list[Power] = []
    first_below = 0
    for base, exponent in _powers(expr, Fraction(1)):
        if isinstance(base, Num) and exponent.denominator == 1 and base.value:
            coefficient *= base.value**exponent.numerator
        elif exponent > 0:
            above.append((base, exponent))
        else:
            first_below = first_below if below else len(above)
            below.append((base, -exponent))
    return Product(coefficient, tuple(above), tuple(below), first_below)


def _powers(expr: Expr, exponent: Fraction) -> Iterator[Power]:
    """The factors of ``expr`` to a power; a root of a product or of a power stays whole."""
    whole = exponent.denominator == 1
    value: Fraction | None
    match expr:
        case Mul(factors) if whole:
            for factor in factors:
                yield from _powers(factor, exponent)
        case Pow(base, inner) if whole and (value := rational(inner)) is not None and base != Constant("e"):
            if value:
                yield from _powers(base, value * exponent)
        case _:
            yield expr, exponent


def rational(expr: Expr) -> Fraction | None:
    """The value of an expression made of numbers by sums, products and whole powers; None for any other."""
    match expr:
        case Num(value):
            return value
        case Add(parts) | Mul(parts):
            found = map(rational, parts)
            values = [value for value in found if value is not None]
            if len(values) < len(parts):
                return None
            return sum(values, Fraction(0)) if isinstance(expr, Add) else prod(values, start=Fraction(1))
        case Pow(base, exponent):
            below, power = rational(base), rational(exponent)
            return below**power.numerator if below and power is not None and power.denominator == 1 else None
        case _:
            return None
