"""The numbers are right and stand at the wrong places: transposed, permuted, shifted, given to another element."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.target import Array

_MOST_AXES = 8
_FARTHEST = 3


def transposed(evidence: Evidence) -> Cause | None:
    """Two or three axes of the argument exchanged."""
    return _exchanged(evidence, len(evidence.shape))


def transposed_outputs(evidence: Evidence) -> Cause | None:
    """Axes of the output exchanged with each other, or with those of the argument."""
    return (
        _exchanged(evidence, len(evidence.shape) + len(evidence.first.out_shape))
        if evidence.first.whole
        else None
    )


def _exchanged(evidence: Evidence, ranks: int) -> Cause | None:
    first = evidence.first
    shape = (*first.shape, *(first.out_shape if first.whole else (first.columns,)))
    if len(shape) > _MOST_AXES:
        return None
    for axes in _exchanges(shape, ranks):
        if all(_is_moved(v, shape, axes) for v in evidence.views):
            return _transposed(evidence, axes, len(first.shape))
    return None


def _exchanges(shape: tuple[int, ...], ranks: int) -> Iterator[tuple[int, ...]]:
    """Permutations of axes that keep the shape: exchanges of two first, then cycles of three, then two pairs."""
    rank = len(shape)
    pairs = [p for p in combinations(range(ranks), 2) if shape[p[0]] == shape[p[1]] > 1]
    for a, b in pairs:
        yield _cycle(rank, (a, b))
    for a, b, c in combinations(range(ranks), 3):
        if shape[a] == shape[b] == shape[c] > 1:
            yield _cycle(rank, (a, b, c))
            yield _cycle(rank, (a, c, b))
    for (a, b), (c, d) in combinations(pairs, 2):
        if len({a, b, c, d}) == 4:
            one = list(_cycle(rank, (a, b)))
            one[c], one[d] = one[d], one[c]
            yield tuple(one)


def _cycle(rank: int, axes: tuple[int, ...]) -> tuple[int, ...]:
    order = list(range(rank))
    for a, b in zip(axes, (*axes[1:], axes[0]), strict=True):
        order[a] = b
    return tuple(order)


def _is_moved(view: View, shape: tuple[int, ...], axes: tuple[int, ...]) -> bool:
    def moved(array: Array) -> Array:
        result: Array = np.transpose(array.reshape(shape), axes).reshape(view.due.shape)
        return result

    due, tolerance = moved(view.due), moved(np.where(view.known, view.tolerance, np.inf))
    known = view.known & np.isfinite(tolerance)
    return bool((np.abs(view.given - due) <= tolerance + view.tolerance)[known].all())


def _transposed(evidence: Evidence, axes: tuple[int, ...], rank: int) -> Cause:
    name = evidence.name
    moved = [a for a, b in enumerate(axes) if a != b]
    if all(a < rank for a in moved):
        if rank == 2:
            return Cause(
                "L115",
                f"the gradient of {name} is transposed: it is right as d{name}.T",
                f"transpose it: d{name} = d{name}.T",
            )
        inner = axes[:rank]
        inverse = tuple(int(i) for i in np.argsort(inner))
        return Cause(
            "L115",
            f"the axes of the gradient of {name} are permuted: it is what is due, transposed with {inner}",
            f"transpose it back: d{name}.transpose{inverse}",
        )
    if all(a >= rank for a in moved):
        which = " and ".join(str(a - rank) for a in moved)
        return Cause(
            "L115",
            f"the upstream gradient stands transposed in the gradient of {name}: its axes {which} are exchanged",
            "use dout.T where dout stands, or dout where dout.T stands, in this gradient",
        )
    inside, outside = (next(a for a in moved if (a < rank) is at) for at in (True, False))
    return Cause(
        "L115",
        f"the matrix that takes the upstream gradient to {name} is transposed: axis {inside} of {name} and axis "
        f"{outside - rank} of the output are exchanged",
        "multiply by the transpose of that matrix (dout @ w.T where y = x @ w)",
    )


def permuted(evidence: Evidence) -> Cause | None:
    """The rows of the gradient are those that are due, in another order."""
    orders = [_order(v) for v in evidence.views]
    if any(o is None for o in orders):
        return None
    found = [o for o in orders if o is not None]
    name, shape = evidence.name, evidence.shape
    if not all((o == found[0]).all() for o in found):
        return Cause(
            "L116",
            f"the elements of the gradient of {name} are right, but stand at the wrong places, which change with "
            f"the values: {_example(name, shape, found[0])}",
            "use the inverse of the order in which the forward gathers (scatter where it gathers), and the same "
            "positions (argmax, argsort) as the forward",
        )
    return Cause("L116", *_ordered(name, shape, found[0]))


def _order(view: View) -> Array | None:
    """For each row of ``given`` the row of ``due`` that it equals, itself if possible; None if there is none."""
    n = view.due.shape[0]
    if n > 600 or not view.known.all():
        return None
    if view.columns == 1 and (n < 4 or len(np.unique(np.round(view.due, 12))) < 0.6 * n):
        return None
    weights = 1.0 + np.arange(view.columns) / (view.columns + 7.3) + np.sin(np.arange(view.columns)) ** 2
    order = np.arange(n)
    wrong = np.flatnonzero(view.wrong.any(axis=1))
    due, given = view.due[wrong] @ weights, view.given[wrong] @ weights
    by_due, by_given = np.argsort(due, kind="stable"), np.argsort(given, kind="stable")
    order[wrong[by_given]] = wrong[by_due]
    apart = np.abs(view.given - view.due[order])
    if not (apart <= view.tolerance + view.tolerance[order]).all():
        return None
    return order if np.abs(view.due).max() > 0 else None


def _example(name: str, shape: tuple[int, ...], order: Array) -> str:
    i = int(np.flatnonzero(order != np.arange(order.size))[0])
    there, here = (element(j, shape) for j in (int(order[i]), i))
    return f"{name}{here} gets what is due to {name}{there}"


def element(number: int, shape: tuple[int, ...]) -> str:
    """An index in brackets, as people write it.

    >>> element(5, (2, 3))
    '[1, 2]'
    """
    return str([int(i) for i in np.unravel_index(number, shape)]) if shape else "[]"


def _ordered(name: str, shape: tuple[int, ...], order: Array) -> tuple[str, str]:
    """What a permutation that is the same at every input is."""
    numbers = np.arange(order.size).reshape(shape)
    for axis, length in enumerate(shape):
        if (np.flip(numbers, axis).ravel() == order).all():
            return (
                f"the gradient of {name} is reversed along axis {axis}",
                f"reverse it: np.flip(d{name}, {axis})",
            )
        for by in range(1, length):
            if (np.roll(numbers, by, axis).ravel() == order).all():
                by = by - length if by > length // 2 else by
                return (
                    f"the gradient of {name} is rolled by {by} along axis {axis}",
                    f"roll it back: np.roll(d{name}, {-by}, axis={axis})",
                )
    if sorted(order) == list(range(order.size)) and order.size > 1:
        moved = np.flatnonzero(order != np.arange(order.size))
        where = " and ".join(_slabs(moved, shape))
        if where or moved.size == 2:
            which = f", {where}" if where else ""
            return (
                f"elements of the gradient of {name} are exchanged{which}: {_example(name, shape, order)}",
                "put them back: each element gets what is due to itself",
            )
    return (
        f"the elements of the gradient of {name} are right, but stand in another order: "
        f"{_example(name, shape, order)}",
        "undo what the forward does to positions in the reverse order: reshape, transpose, gather, argmax",
    )


def _slabs(moved: Array, shape: tuple[int, ...]) -> Iterator[str]:
    index = np.unravel_index(moved, shape)
    for axis, along in enumerate(index):
        found = sorted({int(i) for i in along})
        if len(found) == 2 and moved.size == 2 * np.prod(shape) / shape[axis]:
            yield f"those at {found[0]} with those at {found[1]} along axis {axis}"


def shifted(evidence: Evidence) -> Cause | None:
    """A block of the gradient stands some places too early or too late along one or two axes."""
    first = evidence.first
    shape = (*first.shape, *(first.out_shape if first.whole and first.columns > 1 else (first.columns,)))
    if len(shape) > _MOST_AXES:
        return None
    for by in _shifts(shape, len(first.shape), first.whole and first.columns > 1):
        if all(_is_shifted(v, shape, by) for v in evidence.views):
            return _shift(evidence, by)
    return None


def _shifts(shape: tuple[int, ...], rank: int, outputs: bool) -> Iterator[dict[int, int]]:
    axes = [a for a in range(len(shape) if outputs else rank) if shape[a] > 2]
    for size in range(1, _FARTHEST + 1):
        for axis, sign in product(axes, (1, -1)):
            if size <= shape[axis] // 2:
                yield {axis: sign * size}
    for a, b in combinations([a for a in axes if a < rank], 2):
        for by, s, t in product(range(1, _FARTHEST + 1), (1, -1), (1, -1)):
            if by <= min(shape[a], shape[b]) // 2:
                yield {a: s * by, b: t * by}


def _is_shifted(view: View, shape: tuple[int, ...], by: dict[int, int]) -> bool:
    """Whether given[i] = due[i − by] wherever that exists; what has come in from outside may be anything."""
    here, there = [slice(None)] * len(shape), [slice(None)] * len(shape)
    for axis, n in by.items():
        here[axis] = slice(n, None) if n > 0 else slice(None, n)
        there[axis] = slice(None, -n) if n > 0 else slice(-n, None)

    def cut(array: Array, places: list[slice]) -> Array:
        return array.reshape(shape)[tuple(places)]

    known = cut(view.known, here) & cut(view.known, there)
    due, given = cut(view.due, there), cut(view.given, here)
    allowed = cut(view.tolerance, here) + cut(view.tolerance, there)
    same = np.abs(given - due) <= allowed
    felt = cut(view.felt, there)
    enough = felt.sum() >= max(2, 0.3 * view.felt.sum())
    enough &= (cut(view.wrong, here) & known).sum() >= max(2, 0.2 * felt.sum())
    return bool(enough) and bool(same[known].all())


def _shift(evidence: Evidence, by: dict[int, int]) -> Cause:
    rank, name = len(evidence.shape), evidence.name
    parts = []
    for axis, n in by.items():
        whose = f"axis {axis}" if axis < rank else f"axis {axis - rank} of the upstream gradient"
        parts.append(
            f"{abs(n)} place{'s' if abs(n) > 1 else ''} too {'late' if n > 0 else 'early'} along {whose}"
        )
    return Cause(
        "L118",
        f"the gradient of {name} stands {' and '.join(parts)}",
        "move the slice: its beginning and its end are those that the forward has read",
    )


def displaced(evidence: Evidence) -> Cause | None:
    """What each output owes is given in full, but to another element than the one it was read from."""
    if not all(_is_displaced(v) for v in evidence.views):
        return None
    view, name = evidence.first, evidence.name
    column = int(np.flatnonzero(view.wrong.any(axis=0))[0])
    from_, to = (_largest(a[:, column] * view.wrong[:, column]) for a in (view.due, view.given))
    return Cause(
        "L116",
        f"contributions to the gradient of {name} go to the wrong elements: that of output "
        f"{element(column, view.out_shape)} goes to {name}{element(to, view.shape)}, and was read at "
        f"{name}{element(from_, view.shape)}",
        "add to the very positions that the forward reads: the same stride, window, padding and index",
    )


def _largest(column: Array) -> int:
    return int(np.argmax(np.abs(column)))


def _is_displaced(view: View) -> bool:
    if not view.whole or view.columns < 4 or not view.known.all() or view.due.shape[0] < 4:
        return False
    due, given = np.sort(view.due, axis=0), np.sort(view.given, axis=0)
    error = view.tolerance.max(axis=0)
    sparse = (np.abs(view.due) > view.tolerance).mean() < 0.7
    return bool(sparse) and bool((np.abs(due - given) <= 2 * error).all())
