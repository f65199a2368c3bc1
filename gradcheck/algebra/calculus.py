"""Derivatives of a polynomial with respect to one entry of a tensor.

``∂x[I]/∂x[J] = Π_k δ(I_k, J_k)``; a sum's bound indices are given fresh names, the product
rule is applied inside, and summing again contracts the deltas.
"""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra import functions
from gradcheck.algebra.components import Component
from gradcheck.algebra.poly import Poly, Ring, tidy
from gradcheck.algebra.roots import power


def derive(poly: Poly, head: str, indices: tuple[str, ...]) -> Poly:
    """``∂ poly / ∂ head[indices]``, every other atom held fixed."""
    ring = poly.ring
    total = ring.zero
    for monomial, coefficient in poly.terms.items():
        for position, (ident, exponent) in enumerate(monomial):
            component = ring.table.by_id[ident]
            if head not in component.deps:
                continue
            inner = _derive_component(ring, component, head, indices)
            if not inner:
                continue
            lowered = ((ident, tidy(exponent - 1)),) if exponent != 1 else ()
            rest = monomial[:position] + lowered + monomial[position + 1 :]
            total = total + Poly(ring, {rest: tidy(coefficient * exponent)}) * inner
    return total


def _derive_component(ring: Ring, component: Component, head: str, wrt: tuple[str, ...]) -> Poly:
    if not component.sizes:
        return _derive_atom(ring, component.head, component.indices, head, wrt)
    bound, atoms = ring.unbound(component)
    total = ring.zero
    for k, (name, indices, exponent) in enumerate(atoms):
        inner = _derive_atom(ring, name, indices, head, wrt)
        if not inner:
            continue
        factors = [ring.power(ring.atom(n, i), e) for j, (n, i, e) in enumerate(atoms) if j != k]
        own = ring.power(ring.atom(name, indices), tidy(exponent - 1)).scale(exponent)
        total = total + (ring.product(factors) * own * inner).sum_over_all(bound)
    return total


def _derive_atom(ring: Ring, name: str, indices: tuple[str, ...], head: str, wrt: tuple[str, ...]) -> Poly:
    if name == head:
        return ring.product(ring.delta(a, b) for a, b in zip(indices, wrt, strict=True))
    template = ring.templates.get(name)
    if template is None or head not in ring.table.deps_of_head[name]:
        return ring.zero
    argument = ring.instance(name, indices)
    inner = derive(argument, head, wrt)
    return _outer(ring, template.kind, name, indices, argument) * inner if inner else inner


def _outer(ring: Ring, kind: str, name: str, indices: tuple[str, ...], argument: Poly) -> Poly:
    """The derivative of a function with respect to its argument."""
    match kind:
        case "root":
            return ring.one
        case "exp":
            return ring.atom(name, indices)
        case "log":
            return power(argument, -1)
        case "step":
            return ring.zero
        case "erf":
            pi = power(ring.atom("c:pi"), Fraction(-1, 2)).scale(2)
            return pi * functions.exp(-(argument * argument))
        case "sin":
            return functions.cos(argument)
        case "cos":
            return -functions.sin(argument)
        case "atan":
            return power(ring.one + argument * argument, -1)
        case _:
            raise ValueError(f"no derivative rule for {kind}")
