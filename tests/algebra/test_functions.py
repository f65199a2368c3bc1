"""Powers, logarithms, exponentials and steps in normal form: what splits, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.algebra import functions
from gradcheck.algebra.calculus import derive
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.exact import Place, decimal, value
from gradcheck.algebra.poly import Poly, Ring
from gradcheck.algebra.zero import is_zero

PLAIN = settings(max_examples=100, deadline=None, derandomize=True, database=None)
HALF = Fraction(1, 2)
exponents = st.sampled_from([-3, -2, -1, 1, 2, 3, HALF, -HALF, Fraction(3, 2), Fraction(-3, 2)])


def ring() -> Ring:
    return functions.new_ring()


def x(within: Ring, index: str = "i") -> Poly:
    return within.atom("v:x", (index,))


def c(within: Ring) -> Poly:
    return within.atom("v:c")


def at(poly: Poly, *entries: Fraction, c: Fraction = Fraction(3, 7), i: int = 1) -> float:
    """The value where x has the given entries."""
    values = {"x": {(n,): e for n, e in enumerate(entries, 1)}, "c": {(): c}}
    return float(decimal(value(poly, Place({"m": len(entries)}, values, {"i": i, "j": 2}))))


def spread(within: Ring) -> Poly:
    """A sum of squares and one: nobody doubts that it is positive."""
    return (x(within, "p") * x(within, "p")).sum_over("p", "m") + within.one


BASES: dict[str, Callable[[Ring], Poly]] = {
    "a sum": lambda r: x(r) + c(r),
    "a sum of squares": spread,
    "a multiple": lambda r: (x(r) + c(r)).scale(Fraction(2, 9)),
    "a common factor": lambda r: x(r) * c(r) + c(r) * c(r),
    "a size": lambda r: r.atom("s:m") - r.one,
    "a product": lambda r: x(r) * c(r),
}


@pytest.mark.parametrize("name", BASES)
@PLAIN
@given(exponents, exponents)
def test_powers_of_one_base_multiply(name: str, a: Fraction, b: Fraction) -> None:
    """b^p b^q = b^(p+q), proved as zero."""
    base = BASES[name](ring())
    product = functions.power(base, a) * functions.power(base, b)
    total = a + b
    whole = functions.power(base, int(total) if total == int(total) else total)
    assert is_zero(product - whole)


@pytest.mark.parametrize("name", BASES)
@PLAIN
@given(exponents)
def test_powers_have_their_values(name: str, exponent: Fraction) -> None:
    """Float64 powers of the base's value."""
    base = BASES[name](ring())
    entries = (Fraction(5, 3), Fraction(7, 2), Fraction(1, 4))
    expected = at(base, *entries) ** float(exponent)
    assert at(functions.power(base, exponent), *entries) == pytest.approx(expected, rel=1e-12)


def test_the_root_of_a_square_is_not_the_base() -> None:
    """sqrt(x^2) is |x|: it is x for a positive x only, so nothing is proved."""
    r = ring()
    for base in (x(r), x(r) + c(r), x(r) * c(r)):
        assert not is_zero(functions.power(base * base, HALF) - base)
        assert at(functions.power(base * base, HALF), Fraction(-2), c=Fraction(-1, 3)) > 0


def test_nearly_equal_roots_are_told_apart() -> None:
    """Another exponent, another constant, another sign."""
    r = ring()
    base = spread(r)
    assert not is_zero(functions.power(base, -HALF) - functions.power(base, Fraction(-3, 2)))
    assert not is_zero(functions.power(base, HALF) - functions.power(base + r.one, HALF))
    assert not is_zero(functions.power(x(r) - c(r), HALF) - functions.power(c(r) - x(r), HALF))
    assert is_zero(functions.power(x(r) - c(r), -1) + functions.power(c(r) - x(r), -1))


def test_powers_of_zero() -> None:
    """0^q is zero for a positive q only; 0^0 is 1 as in a polynomial."""
    r = ring()
    assert functions.power(r.zero, 2) == r.zero
    assert functions.power(r.zero, 0) == r.one
    with pytest.raises(ZeroDivisionError):
        functions.power(r.zero, -1)


def test_huge_powers_are_refused() -> None:
    """Nobody expands (a + b)^100000; a single symbol's power is no trouble."""
    r = ring()
    with pytest.raises(TooComplex):
        functions.power(x(r) + c(r), 100_000)
    assert len(functions.power(x(r), 10**9).terms) == 1


def test_exp_and_log() -> None:
    """exp(a+b) = exp a exp b, log exp a = a, log ab = log a + log b, exp(2 log a) = a^2."""
    r = ring()
    a, b = x(r), c(r)
    assert functions.exp(a + b) == functions.exp(a) * functions.exp(b)
    assert functions.exp(a) * functions.exp(-a) == r.one
    assert functions.log(functions.exp(a + b)) == a + b
    assert functions.log(a * b) == functions.log(a) + functions.log(b)
    assert functions.exp(functions.log(a).scale(2)) == a * a
    assert functions.log(r.constant(12)) == functions.log(r.constant(2)).scale(2) + functions.log(
        r.constant(3)
    )
    with pytest.raises(ZeroDivisionError):
        functions.log(r.zero)
    assert functions.exp(a * b) != functions.exp(a) * functions.exp(b)
    assert functions.log(a + b) != functions.log(a) + functions.log(b)


def test_steps() -> None:
    """A step is idempotent, the step of -u is one minus that of u, positive factors do not matter."""
    r = ring()
    s = functions.step(x(r))
    assert s * s == s
    assert functions.step(-x(r)) == r.one - s
    assert functions.step((x(r) + c(r)) * functions.exp(c(r))) == functions.step(x(r) + c(r))
    assert functions.step(x(r) * c(r)) != s
    assert functions.step(spread(r)) == functions.step(spread(r).scale(3))
    assert functions.step(r.constant(-2)) == r.zero
    with pytest.raises(ZeroDivisionError):
        functions.power(s, -1)


def test_positive_factors_of_a_product_do_not_matter_to_a_step() -> None:
    """The step of x e^c is the step of x."""
    r = ring()
    assert functions.step(x(r) * functions.exp(c(r))) == functions.step(x(r))


def test_one_function_at_two_indices() -> None:
    """f(x_i + c) and f(x_j + c) share a template, so a sum over one is a sum over the other."""
    r = ring()
    one, two = functions.exp(x(r, "i") * c(r)), functions.exp(x(r, "j") * c(r))
    assert one != two
    assert one.rename({"i": "j"}) == two
    assert one.sum_over("i", "m") == two.sum_over("j", "m")


DERIVED: dict[str, Callable[[Ring], Poly]] = {
    "square": lambda r: x(r) * x(r) * c(r),
    "root": lambda r: functions.power(spread(r), HALF),
    "inverse root": lambda r: functions.power(spread(r), Fraction(-3, 2)) * x(r),
    "exp": lambda r: functions.exp(x(r) * c(r)),
    "log of a sum": lambda r: functions.log(functions.exp(x(r, "p")).sum_over("p", "m")),
    "softmax": lambda r: (
        functions.exp(x(r)) * functions.power(functions.exp(x(r, "p")).sum_over("p", "m"), -1)
    ),
    "erf": lambda r: functions.erf(x(r) * c(r)),
    "sine and cosine": lambda r: functions.sin(x(r)) * functions.cos(x(r) + c(r)),
    "arc tangent": lambda r: functions.atan(x(r).scale(2)),
    "ramp": lambda r: x(r) * functions.step(x(r) - c(r)),
    "square of a sum": lambda r: functions.power((x(r, "p") * c(r)).sum_over("p", "m"), 3),
    "inner root": lambda r: functions.power(x(r, "p") * x(r, "p") + r.one, HALF).sum_over("p", "m"),
}


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("position", [1, 2])
def test_derivatives_against_differences(name: str, position: int) -> None:
    """∂/∂x_j at i = j and at i ≠ j, against central differences of the exact values."""
    poly = DERIVED[name](ring())
    slope = derive(poly, "v:x", ("j",))
    entries, h = [Fraction(3, 2), Fraction(4, 5), Fraction(-2, 3)], Fraction(1, 10**6)
    up, down = list(entries), list(entries)
    up[1] += h
    down[1] -= h
    difference = (at(poly, *up, i=position) - at(poly, *down, i=position)) / float(2 * h)
    assert at(slope, *entries, i=position) == pytest.approx(difference, rel=1e-7, abs=1e-9)


def test_deltas_are_contracted() -> None:
    """Σ_j δ_ij x_j = x_i, δ_ij x_j = δ_ij x_i, δ_ii = 1, Σ_ij δ_ij = m."""
    r = ring()
    delta = r.delta("i", "j")
    assert (delta * x(r, "j")).sum_over("j", "m") == x(r, "i")
    assert delta * x(r, "j") == delta * x(r, "i")
    assert delta * delta == delta
    assert r.delta("i", "i") == r.one
    assert delta.sum_over("i", "m").sum_over("j", "m") == r.atom("s:m")
    assert r.delta("=1", "=2") == r.zero
    with pytest.raises(ZeroDivisionError):
        functions.power(delta, -1)


def test_sums_of_what_does_not_depend_on_the_index() -> None:
    """Σ_p c = m c, Σ_p (x_p - mean) = 0, Σ_p x_p Σ_q x_q = (Σ x)^2."""
    r = ring()
    count = r.atom("s:m")
    assert c(r).sum_over("p", "m") == count * c(r)
    total = x(r, "p").sum_over("p", "m")
    mean = total * functions.power(count, -1)
    assert (x(r, "q") - mean).sum_over("q", "m") == r.zero
    assert (x(r, "q") * total).sum_over("q", "m") == total * total
