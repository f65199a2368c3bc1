"""Formulas with axes: what a formula in matrix or array notation denotes.

A `Value` is an expression together with those of its free indices that are axes, in
order. ``X W`` with axes (n, d) and (d, l) is ``Σ_d X[n,d] W[d,l]`` with axes (n, l). A formula in
index notation has no axes. Vectors are columns; a transposed one is marked as a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gradcheck.algebra import expr as e
from gradcheck.documents.symbols.sizes import Sizes


@dataclass(frozen=True, slots=True)
class Value:
    """``expr`` with its ``axes`` (names of free indices); ``row`` marks a row vector.

    ``ones`` marks a vector of ones whose length is whatever fits. ``outer`` is how many
    axes stand for what a derivative between arrays is taken of, before those it is taken by.
    ``weighted`` marks ``W X``, to whose rows a bias is added.
    """

    expr: e.Expr
    axes: tuple[str, ...] = ()
    row: bool = False
    ones: bool = False
    outer: int = 0
    weighted: bool = False

    @property
    def rank(self) -> int:
        return len(self.axes)


class Axes:
    """Hands out axis names and knows how long each is."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.classes: dict[str, int] = {}
        self.conflicts: list[tuple[str, str]] = []
        self._count = 0

    def fresh(self, member: int) -> str:
        """A new axis of the length of class ``member``."""
        self._count += 1
        name = f"α{self._count}"
        self.classes[name] = member
        return name

    def size(self, axis: str) -> str:
        return self.sizes.name(self.classes[axis])

    def same(self, left: str, right: str) -> bool:
        return self.sizes.find(self.classes[left]) == self.sizes.find(self.classes[right])

    def unify(self, left: str, right: str) -> None:
        """Make two axes equally long; where both are settled and differ, note the conflict."""
        self.meet(self.classes[left], self.classes[right])

    def meet(self, left: int, right: int) -> None:
        """The same for two classes."""
        if not self.sizes.union(left, right):
            self.conflicts.append((self.sizes.name(left), self.sizes.name(right)))

    def renamed(self, value: Value, axes: Sequence[str]) -> Value:
        """``value`` with its axes called ``axes``."""
        if tuple(axes) == value.axes:
            return value
        return replace(
            value, expr=e.rename(value.expr, dict(zip(value.axes, axes, strict=True))), axes=tuple(axes)
        )

    def elementwise(self, combine: Callable[[e.Expr, e.Expr], e.Expr], a: Value, b: Value) -> Value:
        """Entry by entry, the smaller one repeated along the axes it lacks."""
        if a.rank < b.rank:
            flipped = self.elementwise(lambda x, y: combine(y, x), b, a)
            return flipped
        if a.rank == b.rank and a.rank:
            for left, right in zip(a.axes, b.axes, strict=True):
                self.unify(left, right)
            b = self.renamed(b, a.axes)
        elif b.rank:
            b = self.renamed(b, self.matching(a, b))
        row = a.row or (b.row and a.rank == b.rank)
        return Value(combine(a.expr, b.expr), a.axes, row)

    def matching(self, a: Value, b: Value) -> list[str]:
        """The axes of the larger ``a`` that those of ``b`` run along: equal lengths, else the last."""
        free = list(a.axes)
        chosen: list[str] = []
        for axis in reversed(b.axes):
            fitting = [x for x in free if self.same(x, axis)]
            if not fitting:
                fitting = free[:1] if a.weighted and len(b.axes) == 1 else free[-1:]
                self.unify(fitting[0], axis)
            chosen.insert(0, fitting[-1])
            free.remove(fitting[-1])
        return chosen

    def product(self, a: Value, b: Value, dot: bool) -> Value:
        """Matrix product, by rank; two columns multiply entry by entry unless joined by a dot."""
        if not a.rank or not b.rank:
            return Value(e.mul(a.expr, b.expr), a.axes + b.axes, a.row or b.row, a.ones or b.ones)
        if a.outer and a.rank > 2 and a.rank - a.outer == b.rank:
            return self._contracted_all(a, b)
        if a.rank == b.rank == 1 and not a.row:
            if b.row:
                return Value(e.mul(a.expr, b.expr), a.axes + b.axes)
            if dot:
                return self._contracted(a, b)
            return self.elementwise(e.mul, a, b)
        if a.row and b.row and a.rank == b.rank == 1:
            return self.elementwise(e.mul, a, b)
        if a.rank == 1 and b.rank == 2 and not a.row and self._runs_along(a.axes[0], b):
            return self.elementwise(e.mul, a, b)
        return self._contracted(a, b)

    def _runs_along(self, axis: str, matrix: Value) -> bool:
        """Whether a vector fits the last axis of a matrix and not its first: it scales columns."""
        return self.same(axis, matrix.axes[-1]) and not self.same(axis, matrix.axes[0])

    def _contracted(self, a: Value, b: Value) -> Value:
        left, right = a.axes[-1], b.axes[0]
        if a.rank == 1 and b.rank == 1:
            left, right = a.axes[0], b.axes[0]
        self.unify(left, right)
        shared = self.fresh(self.classes[right if a.ones else left])
        x = e.rename(a.expr, {left: shared})
        y = e.rename(b.expr, {right: shared})
        axes = a.axes[:-1] + b.axes[1:]
        return Value(
            e.Sum(shared, self.size(shared), e.mul(x, y)), axes, row=a.rank == 1 and b.rank == 2 and a.row
        )

    def _contracted_all(self, jacobian: Value, b: Value) -> Value:
        """A derivative between arrays times an array: summed over all axes that meet."""
        kept, met = jacobian.axes[: jacobian.outer], jacobian.axes[jacobian.outer :]
        for axis, other in zip(met, b.axes, strict=True):
            self.unify(axis, other)
        body = e.mul(jacobian.expr, self.renamed(b, met).expr)
        for axis in reversed(met):
            body = e.Sum(axis, self.size(axis), body)
        return Value(body, kept)

    def summed(self, value: Value, axis: str) -> Value:
        """Summed over one axis."""
        axes = tuple(x for x in value.axes if x != axis)
        return Value(e.Sum(axis, self.size(axis), value.expr), axes)
