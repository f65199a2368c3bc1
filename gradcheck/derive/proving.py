"""Every line of a chain is proved before it is shown; a line that is not stays out."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.derive.derivation import CannotDerive, Forward, Step


class Prover:
    """Equality for every size over the definitions alone, not over what was derived from them."""

    def __init__(self, forward: Forward) -> None:
        self.algebra, self.forward = Algebra(forward.graph), forward
        self.given = tuple(self._unit(forward, name) for name in forward.normalised)
        self.source = forward.source
        self._answers: dict[tuple[e.Expr, e.Expr], bool] = {}

    def _unit(self, forward: Forward, name: str) -> Poly:
        sizes = forward.graph.leaves[name]
        letters = tuple(f"@{k}" for k in range(len(sizes)))
        ring = self.algebra.ring
        return ring.atom(f"v:{name}", letters).sum_over(letters[-1], sizes[-1]) - ring.one

    def rely_on(self, name: str, gradient: e.Expr) -> None:
        """Let later proofs use a gradient that has been proved."""
        if name in self.forward.graph.nodes:
            self.algebra = self.algebra.overridden({**self.algebra.overrides, name: gradient})

    def equal(self, left: e.Expr, right: e.Expr) -> bool:
        """Whether ``left = right`` is proved."""
        found = self._answers.get((left, right))
        if found is None:
            try:
                found = self.algebra.equal(left, right, self.given)
            except (TooComplex, ZeroDivisionError):
                found = False
            self._answers[left, right] = found
        return found

    def _follows(self, before: e.Expr, after: e.Expr) -> bool:
        """Whether two lines have one normal form, with no definition written out."""
        try:
            return self.algebra.lower(before) == self.algebra.lower(after)
        except (TooComplex, ZeroDivisionError):
            return False

    def kept(self, subject: e.Expr, steps: Iterable[Step]) -> list[Step]:
        """The steps that are proved, each unless it repeats the one before.

        Raises `CannotDerive` if the last line, the result, is not among them.
        """
        listed = list(steps)
        kept: list[Step] = []
        for step in listed:
            if kept and _in_order(step.value) == _in_order(kept[-1].value):
                continue
            if step.value == subject:
                continue
            if (kept and self._follows(kept[-1].value, step.value)) or self.equal(subject, step.value):
                kept.append(step)
        if not kept or _in_order(kept[-1].value) != _in_order(listed[-1].value):
            raise CannotDerive(f"the gradient {subject} was found but could not be proved", self.source)
        return kept


def _in_order(expr: e.Expr) -> e.Expr:
    """The terms of sums and the factors of products in a fixed order, to see what differs in more."""

    def change(part: e.Expr) -> e.Expr:
        match part:
            case e.Add(terms):
                return e.Add(tuple(sorted(terms, key=repr)))
            case e.Mul(factors):
                return e.Mul(tuple(sorted(factors, key=repr)))
            case _:
                return part

    return e.mapped(expr, change)
