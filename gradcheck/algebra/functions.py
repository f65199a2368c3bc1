"""exp, log and the other functions of a polynomial, in normal form.

What can be split is split: ``exp`` over sums into invertible atoms, ``log`` over
products. What cannot becomes an atom whose head is a *template*, so that ``f(P_i)`` and
``f(P_k)`` are one function at two indices.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradcheck.algebra.components import Component
from gradcheck.algebra.poly import Coefficient, Monomial, Poly, Ring
from gradcheck.algebra.roots import content, factorised, is_positive, power
from gradcheck.algebra.templates import function_atom, signed_atom


def new_ring() -> Ring:
    """An empty ring with the powers of `gradcheck.algebra.roots`."""
    return Ring(power)


def exp(argument: Poly) -> Poly:
    """``exp`` split over the terms of its argument."""
    ring = argument.ring
    result = ring.one
    for monomial, coefficient in argument.terms.items():
        result = result * _exp_of(ring, monomial, coefficient)
    return result


def _exp_of(ring: Ring, monomial: Monomial, coefficient: Coefficient) -> Poly:
    """``exp`` of one term; ``exp(c log P) = P^c``, and an indicator's exp is linear in it."""
    for i, e in monomial:
        component = ring.table.by_id[i]
        template = ring.templates.get(component.head)
        if len(monomial) == 1 and e == 1 and template and template.kind == "log":
            return power(ring.instance(component.head, component.indices), coefficient)
        if i in ring.special and component.head[0] in "dS":
            rest = tuple(f for f in monomial if f[0] != i)
            indicator = ring.component(component)
            return ring.one - indicator + indicator * _exp_of(ring, rest, coefficient)
    return power(function_atom("exp", Poly(ring, {monomial: 1}), exp), coefficient)


def log(argument: Poly) -> Poly:
    """``log`` split over the factors of its argument, where both sides are defined."""
    ring = argument.ring
    if not argument:
        raise ZeroDivisionError("the logarithm of zero")
    coefficient, monomial, rest = content(argument)
    if len(rest.terms) == 1:
        ((monomial, coefficient),) = (Poly(ring, {monomial: coefficient}) * rest).terms.items()
        rest = ring.one
    if coefficient < 0:
        coefficient, rest = -coefficient, -rest
    total = _log_number(ring, Fraction(coefficient))
    for i, e in monomial:
        total = total + _log_component(ring, ring.table.by_id[i]).scale(e)
    return total if rest == ring.one else total + function_atom("log", rest, log)


def _log_component(ring: Ring, component: Component) -> Poly:
    template = ring.templates.get(component.head)
    if not component.sizes and template is not None:
        inner = ring.instance(component.head, component.indices)
        if template.kind == "exp":
            return inner
        if template.kind == "root":
            return log(inner)
    if component.head[:2] == "n:":
        return _log_number(ring, Fraction(int(component.head[2:])))
    if component.head == "c:e":
        return ring.one
    return function_atom("log", ring.component(component), log)


def _log_number(ring: Ring, value: Fraction) -> Poly:
    total = ring.zero
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in factorised(number):
            total = total + function_atom("log", ring.constant(prime), log).scale(sign * times)
    return total


def step(argument: Poly) -> Poly:
    """1 where the argument is positive, else 0; ``step(-u) = 1 - step(u)`` almost everywhere."""
    ring = argument.ring
    if not argument:
        return ring.zero
    indicators = _common_indicators(argument)
    if indicators:
        kept = {tuple(f for f in m if f[0] not in indicators): c for m, c in argument.terms.items()}
        outer = ring.product(ring.component(ring.table.by_id[i]) for i in indicators)
        return outer * step(Poly(ring, kept))
    coefficient, _, rest = content(argument, keep_signs=True)
    if len(rest.terms) == 1:
        ((monomial, number),) = rest.terms.items()
        signed = tuple((i, x) for i, x in monomial if not is_positive(ring, ring.table.by_id[i]))
        coefficient, rest = coefficient * number, Poly(ring, {signed: 1})
    if rest == ring.one:
        return ring.one if coefficient > 0 else ring.zero
    sign, atom = signed_atom("step", rest.scale(1 if coefficient > 0 else -1), step)
    return atom if sign > 0 else ring.one - atom


def _common_indicators(poly: Poly) -> set[int]:
    """The steps that every term carries: ``step(s·u) = s·step(u)``."""
    ids = [{i for i, _ in m if poly.ring.table.by_id[i].head[0] == "S"} for m in poly.terms]
    return set.intersection(*ids)


def _odd(kind: str) -> Callable[[Poly], Poly]:
    """An odd function: the sign of the argument is taken out."""

    def apply(argument: Poly) -> Poly:
        if not argument:
            return argument
        sign, atom = signed_atom(kind, argument, apply)
        return atom.scale(sign)

    return apply


erf = _odd("erf")
sin = _odd("sin")
atan = _odd("atan")


def cos(argument: Poly) -> Poly:
    """The cosine, an even function."""
    return signed_atom("cos", argument, cos)[1] if argument else argument.ring.one
