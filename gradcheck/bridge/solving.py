"""A constant that a layer has inside it, found from its output."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.layers.target import Array

_GRID = (0.0, *(10.0**k for k in range(-13, 5)))
_STEPS = 200


def solved(gap: Callable[[float], Array | None]) -> Iterator[float]:
    """The positive numbers at which ``gap`` changes its sign along one direction, to rounding.

    >>> [round(x, 12) for x in solved(lambda x: np.array([x**2 - 2.0]))]
    [1.414213562373]
    """

    def along(number: float) -> float:
        found = gap(number)
        if found is None:
            return np.nan
        weights = np.cos(np.arange(found.size) + 1.0)
        return float(weights @ found.ravel())

    values = [along(x) for x in _GRID]
    for low, high, f_low, f_high in zip(_GRID, _GRID[1:], values, values[1:], strict=False):
        if f_low * f_high < 0:
            yield _between(along, low, high, f_low)


def _between(along: Callable[[float], float], low: float, high: float, f_low: float) -> float:
    for _ in range(_STEPS):
        middle = (low * high) ** 0.5 if low > 0 else (low + high) / 2
        if middle in (low, high):
            break
        f_middle = along(middle)
        low, high, f_low = (middle, high, f_middle) if f_low * f_middle > 0 else (low, middle, f_low)
    return (low + high) / 2
