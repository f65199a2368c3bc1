"""A backward is linear in the upstream gradient: b(a·v₁ + v₂) = a·b(v₁) + b(v₂)."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.gradients import Gradients
from gradcheck.layers.target import Array

FACTOR = -1.7
"""The a above: negative and not of size 1, so that |v|, max(v, 0), v² and sign(v) all show."""

_ROUNDING = 1e6
_CANCELLATION = 1e3


def departures(first: Gradients, second: Gradients, both: Gradients, upstream: Array) -> dict[str, float]:
    """The arguments whose gradient is not linear, with ‖b(a·v₁ + v₂) − a·b(v₁) − b(v₂)‖ beside its terms.

    ``upstream`` is v₁; beside its norm, a gradient that is nothing but rounding does not count.
    """
    eps = max(first.eps, second.eps, both.eps)
    sizes = {name: _norm(g) for name, g in both.values.items()}
    floor = _CANCELLATION * eps * (_norm(upstream) + max(sizes.values(), default=0.0))
    found = {}
    for name, g in both.values.items():
        if name not in first.values or name not in second.values:
            continue
        scaled = FACTOR * first.values[name]
        off = _norm(g - scaled - second.values[name])
        size = max(_norm(scaled), _norm(second.values[name]), sizes[name])
        if off > floor and off > _ROUNDING * eps * size:
            found[name] = off / size
    return found


def _norm(values: Array) -> float:
    return float(np.sqrt(values.dot(values)))
