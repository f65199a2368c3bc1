"""Formulas made plain: like terms together, factors out of sums, Kronecker deltas contracted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from gradcheck.algebra.expr import (
    ONE,
    ZERO,
    Add,
    Constant,
    Delta,
    Expr,
    Fun,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    add,
    free_indices,
    mapped,
    mul,
    number,
    rename,
    walk,
)
from gradcheck.derive.code.canonical import canonical


def tidy(expr: Expr) -> Expr:
    """``expr`` in its plain form, which has the same value.

    >>> tidy(Sum("j", "m", Mul((Delta("i", "j"), Var("a"), Var("x", ("j",))))))
    Mul(factors=(Var(name='a', indices=()), Var(name='x', indices=('i',))))
    """
    return mapped(expr, _tidied)


def factors_of(expr: Expr) -> tuple[Expr, ...]:
    """The factors of a product; anything else is one factor."""
    return expr.factors if isinstance(expr, Mul) else (expr,)


def terms_of(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; anything else is one term."""
    return expr.terms if isinstance(expr, Add) else (expr,)


def coefficient(expr: Expr) -> tuple[Fraction, Expr]:
    """The numeric factor of a product, and the rest.

    >>> coefficient(Mul((number(-2), Var("x"))))
    (Fraction(-2, 1), Var(name='x', indices=()))
    """
    value, rest = Fraction(1), []
    for factor in factors_of(expr):
        if isinstance(factor, Num):
            value *= factor.value
        else:
            rest.append(factor)
    return value, mul(*rest)


def as_power(expr: Expr) -> tuple[Expr, Fraction]:
    """Base and numeric exponent; the exponent of what is no power is 1."""
    if isinstance(expr, Pow) and isinstance(expr.exponent, Num):
        return expr.base, expr.exponent.value
    return expr, Fraction(1)


def _tidied(expr: Expr) -> Expr:
    match expr:
        case Add(terms):
            return _collected(terms)
        case Mul(factors):
            return _multiplied(factors)
        case Pow(base, exponent):
            return _raised(base, exponent)
        case Sum():
            return _summed(expr)
        case Delta(left, right) if left == right:
            return ONE
        case Fun("max" | "min" as name, args) if all(isinstance(a, Num) for a in args):
            values = [a.value for a in args if isinstance(a, Num)]
            return Num(max(values) if name == "max" else min(values))
        case Fun("exp", (argument,)) if argument == ZERO:
            return ONE
        case _:
            return expr


def _collected(terms: Iterable[Expr]) -> Expr:
    """A sum with like terms together; a factor that all terms have stands before it."""
    found: dict[object, tuple[Fraction, Expr]] = {}
    for term in terms_of(add(*terms)):
        value, rest = coefficient(term)
        key = canonical(rest)
        found[key] = (found[key][0] + value if key in found else value, rest)
    kept = [_multiplied((number(value), rest)) for value, rest in found.values() if value]
    return _factored(_equal_numbers_out(kept)) if len(kept) > 1 else add(*kept)


def _equal_numbers_out(terms: list[Expr]) -> list[Expr]:
    """2a − 2b as one term, 2 (a − b)."""
    numbers = [coefficient(term)[0] for term in terms]
    size = abs(numbers[0])
    if size == 1 or any(abs(n) != size for n in numbers) or any(isinstance(t, Num) for t in terms):
        return terms
    rest = [mul(number(n / size), coefficient(t)[1]) for n, t in zip(numbers, terms, strict=True)]
    return [mul(number(size), _factored(rest))]


def _factored(terms: list[Expr]) -> Expr:
    if len(terms) == 1:
        return terms[0]
    common: list[Expr] = [
        f
        for f in factors_of(terms[0])
        if not isinstance(f, Num | Size | Constant)
        and all(canonical(f) in map(canonical, factors_of(t)) for t in terms[1:])
    ]
    if not common:
        return add(*terms)
    return mul(*common, add(*(_without(term, common) for term in terms)))


def _without(term: Expr, common: list[Expr]) -> Expr:
    rest = list(factors_of(term))
    for factor in common:
        del rest[list(map(canonical, rest)).index(canonical(factor))]
    return mul(*rest)


def _multiplied(factors: Iterable[Expr]) -> Expr:
    """A product with the powers of one base together, and all exponentials in one."""
    value, exponents, exponential = Fraction(1), dict[object, tuple[Expr, Fraction]](), []
    for factor in factors_of(mul(*factors)):
        if isinstance(factor, Num):
            value *= factor.value
        elif isinstance(factor, Fun) and factor.name == "exp":
            exponential.append(factor.args[0])
        else:
            base, exponent = as_power(factor)
            key = canonical(base)
            before = exponents[key][1] if key in exponents else Fraction(0)
            exponents[key] = (base, before + exponent)
    if value == 0:
        return ZERO
    powers = [_raised(base, number(exponent)) for base, exponent in exponents.values()]
    if exponential:
        argument = _collected(exponential)
        powers.insert(0, ONE if argument == ZERO else Fun("exp", (argument,)))
    if value == -1 and len(powers) == 1 and isinstance(powers[0], Add):
        return _collected(_multiplied((number(-1), term)) for term in powers[0].terms)
    return mul(number(value), *powers)


def _raised(base: Expr, exponent: Expr) -> Expr:
    if base == Constant("e"):
        return _tidied(Fun("exp", (exponent,)))
    if not isinstance(exponent, Num) or exponent.value == 0:
        return ONE if exponent == ZERO else Pow(base, exponent)
    value = exponent.value
    if value == 1:
        return base
    if isinstance(base, Num) and value.denominator == 1 and base.value:
        return number(base.value ** int(value))
    if isinstance(base, Fun) and base.name == "exp":
        return _tidied(Fun("exp", (_multiplied((exponent, base.args[0])),)))
    inner, power = as_power(base)
    # The root of a square is an absolute value: only a whole outer, or a root inside, may be joined.
    if power != 1 and (value.denominator == 1 or power.denominator % 2 == 0):
        return _raised(inner, number(power * value))
    if isinstance(base, Mul) and value.denominator == 1:
        return _multiplied(_raised(f, exponent) for f in base.factors)
    return Pow(base, exponent)


def _summed(expr: Sum) -> Expr:
    """A sum with what does not depend on its index before it, and no Kronecker delta of its index."""
    index, size, body = expr.index, expr.size, expr.body
    inside = [f for f in factors_of(body) if index in free_indices(f)]
    outside = [f for f in factors_of(body) if index not in free_indices(f)]
    if not inside:
        return _multiplied((Size(size), body))
    contracted = _contracted(index, inside)
    if contracted is not None:
        return _multiplied((*outside, contracted))
    for place, factor in enumerate(inside):
        if isinstance(factor, Add) and (_has_delta(factor, index) or _spreads(factor)):
            rest = [*inside[:place], *inside[place + 1 :]]
            terms = [_tidied(Sum(index, size, _multiplied((*rest, term)))) for term in factor.terms]
            return _multiplied((*outside, _collected(terms)))
    return _multiplied((*outside, Sum(index, size, mul(*inside))))


def _contracted(index: str, factors: list[Expr]) -> Expr | None:
    for place, factor in enumerate(factors):
        if isinstance(factor, Delta):
            other = factor.right if factor.left == index else factor.left
            rest = mul(*factors[:place], *factors[place + 1 :])
            return tidy(rename(rest, {index: other}))
    return None


def _has_delta(expr: Add, index: str) -> bool:
    return any(isinstance(p, Delta) and index in (p.left, p.right) for p in walk(expr))


def _spreads(factor: Add) -> bool:
    """Whether the terms are smaller than the array of their sum: each is then summed by itself."""
    axes = free_indices(factor)
    entries = [p for p in walk(factor) if isinstance(p, Var | Ref)]
    return len(axes) > 2 and all(len(set(e.indices)) < len(axes) for e in entries)
