"""Terms are left out: every entry of the Jacobian is as due or zero."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.places import element
from gradcheck.layers.causes.regions import slices
from gradcheck.layers.target import Array


def _left_out(view: View) -> Array | None:
    """Where ``given`` is 0 and should not be, if it is right everywhere else."""
    if not view.whole or view.columns < 2 or not view.wrong.any():
        return None
    left = view.wrong & (np.abs(view.given) <= 1e-13 * np.abs(view.due).max())
    return left if (left == view.wrong).all() and view.felt.any() else None


def missing_terms(evidence: Evidence) -> Cause | None:
    """Which terms are left out: of some outputs, beside the diagonal, all but the last of a window."""
    left = [_left_out(v) for v in evidence.views]
    if any(x is None for x in left):
        return None
    found = [x for x in left if x is not None]
    return (
        _diagonal(evidence, found)
        or _not_summed(evidence, found)
        or _overlap(evidence, found)
        or _of_outputs(evidence, found)
        or _some(evidence, found)
    )


def _diagonal(evidence: Evidence, left: list[Array]) -> Cause | None:
    view, name = evidence.first, evidence.name
    if view.due.shape[0] != view.columns or view.shape != view.out_shape:
        return None
    beside = ~np.eye(view.columns, dtype=bool)
    for v, x in zip(evidence.views, left, strict=True):
        if not (x == (beside & (np.abs(v.due) > v.tolerance))).all():
            return None
    return Cause(
        "L123",
        f"the gradient of {name} has only the diagonal of the Jacobian: ∂y_i/∂{name}_j is left out for i ≠ j",
        "multiply by the whole Jacobian; for a softmax y this is y·(dy - sum(dy·y)) in place of y·(1 - y)·dy",
    )


def _gone(evidence: Evidence, left: list[Array]) -> list[Array] | None:
    """The outputs that do not count at all, if nothing else is left out."""
    found = [np.asarray(x.any(axis=0)) for x in left]
    whole = (
        (x == ((np.abs(v.due) > v.tolerance) & g[None, :])).all()
        for v, x, g in zip(evidence.views, left, found, strict=True)
    )
    return found if all(whole) else None


def _not_summed(evidence: Evidence, left: list[Array]) -> Cause | None:
    """Of an axis of the output that has to be summed over only one index counts."""
    gone = _gone(evidence, left)
    kept = _only_kept(gone[0], evidence.first.out_shape) if gone is not None else None
    if kept is None:
        return None
    axis, index = kept
    return Cause(
        "L119",
        f"the gradient of {evidence.name} has only what index {index} along axis {axis} of the upstream "
        "gradient "
        f"gives: it is not summed over axis {axis}",
        f"sum over axis {axis}",
    )


def _of_outputs(evidence: Evidence, left: list[Array]) -> Cause | None:
    """Some outputs do not count at all."""
    gone = _gone(evidence, left)
    if gone is None:
        return None
    regions = [slices(g, v.out_shape, "output") for g, v in zip(gone, evidence.views, strict=True)]
    where = regions[0]
    if where is None or where.kind == "all" or any(r != where for r in regions):
        return None
    return Cause(
        "L128",
        f"the upstream gradient does not count {where.text} of the output in the gradient of {evidence.name}",
        "let the loop or the slice run over every index of that axis",
    )


def _only_kept(gone: Array, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """(axis, index) if nothing but one index of an axis with three or more counts."""
    for axis, n in enumerate(shape):
        moved = np.moveaxis(gone.reshape(shape), axis, 0).reshape(n, -1)
        kept = np.flatnonzero(~moved.any(axis=1))
        if n > 2 and kept.size == 1 and moved.any(axis=1).sum() == n - 1:
            return axis, int(kept[0])
    return None


def _overlap(evidence: Evidence, left: list[Array]) -> Cause | None:
    """Of the outputs that read an element only the last, or the first, counts."""
    view, name = evidence.first, evidence.name
    rank = len(view.out_shape)
    for size in range(1, rank + 1):
        for axes in combinations(range(rank), size):
            for last in (True, False):
                if all(_keeps_one(v, x, axes, last) for v, x in zip(evidence.views, left, strict=True)):
                    which = "last" if last else "first"
                    return Cause(
                        "L129",
                        f"where several outputs read the same element of {name}, only the {which} one along "
                        f"{'axis' if size == 1 else 'axes'} {', '.join(map(str, axes))} of the output counts",
                        "add instead of assigning: d… += in place of d… =, np.add.at for repeated indices",
                    )
    return None


def _keeps_one(view: View, left: Array, axes: tuple[int, ...], last: bool) -> bool:
    """Whether the entries that are kept are those whose output stands last along ``axes``."""
    index = np.indices(view.out_shape).reshape(len(view.out_shape), -1)
    place = np.ravel_multi_index(tuple(index[a] for a in axes), tuple(view.out_shape[a] for a in axes))
    place = place if last else -place
    reaching = np.abs(view.due) > view.tolerance
    best = np.where(reaching, place[None, :], -(10**9)).max(axis=1)
    return bool((left == (reaching & (place[None, :] != best[:, None]))).all())


def _some(evidence: Evidence, left: list[Array]) -> Cause | None:
    """Terms are left out that have no simpler description; at least a tenth has to be right."""
    view, name = evidence.first, evidence.name
    reaching = np.abs(view.due) > view.tolerance
    right = reaching & ~left[0]
    if right.sum() < max(2, 0.1 * reaching.sum()):
        return None
    i, o = (int(k) for k in np.argwhere(left[0])[0])
    return Cause(
        "L134",
        f"{int(left[0].sum())} of the {int(reaching.sum())} terms of the gradient of {name} are left "
        "out, the others "
        f"are right: {name}{element(i, view.shape)} gets nothing from output {element(o, view.out_shape)}",
        "add these terms: a path from the argument to the output, an index or a slice is not taken into "
        "account",
    )
