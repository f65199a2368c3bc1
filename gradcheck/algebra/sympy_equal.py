"""Are two concrete SymPy expressions equal: refuted at a rational point, proved by expansion, or neither."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
import sympy as sp

from gradcheck.algebra.sympy_functions import Step
from gradcheck.algebra.sympy_generators import Unsupported, postorder
from gradcheck.algebra.sympy_normal import TooLarge, is_zero

DIGITS = 40
BUDGET = 1_000_000
LOST_DIGITS = 15
UNIT = 997
RANGES = ((-1700, 1700),) * 6 + ((300, 1700),) * 3 + ((50, 950),) * 3
"""Numerators tried over ``UNIT``: of both signs first, then positive, then below 1."""


class OutOfDomain(ArithmeticError):
    """A point at which an expression has no real value."""


def equal(left: sp.Expr, right: sp.Expr, budget: int = BUDGET) -> bool | None:
    """Whether two expressions are equal wherever both are defined.

    True is proved by exact expansion. False is a rational point where they
    differ at 40 digits. None is neither: out of ``budget``, which counts products
    of monomials, or equal in all the digits without a proof.
    """
    difference = left - right
    if difference == 0:
        return True
    stepped = difference.has(Step, sp.Abs, sp.sign)
    if _differ_somewhere(left, right, seed=1, enough=8 if stepped else 1):
        return False
    try:
        if is_zero(difference, budget):
            return True
    except (TooLarge, Unsupported, ZeroDivisionError):
        return None
    if stepped and _differ_somewhere(left, right, seed=2, enough=64):
        return False
    return None


def value_at(expr: sp.Expr, values: Mapping[sp.Symbol, Any], known: dict[sp.Expr, Any] | None = None) -> Any:
    """``expr`` at a point, in mpmath's working precision. Raises `OutOfDomain` where it is not real."""
    known = {} if known is None else known
    for part in postorder(expr):
        if part not in known:
            known[part] = _value(part, values, [known[arg] for arg in part.args])
    return known[expr]


def _value(part: sp.Expr, values: Mapping[sp.Symbol, Any], args: list[Any]) -> Any:
    if part.is_Symbol:
        return values[part]
    if part.is_Rational:
        return mpmath.mpf(int(part.p)) / int(part.q)
    if part in _CONSTANTS:
        return +_CONSTANTS[part]
    if part.is_Add:
        return mpmath.fsum(args)
    if part.is_Mul:
        return mpmath.fprod(args)
    if part.is_Pow:
        return _power(*args)
    if part.func is sp.log and args[0] <= 0:
        raise OutOfDomain("logarithm of a number that is not positive")
    if part.func not in _FUNCTIONS:
        raise Unsupported(str(part.func))
    return _FUNCTIONS[part.func](*args)


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        raise OutOfDomain("division by zero")
    if base < 0 and not mpmath.isint(exponent):
        raise OutOfDomain("fractional power of a negative number")
    return mpmath.power(base, exponent)


_CONSTANTS = {sp.pi: mpmath.pi, sp.E: mpmath.e}
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.exp: mpmath.exp,
    sp.log: mpmath.log,
    sp.tanh: mpmath.tanh,
    sp.erf: mpmath.erf,
    sp.sin: mpmath.sin,
    sp.cos: mpmath.cos,
    sp.sinh: mpmath.sinh,
    sp.cosh: mpmath.cosh,
    sp.Abs: abs,
    sp.sign: mpmath.sign,
    Step: lambda z: mpmath.mpf(1 if z > 0 else 0),
}


def _differ_somewhere(left: sp.Expr, right: sp.Expr, seed: int, enough: int) -> bool:
    """Whether the values differ at one of ``enough`` points of the domain."""
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    tested = 0
    with mpmath.workdps(DIGITS):
        for values in _points(symbols, seed, enough):
            try:
                known: dict[sp.Expr, Any] = {}
                a, b = value_at(left, values, known), value_at(right, values, known)
            except (OutOfDomain, Unsupported):
                continue
            if abs(a - b) > mpmath.mpf(10) ** (LOST_DIGITS - DIGITS) * max(1, abs(a), abs(b)):
                return True
            tested += 1
            if tested == enough:
                return False
    return False


def _points(symbols: list[sp.Symbol], seed: int, enough: int) -> Iterator[dict[sp.Symbol, Any]]:
    """Random rational points, the same ones in every run."""
    rng = random.Random(seed)
    for low, high in RANGES * enough:
        yield {symbol: mpmath.mpf(rng.randint(low, high)) / UNIT for symbol in symbols}
