"""Rational numbers as Python numbers that promote no array to another dtype."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.derive.code.values import ATOM, PRODUCT, UNARY, Value

_SHORT = 12


def literal(value: Fraction) -> Value:
    """A number by itself.

    >>> literal(Fraction(-1, 2)).code, literal(Fraction(2, 3)).code, literal(Fraction(3)).code
    ('-0.5', '2 / 3', '3')
    """
    if value.denominator == 1:
        return Value(str(value.numerator), ATOM if value >= 0 else UNARY, plain=True)
    decimal = _decimal(value)
    if decimal is not None:
        return Value(decimal, ATOM if value >= 0 else UNARY, plain=True)
    return Value(f"{value.numerator} / {value.denominator}", PRODUCT, plain=True)


def as_ratio(value: Fraction) -> tuple[str, str]:
    """What a positive number multiplies by and what it divides by, "" for 1.

    >>> as_ratio(Fraction(1, 2)), as_ratio(Fraction(2, 3)), as_ratio(Fraction(44715, 10**6))
    (('', '2'), ('2', '3'), ('0.044715', ''))
    """
    if value.denominator == 1 or (value.numerator == 1 and value.denominator < 10):
        above, below = value.numerator, value.denominator
        return "" if above == 1 else str(above), "" if below == 1 else str(below)
    decimal = _decimal(value)
    return (decimal, "") if decimal is not None else (str(value.numerator), str(value.denominator))


def _decimal(value: Fraction) -> str | None:
    """The decimal of just this value, if it is short."""
    text = repr(float(value))
    return text if len(text) <= _SHORT and Fraction(text) == value else None
