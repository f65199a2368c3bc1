"""The gradient is a constant multiple of what it should be, or zero."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import Named, name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array

_ROUNDED = 1e-4
_FEWEST = 4


def zero(evidence: Evidence) -> Cause | None:
    """Nothing flows back, although something should."""
    if any(np.abs(v.given).max(initial=0.0) > 0 for v in evidence.views):
        return None
    return Cause(
        "L111",
        f"the gradient of {evidence.name} is zero everywhere, for every upstream gradient",
        "return the gradient: is it never assigned, or is the mask that it is multiplied by never true?",
    )


def constant_factor(evidence: Evidence) -> Cause | None:
    """given = c·due with one c for every element, upstream and point."""
    factors = [factor(v.given, v) for v in evidence.views]
    if any(f is None for f in factors):
        return None
    found = [f for f in factors if f is not None]
    if np.ptp(found) <= 1e-6 * abs(found[0]):
        return _said(evidence, float(found[0]))
    return _scalar_argument(evidence, found)


def factor(given: Array, view: View) -> float | None:
    """The c for which ``given`` = c·due, if there is one."""
    felt = view.felt
    if not felt.any():
        return None
    weight = 1 / view.tolerance[felt] ** 2
    due, values = view.due[felt], given[felt]
    c = float((weight * due * values).sum() / (weight * due * due).sum())
    apart = np.abs(given - c * view.due)[view.known]
    return c if c and (apart <= 2 * max(1.0, abs(c)) * view.tolerance[view.known]).all() else None


def _said(evidence: Evidence, c: float) -> Cause | None:
    view, name = evidence.first, evidence.name
    if abs(c - 1) < _ROUNDED:
        return Cause(
            "L114",
            f"the gradient of {name} is {c:.9g} times what it should be, everywhere: a constant is written "
            f"with too few digits, exact to {abs(c - 1):.1g} only",
            "write the constant as an expression (np.pi, 1 / np.sqrt(8), np.log(2)) or with all of its "
            "17 digits",
        )
    if abs(c + 1) < 1e-7:
        return Cause(
            "L112",
            f"the gradient of {name} has the wrong sign everywhere: it is −1 times what it should be",
            f"negate it: d{name} = -d{name}",
        )
    named = name_of(c, sizes(view))
    if named is None and view.felt.sum() * len(evidence.views) < _FEWEST:
        return None
    if named is not None and named.size:
        return Cause("L113", *_of_size(evidence, c, named))
    text = str(named) if named is not None else f"{c:.9g}"
    return Cause(
        "L113",
        f"the gradient of {name} is {text} times what it should be, everywhere",
        f"{_undo(c, text)}: a constant factor of the forward is missing or stands twice",
    )


def _undo(c: float, text: str) -> str:
    if text.startswith("1/"):
        return f"multiply by {text.removeprefix('1/')}"
    return f"divide by {text}" if abs(c) > 1 else f"multiply by {name_of(1 / c, {}) or f'{1 / c:.9g}'}"


def _of_size(evidence: Evidence, c: float, named: Named) -> tuple[str, str]:
    name, n, place = evidence.name, named.size, named.place
    cause = f"the gradient of {name} is {named.text} of what it should be ({n} = {place})"
    if abs(c) > 1:
        cause = f"the gradient of {name} is {named.text} times what it should be ({n} = {place})"
    if abs(abs(c) * n - 1) < 1e-7:
        axis = _reduced_axis(evidence.first, n)
        if axis is not None:
            cause += f": a mean over axis {axis} where a sum is due"
            return cause, f"multiply by {n}; sum over axis {axis} instead of averaging"
        return f"{cause}: it is divided by {n} once too often", f"multiply by {n} = {place}"
    if abs(abs(c) / n - 1) < 1e-7:
        return f"{cause}: a division by {n} is missing", f"divide by {n} = {place}"
    return cause, _undo(c, named.text)


def _reduced_axis(view: View, n: int) -> int | None:
    """The one axis of the output with this length over which the gradient is summed."""
    if not view.whole or view.columns == 1 or view.shape == view.out_shape:
        return None
    reach = (np.abs(view.due) > view.tolerance).reshape(-1, *view.out_shape)
    axes = [a for a, length in enumerate(view.out_shape) if length == n and (reach.sum(axis=1 + a) > 1).any()]
    return axes[0] if len(axes) == 1 else None


def _scalar_argument(evidence: Evidence, found: list[float]) -> Cause | None:
    """A factor that changes with the point: that of an argument which is a single number."""
    for name in evidence.first.point:
        values = [np.asarray(v.point[name]) for v in evidence.views]
        if values[0].size != 1 or any(float(v.ravel()[0]) == 0 for v in values):
            continue
        for power, word in ((1.0, "multiplied"), (-1.0, "divided")):
            ratios = [f / float(v.ravel()[0]) ** power for f, v in zip(found, values, strict=True)]
            if abs(ratios[0] - 1) < 1e-6 and np.ptp(ratios) < 1e-6:
                return Cause(
                    "L117",
                    f"the gradient of {evidence.name} is {word} by {name} once too often",
                    f"{'divide' if power > 0 else 'multiply'} by {name}",
                )
    return None
