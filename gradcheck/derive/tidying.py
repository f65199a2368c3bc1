"""Small arrangements that everybody makes while writing: numbers in front and in one, no power of a root."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra import expr as e


def times(number: Fraction, *factors: e.Expr) -> e.Expr:
    """The product with all its numbers in one."""
    product = e.mul(*factors)
    parts = product.factors if isinstance(product, e.Mul) else (product,)
    for part in parts:
        number = number * part.value if isinstance(part, e.Num) else number
    return e.mul(e.number(number), *(p for p in parts if not isinstance(p, e.Num)))


def summed(letter: str, size: str, body: e.Expr) -> e.Expr:
    """``Σ body``, a number in front of the sum and not behind it."""
    if isinstance(body, e.Mul) and isinstance(body.factors[0], e.Num):
        return e.mul(body.factors[0], e.Sum(letter, size, e.mul(*body.factors[1:])))
    return e.Sum(letter, size, body)


def without_minus(expr: e.Expr) -> e.Expr:
    """``-(a - b)`` as ``b - a``."""
    match expr:
        case e.Mul((e.Num(value), e.Add(terms))) if value == -1:
            return e.add(*(times(Fraction(-1), t) for t in reversed(terms)))
        case _:
            return expr


def tidied(part: e.Expr) -> e.Expr:
    """One node: products and sums flattened, numbers in front, the power of a root as one power."""
    match part:
        case e.Mul(factors):
            return times(Fraction(1), *factors)
        case e.Add(terms):
            return e.add(*terms)
        case e.Pow(e.Pow(base, e.Num(inner)), e.Num(outer)) if inner.denominator != 1:
            return e.power(base, inner * outer)
        case e.Pow(e.Num(base), e.Num(exponent)) if exponent.denominator == 1 and base != 0:
            return e.Num(base ** int(exponent))
        case e.Pow(base, e.Num(exponent)) if exponent == 1:
            return base
        case _:
            return part
