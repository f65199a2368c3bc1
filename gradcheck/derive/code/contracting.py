"""Sums over products of arrays: ``@`` where two arrays share the summed index, else a reduction or einsum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gradcheck.algebra.expr import Expr, Ref, Size, Sum, Var, free_indices, mul, walk
from gradcheck.derive.code.dialects import Dialect
from gradcheck.derive.code.tidying import as_power, factors_of
from gradcheck.derive.code.values import ATOM, PRODUCT, Axes, Value, fits


class Parts(Protocol):
    """Who writes what is summed."""

    dialect: Dialect

    def write(self, expr: Expr, frame: Axes) -> Value: ...

    def aligned(self, value: Value, frame: Axes) -> Value: ...


@dataclass(frozen=True)
class Split:
    """Two groups of factors, and the axes that both have, that only one has, and that are summed."""

    left: tuple[Expr, ...]
    right: tuple[Expr, ...]
    both: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]


class Summer:
    """Writes sums for a writer."""

    def __init__(self, writer: Parts) -> None:
        self.writer = writer

    def write(self, expr: Sum, frame: Axes, method: str = "sum") -> Value:
        """The sum as an array in the frame."""
        bound, body = opened(expr)
        split = self._split(body, bound, frame) if method == "sum" else None
        if split is None:
            return self.reduced(body, bound, frame, method)
        return self.writer.aligned(self._multiplied(split, tuple(bound)), frame)

    def mean(self, factors: list[Expr], frame: Axes) -> tuple[Value | None, list[Expr]]:
        """A mean among the factors, which is a sum with the size that it runs over as a divisor."""
        for factor in factors:
            if not isinstance(factor, Sum):
                continue
            bound, body = opened(factor)
            rest = [f for f in factors if f is not factor]
            inverse = [f for f in rest if isinstance(as_power(f)[0], Size) and as_power(f)[1] == -1]
            found = [next((f for f in inverse if as_power(f)[0] == Size(s)), None) for s in bound.values()]
            if None in found or len(set(map(id, found))) < len(found) or self._split(body, bound, frame):
                continue
            left = [f for f in rest if not any(f is g for g in found)]
            return self.reduced(body, bound, frame, "mean"), left
        return None, factors

    # -- reductions -------------------------------------------------------------------

    def reduced(self, body: Expr, bound: dict[str, str], frame: Axes, method: str) -> Value:
        """A method such as ``sum`` over the axes of the bound indices."""
        inner = order_of(body, frame)
        value = self.writer.write(body, inner)
        axes = tuple(inner)
        places = [k - len(axes) if k else 0 for k, a in enumerate(axes) if a in bound]
        left = tuple(a for a in axes if a not in bound)
        kept = tuple(None if a in bound else a for a in axes)
        keep = not fits(left, frame) and fits(kept, frame)
        axis, keepdims = self.writer.dialect.reduction
        arguments = []
        if left or keep:
            shown = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
            arguments.append(f"{axis}={shown}")
        if keep:
            arguments.append(f"{keepdims}=True")
        code = f"{value.within(ATOM)}.{method}({', '.join(arguments)})"
        return self.writer.aligned(Value(code, axes=kept if keep else left), frame)

    # -- matrix products --------------------------------------------------------------

    def _split(self, body: Expr, bound: dict[str, str], frame: Axes) -> Split | None:
        """Two groups of factors whose product is a contraction; None if it is elementwise."""
        factors = factors_of(body)
        axes = [free_indices(f) for f in factors]
        everything = frozenset().union(*axes)
        if len(factors) < 2 or all(a == everything for a in axes):
            return None
        outer = everything - set(bound)
        both = frozenset.intersection(*(a & outer for a in axes if a & outer)) if outer else frozenset[str]()
        groups = _connected(factors, outer) if outer else []
        apart = _connected(factors, outer - both) if len(groups) == 1 else []
        if len(apart) > 1:
            groups = apart
        else:
            both = frozenset()
        loose = [f for f in factors if not (free_indices(f) & (outer - both))]
        return self._grouped(groups, loose, both, bound, frame)

    def _grouped(
        self,
        groups: list[list[Expr]],
        loose: list[Expr],
        both: frozenset[str],
        bound: dict[str, str],
        frame: Axes,
    ) -> Split | None:
        if len(groups) == 2:
            left, right = groups
            smaller = min((left, right), key=lambda g: len(free_indices(mul(*g))))
            smaller += loose
        elif len(groups) == 1 and loose and not both:
            left, right = groups[0], loose
        else:
            return None
        a, b = free_indices(mul(*left)), free_indices(mul(*right))
        if any(i not in a or i not in b for i in bound):
            return None
        order = order_of(mul(*left, *right), frame)
        named = [i for i in order if i not in bound and i is not None]
        first = tuple(i for i in named if i in a and i not in both)
        second = tuple(i for i in named if i in b and i not in both)
        ahead = [i for i in frame if i in (*first, *second)]
        if ahead and second and ahead[0] in second:
            left, right, first, second = right, left, second, first
        return Split(tuple(left), tuple(right), tuple(i for i in named if i in both), first, second)

    def _multiplied(self, split: Split, summed: tuple[str, ...]) -> Value:
        """The contraction by ``@``, or by einsum where there are more axes than matrices have."""
        left, right = mul(*split.left), mul(*split.right)
        simple = len(summed) == 1 and len(split.second) <= 1 and (len(split.first) <= 1 or not split.both)
        if not simple or (split.both and not (split.first and split.second)):
            return self._einsum(split, summed)
        a = self._operand(left, (*split.both, *split.first, *summed))
        b = self._operand(right, (*split.both, *summed, *split.second))
        axes = (*split.both, *split.first, *split.second)
        if a is None or b is None:
            return self._einsum(split, summed)
        return Value(f"{a.within(PRODUCT)} @ {b.within(ATOM)}", PRODUCT, axes)

    def _operand(self, expr: Expr, axes: tuple[str, ...]) -> Value | None:
        return self.writer.aligned(self._whole(expr, axes), axes)

    def _whole(self, expr: Expr, frame: tuple[str, ...]) -> Value:
        """An array with all the axes of the frame, not necessarily in its order."""
        order = order_of(expr, frame)
        value = self.writer.write(expr, order)
        return Value(value.code, value.binding, order)

    def _einsum(self, split: Split, summed: tuple[str, ...]) -> Value:
        operands = [self._whole(f, tuple(order_of(f, ()))) for f in (*split.left, *split.right)]
        out = (*split.both, *split.first, *split.second)
        letters = {a: chr(ord("a") + k) for k, a in enumerate(dict.fromkeys((*out, *summed)))}
        inputs = ",".join("".join(letters[str(a)] for a in v.axes) for v in operands)
        subscripts = f"{inputs}->{''.join(letters[a] for a in out)}"
        codes = ", ".join(v.code for v in operands)
        return Value(self.writer.dialect.einsum.format(subscripts, codes), ATOM, out)


def opened(expr: Sum) -> tuple[dict[str, str], Expr]:
    """The indices of nested sums with their sizes, and what is summed."""
    bound, body = {expr.index: expr.size}, expr.body
    while isinstance(body, Sum):
        bound[body.index] = body.size
        body = body.body
    return bound, body


def order_of(expr: Expr, frame: Axes) -> tuple[str, ...]:
    """The axes of a formula in the order in which its largest tensor has them."""
    free = free_indices(expr)
    entries = [p for p in walk(expr) if isinstance(p, Var | Ref)]
    entries.sort(key=lambda p: -len(set(p.indices) & free))
    order: list[str] = []
    for entry in entries:
        own = [i for i in entry.indices if isinstance(i, str) and i in free]
        for place, index in enumerate(own):
            if index not in order:
                later = [order.index(i) for i in own[place + 1 :] if i in order]
                order.insert(min(later) if later else len(order), index)
    outside = [a for a in frame if a in free and a not in order]
    return (*(str(a) for a in outside), *order, *sorted(free - set(order) - set(outside)))


def _connected(factors: Sequence[Expr], by: frozenset[str]) -> list[list[Expr]]:
    """The factors that have some of the axes, grouped so that no two groups share one."""
    groups: list[tuple[set[str], list[Expr]]] = []
    for factor in factors:
        axes = set(free_indices(factor) & by)
        if not axes:
            continue
        touching = [g for g in groups if g[0] & axes]
        groups = [g for g in groups if not g[0] & axes]
        joined = [f for g in touching for f in g[1]] + [factor]
        groups.append((axes.union(*(g[0] for g in touching)), joined))
    return [members for _, members in groups]
