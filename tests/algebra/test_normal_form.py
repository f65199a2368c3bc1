"""The normal form is a proof: equal forms have equal values, and equal values (nearly) always equal forms."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from random_sums import SHAPES, expression, point, value

from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.exact import Place
from gradcheck.algebra.exact import value as exact
from gradcheck.algebra.expr import (
    Add,
    Expr,
    Graph,
    Mul,
    Sum,
    add,
    free_indices,
    fresh_index,
    mul,
    neg,
    rename,
)
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly

SIZES = ({"m": 4, "k": 3}, {"m": 3, "k": 5})
AT = {"i": 2, "a": 3}
PLAIN = settings(max_examples=150, deadline=None, derandomize=True, database=None)
seeds = st.integers(0, 2**32 - 1)


def algebra() -> Algebra:
    return Algebra(Graph({}, dict(SHAPES), {}))


def lowered(expr: Expr, within: Algebra) -> Poly | None:
    """The normal form, or None where the algebra says that it does not reach."""
    try:
        return within.lower(expr)
    except TooComplex:
        return None


def values(expr: Expr, seed: int) -> list[Fraction]:
    return [value(expr, sizes, point(Random(seed), sizes), AT) for sizes in SIZES]


@PLAIN
@given(seeds)
def test_the_normal_form_has_the_value_of_the_expression(seed: int) -> None:
    """At every size and point: by loops over the expression, and by the normal form."""
    expr, within = expression(Random(seed), 3), algebra()
    poly = lowered(expr, within)
    if poly is None:
        return
    for sizes in SIZES:
        entries = point(Random(seed + 1), sizes)
        assert exact(poly, Place(sizes, entries, AT)) == value(expr, sizes, entries, AT)


@PLAIN
@given(seeds)
def test_the_normal_form_is_zero_exactly_where_the_value_is(seed: int) -> None:
    """The difference of two random expressions: equal forms if and only if equal values."""
    random, within = Random(seed), algebra()
    left, right = expression(random, 2), expression(random, 2)
    one, two = lowered(left, within), lowered(right, within)
    if one is None or two is None:
        return
    same = all(a == b for n in (1, 2) for a, b in zip(values(left, n), values(right, n), strict=True))
    assert (one == two) == same
    assert within.vanishes(one - two) == same


def shuffled(expr: Expr, random: Random) -> Expr:
    """The same value: operands in another order, sums split, products distributed, indices renamed."""
    match expr:
        case Add(terms):
            parts = [shuffled(t, random) for t in terms]
            random.shuffle(parts)
            return add(*parts)
        case Mul(factors):
            parts = [shuffled(f, random) for f in factors]
            random.shuffle(parts)
            for at, part in enumerate(parts):
                if isinstance(part, Add):
                    rest = parts[:at] + parts[at + 1 :]
                    return add(*(mul(*rest, term) for term in part.terms))
            return mul(*parts)
        case Sum(index, size, body):
            inner = shuffled(body, random)
            new = fresh_index("q", free_indices(inner) | {index, "i", "a"})
            inner = rename(inner, {index: new})
            if isinstance(inner, Add):
                return add(*(Sum(new, size, term) for term in inner.terms))
            return Sum(new, size, inner)
    return expr


@PLAIN
@given(seeds)
def test_rewriting_leaves_the_normal_form(seed: int) -> None:
    """Commuting, distributing, splitting and renaming sums, adding and taking away."""
    random, within = Random(seed), algebra()
    expr = expression(random, 3)
    other = shuffled(expr, random)
    extra = expression(random, 1)
    one, two = lowered(expr, within), lowered(add(other, extra, neg(extra)), within)
    assert values(expr, 1) == values(other, 1)
    assert one is None or two is None or one == two
