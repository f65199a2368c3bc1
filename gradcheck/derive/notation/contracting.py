"""Sums over products of whole arrays: which matrices meet at an index, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradcheck.derive.notation.arrays import (
    ONES,
    Array,
    NoMatrixForm,
    entrywise,
    in_a_row,
    matrix_product,
    transposed,
)
from gradcheck.derive.notation.pieces import Applied, Bars, Numeral, Piece, Quotient, Raised, Transposed


@dataclass(frozen=True, slots=True)
class Group:
    """Arrays of the same axes, to be multiplied entry by entry, and those they are divided by."""

    axes: tuple[str, ...]
    above: tuple[Piece, ...] = ()
    below: tuple[Piece, ...] = ()

    @property
    def array(self) -> Array:
        """The group as one array."""
        top = entrywise(self.above) if self.above else Numeral(1)
        return Array(Quotient(top, entrywise(self.below)) if self.below else top, self.axes)

    def joined(self, other: Group) -> Group:
        """Both groups as one, in this one's order of axes."""
        return Group(
            self.axes,
            (*self.above, *(Array(p, other.axes).along(self.axes) for p in other.above)),
            (*self.below, *(Array(p, other.axes).along(self.axes) for p in other.below)),
        )


def grouped(groups: Iterable[Group]) -> list[Group]:
    """Groups of different axes: those with the same ones are joined."""
    found: dict[frozenset[str], Group] = {}
    for group in groups:
        key = frozenset(group.axes)
        found[key] = found[key].joined(group) if key in found else group
    return list(found.values())


def contracted(groups: Iterable[Group], summed: Iterable[str]) -> list[Group]:
    """The groups after summing over indices, one at a time, those that meet the fewest matrices first."""
    current, left = grouped(groups), list(summed)
    while left:
        left.sort(key=lambda k: _awkwardness(k, current))
        whole = _double_sum(current, left)
        if whole is not None:
            current, done = whole
            left = [k for k in left if k not in done]
            continue
        index = left.pop(0)
        current = grouped(_without(index, current))
    return current


def _awkwardness(index: str, groups: list[Group]) -> tuple[int, int]:
    """How many matrices meet at an index, and how many of them are transposed if it is summed first."""
    axes = [g.axes for g in groups if len(g.axes) == 2 and index in g.axes]
    return len(axes), sum(own[0] == index for own in axes)


def _double_sum(groups: list[Group], summed: list[str]) -> tuple[list[Group], tuple[str, ...]] | None:
    """A matrix summed over both its axes where nothing else stands: a norm, a trace, or ones around it."""
    for group in groups:
        alone = not any(g is not group and set(g.axes) & set(group.axes) for g in groups)
        if len(group.axes) == 2 and alone and set(group.axes) <= set(summed):
            rest = [g for g in groups if g is not group]
            return [*rest, Group((), (_summed_matrix(group),))], group.axes
    return None


def _summed_matrix(group: Group) -> Piece:
    if len(group.above) == 2 and not group.below:
        first, second = group.above
        if first == second:
            return Raised(Bars(first, double=True, mark="F"), Numeral(2))
        return Applied("tr", (in_a_row(transposed(first), second),))
    return in_a_row(Transposed(ONES), group.array.piece, ONES)


def _without(index: str, groups: list[Group]) -> list[Group]:
    """The groups with one index summed over."""
    meeting = [g for g in groups if index in g.axes]
    others = [g for g in groups if index not in g.axes]
    matrices = [g.array for g in meeting if len(g.axes) == 2]
    vectors = [g for g in meeting if len(g.axes) == 1]
    if not matrices:
        return [*others, Group((), (_summed_vector(vectors[0]),))]
    if len(matrices) == 1:
        (other,) = (a for a in matrices[0].axes if a != index)
        vector = vectors[0].array.piece if vectors else ONES
        return [*others, Group((other,), (in_a_row(matrices[0].along((other, index)), vector),))]
    if len(matrices) > 2:
        raise NoMatrixForm
    left, right = (next(a for a in m.axes if a != index) for m in matrices)
    if matrices[0].axes[0] == index and matrices[1].axes[1] == index:
        # ``B A`` rather than ``(A^T B^T)^T``: two matrices that fit as they stand keep out of transposes.
        matrices.reverse()
        left, right = right, left
    middle = [Applied("diag", (v.array.piece,)) for v in vectors]
    row = (matrices[0].along((left, index)), *middle, matrices[1].along((index, right)))
    return [*others, Group((left, right), (matrix_product(row),))]


def _summed_vector(group: Group) -> Piece:
    if group.below or len(group.above) == 1:
        return in_a_row(Transposed(ONES), group.array.piece)
    first, rest = group.above[0], entrywise(group.above[1:])
    if first == rest:
        return Raised(Bars(first, double=True), Numeral(2))
    return in_a_row(transposed(first), rest)
