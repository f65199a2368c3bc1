"""How much there is to read in a formula: what a derivation makes smaller."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import Component
from gradcheck.algebra.poly import Coefficient, Poly, Ring


def cost(expr: e.Expr) -> float:
    """A weight for everything that is printed; a sum weighs more than a name, a name more than a number."""
    match expr:
        case e.Num(value):
            return 0.4 if value.denominator == 1 and abs(value) == 1 else 0.8
        case e.Size() | e.Constant():
            return 0.8
        case e.Var(_, indices) | e.Ref(_, indices):
            return 1.0 + 0.1 * len(indices)
        case e.Adjoint(_, _, indices):
            return 1.3 + 0.1 * len(indices)
        case e.Delta():
            return 1.5
        case e.Add(terms):
            return 0.5 * len(terms) + sum(map(cost, terms))
        case e.Mul(factors):
            return 0.1 * len(factors) + sum(map(cost, factors))
        case e.Pow(base, exponent):
            return 0.3 + cost(base) + (0.0 if exponent == e.number(-1) else 0.6)
        case e.Fun(_, args):
            return 0.8 + sum(map(cost, args))
        case e.Sum(_, _, body):
            return 1.5 + cost(body)
        case e.Partial(body):
            return 2.0 + cost(body)


def magnitude(value: Coefficient) -> float:
    """How far from zero a number is."""
    return abs(float(value))


class Weights:
    """About what `cost` would say of a polynomial once it is written, without writing it.

    ``phrase`` finds the words of the definitions for what stands under a root or in a function.
    """

    def __init__(self, ring: Ring, phrase: Callable[[Poly], e.Expr | None]) -> None:
        self.ring, self.phrase = ring, phrase
        self._known: dict[int, float] = {}

    def of(self, poly: Poly) -> float:
        """The weight of the terms, what all have in common counted once."""
        monomials = [dict(m) for m in poly.terms]
        if not monomials:
            return 0.0
        shared = set(monomials[0]).intersection(*monomials[1:]) if len(monomials) > 1 else set()
        common = {i for i in shared if len({m[i] > 0 for m in monomials}) == 1}
        total = sum(self._component(i) for i in common)
        for monomial, number in zip(monomials, poly.terms.values(), strict=True):
            total += 0.5 + (0.0 if number in (1, -1) else 0.8)
            for i, exponent in monomial.items():
                if i in common and exponent == min((m[i] for m in monomials), key=magnitude):
                    continue
                total += self._component(i) + (0.0 if exponent in (1, -1) else 0.6)
        return total

    def _component(self, ident: int) -> float:
        found = self._known.get(ident)
        if found is None:
            found = self._known[ident] = self._weigh(self.ring.table.by_id[ident])
        return found

    def _weigh(self, component: Component) -> float:
        total = 1.5 * len(component.sizes)
        for head, indices, _ in component.atoms:
            template = self.ring.templates.get(head)
            if template is not None:
                phrase = self.phrase(template.argument)
                inside = self.of(template.argument) if phrase is None else cost(phrase)
                total += inside + (0.3 if template.kind == "root" else 0.8)
            else:
                total += 0.8 if head[:2] in ("s:", "c:", "n:") else 1.0 + 0.1 * len(indices)
        return total
