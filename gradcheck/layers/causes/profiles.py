"""What is wrong has the same shape along an axis as a known array: 1, the argument, its softmax.

A sum, a mean, a norm or a deviation over an axis is one number that every element there has a part in. If
what flows back through it is missing or wrong, given − due is, for each upstream gradient and each place on
the other axes, some number times the derivative of that one: constant for a sum, proportional to x for a
norm, to x − mean(x) for a deviation, to softmax(x) for a log-sum-exp.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import axis_sets
from gradcheck.layers.target import Array

_FEWEST = 3
_FELT = 100.0

Profile = Callable[[Array, tuple[int, ...]], Array]


def _centred(x: Array, axes: tuple[int, ...]) -> Array:
    centred: Array = x - x.mean(axis=axes, keepdims=True)
    return centred


def _softmax(x: Array, axes: tuple[int, ...]) -> Array:
    e = np.exp(x - x.max(axis=axes, keepdims=True))
    result: Array = e / e.sum(axis=axes, keepdims=True)
    return result


def _at_largest(x: Array, axes: tuple[int, ...]) -> Array:
    found: Array = (x == x.max(axis=axes, keepdims=True)).astype(float)
    return found


def _at_smallest(x: Array, axes: tuple[int, ...]) -> Array:
    return _at_largest(-x, axes)


def _at_farthest(x: Array, axes: tuple[int, ...]) -> Array:
    found: Array = _at_largest(np.abs(x), axes) * np.sign(x)
    return found


PROFILES: tuple[tuple[str, str, str, Profile], ...] = (
    ("L120", "the same for all elements", "a sum or a mean", lambda x, _: np.ones_like(x)),
    ("L121", "proportional to {}", "a sum of squares or a norm", lambda x, _: x),
    ("L121", "proportional to {} - mean({})", "a deviation", _centred),
    ("L121", "proportional to softmax({})", "a softmax or a log-sum-exp", _softmax),
    ("L120", "0 but where {} is the largest", "a maximum", _at_largest),
    ("L120", "0 but where {} is the smallest", "a minimum", _at_smallest),
    ("L120", "0 but where |{}| is the largest", "the largest size", _at_farthest),
)
"""The code, what the residual is, what it flows back through, and its shape."""


def profile(evidence: Evidence) -> Cause | None:
    """given − due follows a profile along some axes, for every upstream gradient at every point."""
    name = evidence.name
    for axes in axis_sets(evidence.shape):
        over = f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
        for code, shape, through, make in PROFILES:
            if all(_follows(v, axes, make) for v in evidence.views):
                return Cause(
                    code,
                    f"what is given for {name} minus what is due is {shape.format(name, name)} along "
                    f"{over}, whatever "
                    f"the upstream gradient: what flows back through {through} over {over} is missing or "
                    "wrong",
                    f"differentiate {through} over {over} as well: every element along {over} has a part "
                    "in it",
                )
    return None


def _follows(view: View, axes: tuple[int, ...], make: Profile) -> bool:
    """Whether the residual is a number for each place on the other axes times the profile."""
    n = int(np.prod([view.shape[a] for a in axes]))
    if n < _FEWEST or not view.known.all():
        return False
    x = view.value.reshape(view.shape)
    form = np.broadcast_to(make(x, axes), view.shape)[..., None]
    residual, tolerance = view.shaped(view.residual), view.shaped(view.tolerance)
    weight = form / tolerance**2
    top = (weight * residual).sum(axis=axes, keepdims=True)
    share = top / (weight * form).sum(axis=axes, keepdims=True)
    near = np.abs(residual - share * form) <= 3 * tolerance
    felt = (np.abs(share * form) > _FELT * tolerance) | (form == 0)
    groups = felt.all(axis=axes) & (np.abs(share) > 0).all(axis=axes)
    return bool(near.all()) and bool(groups.sum() * (n - 1) >= 2 * _FEWEST)
