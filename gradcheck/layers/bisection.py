"""Wrong elements found by halving: for arguments too large to be differenced element by element.

A single wrong element shows in three projections of the residual e along u, u·i and u·i² (i the
element's number): their ratios are i and i². Several are found by following the half whose
residual is the larger.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.layers.bench import Bench, Centre, contract
from gradcheck.layers.directions import direction, scale
from gradcheck.layers.products import dot
from gradcheck.layers.target import Array

_SAME = 1e-3

Residual = Callable[[Array], float]
"""The residual Σ g·δ − D along a flat step δ."""


def wrong_element(
    bench: Bench,
    centre: Centre,
    name: str,
    gradient: Array,
    upstream: Array,
    rng: np.random.Generator,
    h: float,
) -> int:
    """The number of an element at which the gradient is wrong; the largest error is likely, not certain."""
    value = bench.point[name]
    sizes = scale(value).ravel()
    u = direction(rng, value.size) * sizes

    def residual(step: Array) -> float:
        line, _ = bench.line(centre, {name: step.reshape(value.shape)}, h)
        return contract({name: gradient}, {name: step}) - dot(upstream, line.derivative)

    single = _syndrome(residual, u)
    return single if single is not None else _halved(residual, u)


def _syndrome(residual: Residual, u: Array) -> int | None:
    """The one wrong element, if the projections say that there is one only."""
    place = np.arange(u.size) / max(1, u.size)
    zeroth, first, second = residual(u), residual(u * place), residual(u * place**2)
    if zeroth == 0.0:
        return None
    ratio = first / zeroth
    number = round(ratio * u.size)
    if not 0 <= number < u.size or abs(ratio * u.size - number) > 0.05:
        return None
    single = abs(second / zeroth - ratio**2) <= _SAME * max(ratio**2, 1 / u.size)
    return number if single and _stands_alone(residual, u, number, zeroth) else None


def _stands_alone(residual: Residual, u: Array, number: int, whole: float) -> bool:
    alone = np.zeros(u.size)
    alone[number] = u[number]
    return abs(residual(alone) - whole) <= _SAME * abs(whole)


def _halved(residual: Residual, u: Array) -> int:
    """Follow the half with the larger residual down to one element."""
    low, high = 0, u.size
    while high - low > 1:
        middle = (low + high) // 2
        halves = [_part(u, low, middle), _part(u, middle, high)]
        left, right = (abs(residual(half)) for half in halves)
        low, high = (low, middle) if left >= right else (middle, high)
    return low


def _part(u: Array, low: int, high: int) -> Array:
    part = np.zeros(u.size)
    part[low:high] = u[low:high]
    return part
