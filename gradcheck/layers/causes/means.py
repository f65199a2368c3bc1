"""A mean over some axes is missing in the gradient, or has been added to it."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import axis_sets
from gradcheck.layers.causes.monomials import Monomial
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array


def mean_over_axes(evidence: Evidence) -> Cause | None:
    """due = given − mean(given) over some axes: the path through a mean is missing or has the wrong sign."""
    name = evidence.name
    for axes in axis_sets(evidence.shape):
        if all(_lacks_mean(v, axes) for v in evidence.views):
            axis = axes[0] if len(axes) == 1 else axes
            twice = all(_has_it_twice(v, axes) for v in evidence.views)
            which = "has the wrong sign" if twice else "is missing"
            fix = (
                "change the sign of the mean's part"
                if twice
                else f"add -d{name}.mean(axis={axis}, keepdims=True)"
            )
            return Cause(
                "L120",
                f"the mean of the gradient of {name} over axis {axis} should be 0: what flows back "
                "through the mean over "
                f"these elements {which}; given - mean(given, axis={axis}) is what is due",
                fix,
            )
    return None


def _mean(view: View, array: Array, axes: tuple[int, ...]) -> Array:
    mean = view.shaped(array).mean(axis=axes, keepdims=True)
    spread: Array = np.broadcast_to(mean, (*view.shape, array.shape[1])).reshape(array.shape)
    return spread


def _lacks_mean(view: View, axes: tuple[int, ...]) -> bool:
    mean = _mean(view, view.given, axes)
    return (
        bool(view.known.all())
        and bool(np.abs(mean).max() > 1e3 * np.median(view.tolerance))
        and view.agrees(view.given - mean)
    )


def _has_it_twice(view: View, axes: tuple[int, ...]) -> bool:
    """Whether the mean's part has been added where it is to be subtracted.

    Where nothing but centring mixes elements, ∂y_i/∂x_j is −w/n for i ≠ j.
    """
    if not view.whole or view.due.shape[0] != view.columns:
        return False
    mean = _mean(view, view.given, axes).diagonal()
    n = int(np.prod([view.shape[a] for a in axes]))
    local = view.given.diagonal() - mean
    return bool(np.median(np.abs(local)) > 0) and bool(
        np.median(mean / (local + mean) * n) > 1.5 * n / (n + 1)
    )


def mean_added(evidence: Evidence) -> Cause | None:
    """given − due is c times the mean, or the sum, of what is due over some axes."""
    for axes in axis_sets(evidence.shape):
        found = [_share_of_mean(v, axes) for v in evidence.views]
        if any(c is None for c in found):
            continue
        constants = [c for c in found if c is not None]
        if np.ptp(constants) > 1e-6 * abs(constants[0]):
            continue
        n = int(np.prod([evidence.shape[a] for a in axes]))
        axis = axes[0] if len(axes) == 1 else axes
        for unit, word in ((1.0, "mean"), (float(n), "sum")):
            named = name_of(constants[0] / unit, sizes(evidence.first))
            if named is not None:
                term = Monomial(named.value, ((f"{word}(g, axis={axis})", 1.0),), named).text()
                return Cause(
                    "L124",
                    f"what is given for {evidence.name} is g + {term}, where g is what is due",
                    f"leave out {term}",
                )
    return None


def _share_of_mean(view: View, axes: tuple[int, ...]) -> float | None:
    """The c for which given − due = c·mean(due)."""
    mean = _mean(view, view.due, axes)
    felt = view.known & (np.abs(mean) > 1e3 * view.tolerance)
    if felt.sum() < 4:
        return None
    c = float((view.residual[felt] * mean[felt]).sum() / (mean[felt] ** 2).sum())
    allowed = 3 * (view.tolerance + abs(c) * _mean(view, view.tolerance, axes))
    near = (np.abs(view.residual - c * mean) <= allowed)[view.known]
    return c if c and bool(near.all()) else None
