"""Random expressions with sums and deltas, and their exact values by plain loops."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from gradcheck.algebra.expr import (
    Add,
    Delta,
    Expr,
    Mul,
    Num,
    Pow,
    Size,
    Sum,
    Var,
    add,
    mul,
    neg,
    number,
    power,
)

SHAPES = {"x": ("m",), "g": ("m",), "w": ("m", "k"), "b": ("k",), "c": ()}
RANGES = {"i": "m", "j": "m", "p": "m", "a": "k", "e": "k"}


def expression(random: Random, depth: int, scope: frozenset[str] = frozenset({"i", "a"})) -> Expr:
    """A random expression whose free indices are within a scope."""
    if depth == 0:
        return leaf(random, scope)
    match random.randrange(5):
        case 0:
            return add(expression(random, depth - 1, scope), neg(expression(random, depth - 1, scope)))
        case 1 | 2:
            return mul(expression(random, depth - 1, scope), expression(random, depth - 1, scope))
        case 3:
            index = random.choice(sorted(RANGES))
            return Sum(index, RANGES[index], expression(random, depth - 1, scope | {index}))
        case _:
            return power(expression(random, depth - 1, scope), 2) if depth < 3 else leaf(random, scope)


def leaf(random: Random, scope: frozenset[str]) -> Expr:
    kind = random.randrange(8)
    if kind == 0:
        return number(random.choice([-2, -1, 2, 3, Fraction(1, 2)]))
    if kind == 1:
        return Size(random.choice(["m", "k"]))
    if kind == 2:
        pair = [i for i in sorted(scope) if RANGES[i] == "m"]
        return Delta(random.choice(pair), random.choice(pair)) if pair else Var("c")
    name = random.choice(sorted(SHAPES))
    places = [[i for i in sorted(scope) if RANGES[i] == size] for size in SHAPES[name]]
    return Var(name, tuple(random.choice(p) for p in places)) if all(places) else Var("c")


def point(random: Random, sizes: Mapping[str, int]) -> dict[str, dict[tuple[int, ...], Fraction]]:
    """Random rational entries of every tensor, by 1-based positions."""
    values: dict[str, dict[tuple[int, ...], Fraction]] = {}
    for name, shape in SHAPES.items():
        places: list[tuple[int, ...]] = [()]
        for size in shape:
            places = [(*p, n) for p in places for n in range(1, sizes[size] + 1)]
        values[name] = {p: Fraction(random.randint(-9, 9), random.randint(1, 5)) for p in places}
    return values


def value(
    expr: Expr,
    sizes: Mapping[str, int],
    values: Mapping[str, Mapping[tuple[int, ...], Fraction]],
    at: Mapping[str, int],
) -> Fraction:
    """The exact value, sums written out as loops."""
    match expr:
        case Num(v):
            return Fraction(v)
        case Size(name):
            return Fraction(sizes[name])
        case Var(name, indices):
            return values[name][tuple(at[str(i)] for i in indices)]
        case Delta(left, right):
            return Fraction(at[str(left)] == at[str(right)])
        case Add(terms):
            return sum((value(t, sizes, values, at) for t in terms), Fraction(0))
        case Mul(factors):
            out = Fraction(1)
            for factor in factors:
                out *= value(factor, sizes, values, at)
            return out
        case Pow(base, exponent):
            return value(base, sizes, values, at) ** int(value(exponent, sizes, values, at))
        case Sum(index, size, body):
            rows = range(1, sizes[size] + 1)
            return sum((value(body, sizes, values, {**at, index: n}) for n in rows), Fraction(0))
    raise TypeError(type(expr).__name__)
