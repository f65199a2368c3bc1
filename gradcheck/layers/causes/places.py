"""The elements of the gradient are right and stand in another order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.target import Array


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
            f"the elements of the gradient of {name} are right, but stand at the wrong places, which "
            "change with "
            f"the values: {_example(name, shape, found[0])}",
            "use the inverse of the order in which the forward gathers (scatter where it gathers), and "
            "the same "
            "positions (argmax, argsort) as the forward",
        )
    return Cause("L116", *_ordered(name, shape, found[0]))


def _order(view: View) -> Array | None:
    """For each row of ``given`` the row of ``due`` that it equals, itself if possible; None without one."""
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
                places = by - length if by > length // 2 else by
                return (
                    f"the gradient of {name} is rolled by {places} along axis {axis}",
                    f"roll it back: np.roll(d{name}, {-places}, axis={axis})",
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
