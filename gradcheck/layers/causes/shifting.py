"""Whole blocks, or what single outputs owe, stand some places beside where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.places import element
from gradcheck.layers.target import Array

_MOST_AXES = 8
_FARTHEST = 3


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
