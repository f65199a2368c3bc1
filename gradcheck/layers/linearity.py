"""A backward is linear in the upstream gradient: b(a·v₁ + v₂) = a·b(v₁) + b(v₂)."""

from __future__ import annotations

from gradcheck.layers.gradients import Gradients
from gradcheck.layers.products import norm
from gradcheck.layers.target import Array

FACTOR = -1.7
"""The a above: negative and not of size 1, so that |v|, max(v, 0), v² and sign(v) all show."""

_ROUNDING = 1e6
_CANCELLATION = 1e3


def departures(
    first: Gradients, second: Gradients, both: Gradients, upstream: Array, eps: float
) -> dict[str, float]:
    """The arguments whose gradient is not linear, with ‖b(a·v₁ + v₂) − a·b(v₁) − b(v₂)‖ beside its terms.

    ``upstream`` is v₁, given to the layer in a precision of ``eps``; a gradient that is nothing but
    rounding beside its norm does not count.
    """
    eps = max(eps, first.eps, second.eps, both.eps)
    floor = _CANCELLATION * eps * norm(upstream)
    off = {
        name: distance
        for name, g in both.values.items()
        if name in first.values
        and name in second.values
        and (distance := norm(g - FACTOR * first.values[name] - second.values[name])) > floor
    }
    if not off:
        return {}
    sizes = {n: max(abs(FACTOR) * norm(g), norm(second.values.get(n, g))) for n, g in first.values.items()}
    floor += _CANCELLATION * eps * max(sizes.values())
    return {n: o / (sizes[n] or o) for n, o in off.items() if o > max(floor, _ROUNDING * eps * sizes[n])}
