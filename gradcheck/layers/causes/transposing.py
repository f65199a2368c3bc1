"""A transpose too many or too few: in the gradient, in the upstream gradient, or in another matrix."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.gathering import differences
from gradcheck.layers.errors import LayerError
from gradcheck.layers.target import Array

_MOST = 200
_MOST_AXES = 8


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
    """Permutations of axes that keep the shape: exchanges of two, then cycles of three, then two pairs."""
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
            f"the upstream gradient stands transposed in the gradient of {name}: its axes {which} are "
            "exchanged",
            "use dout.T where dout stands, or dout where dout.T stands, in this gradient",
        )
    inside, outside = (next(a for a in moved if (a < rank) is at) for at in (True, False))
    return Cause(
        "L115",
        f"the matrix that takes the upstream gradient to {name} is transposed: axis {inside} of {name} "
        "and axis "
        f"{outside - rank} of the output are exchanged",
        "multiply by the transpose of that matrix (dout @ w.T where y = x @ w)",
    )


def transposed_argument(evidence: Evidence) -> Cause | None:
    """What is given is due where another square argument is replaced by its transpose, or is half of both."""
    first = evidence.first
    if first.value.size > _MOST:
        return None
    for other, value in first.point.items():
        if value.ndim < 2 or value.shape[-1] != value.shape[-2] or value.shape[-1] < 2:
            continue
        turned = [_with_transposed(v, other) for v in evidence.views]
        if any(t is None for t in turned):
            continue
        dues = [t for t in turned if t is not None]
        if all(v.gives(d) for v, d in zip(evidence.views, dues, strict=True)):
            return Cause(
                "L115",
                f"the gradient of {evidence.name} is what is due for {other}.T in place of {other}",
                f"use {other}.T where {other} stands in this gradient, and {other} where {other}.T stands",
            )
        halves = [_given_with_transposed(v, other) for v in evidence.views]
        if all(
            h is not None and v.agrees((h + v.given) / 2) for v, h in zip(evidence.views, halves, strict=True)
        ):
            return Cause(
                "L134",
                f"the gradient of {evidence.name} is right only for a symmetric {other}",
                f"use ({other} + {other}.T) in place of 2·{other}",
            )
    return None


def _turned(view: View, other: str) -> View:
    point = {**view.point, other: np.swapaxes(view.point[other], -1, -2).copy()}
    bench = Bench(view.bench.target, point)
    return View(
        view.name, view.shape, view.out_shape, point, view.output, view.due, view.given, view.error,
        view.upstreams, view.whole, bench,
    )  # fmt: skip


def _with_transposed(view: View, other: str) -> Array | None:
    turned = _turned(view, other)
    try:
        found = differences(turned, view.name)
    except (LayerError, ValueError):
        return None
    view.bench.forwards += turned.bench.forwards
    return found[0] if found is not None else None


def _given_with_transposed(view: View, other: str) -> Array | None:
    bench = _turned(view, other).bench
    try:
        centre = bench.centre()
        columns = [bench.pull(centre, np.ascontiguousarray(u)).values[view.name] for u in view.upstreams.T]
    except (LayerError, ValueError, KeyError):
        return None
    view.bench.forwards += bench.forwards
    view.bench.backwards += bench.backwards
    return np.stack(columns, axis=1)
