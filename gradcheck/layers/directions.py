"""Random directions in which no single wrong element can hide and no two errors are bound to cancel."""

from __future__ import annotations

from math import sqrt

import numpy as np

from gradcheck.layers.products import dot
from gradcheck.layers.target import Array

_PRIVATE = 0x6772616463686B


def stream(seed: int, purpose: int = 0) -> np.random.Generator:
    """A private stream of random numbers: the same for a seed and a purpose, and nobody else's.

    The seed is mixed with a constant of our own, so that a layer that draws from
    ``default_rng(seed)`` does not get the numbers that it is checked with.
    """
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([_PRIVATE, purpose, seed])))


def direction(rng: np.random.Generator, size: int) -> Array:
    """``size`` independent entries ±(0.5 + U[0, 1]).

    Every entry is at least 0.5 in size, so that an error e in one element changes
    the projection by |e|/2 or more. The density of an entry is at most 1/2, hence
    P(|e·u| ≤ τ) ≤ √2 τ/‖e‖ for every fixed error e (K. Ball, Cube slicing in Rⁿ, 1986).
    """
    drawn = rng.random(size)
    drawn *= 2.0
    drawn -= 1.0
    drawn += np.copysign(0.5, drawn)
    return drawn


def scale(values: Array) -> Array:
    """The size of a step for each element: its own magnitude, but at least a tenth of the array's rms.

    1 for an array of zeros.

    >>> scale(np.array([3.0, 0.0, -4.0])).round(3).tolist()
    [3.0, 0.289, 4.0]
    """
    flat = values.ravel()
    rms = sqrt(dot(flat, flat) / flat.size) if flat.size else 0.0
    if rms == 0.0:
        return np.ones(values.shape)
    return np.maximum(np.abs(values), 0.1 * rms)


def miss_probability(tolerance: float, error: float, directions: int = 1) -> float:
    """The most that P(|e·u| ≤ τ for every direction) can be, for an error of norm ``error``.

    2·√2 τ/‖e‖ to the power of the number of independent directions, and at most 1. The 2 is for
    directions that are drawn again: fewer than half of them are.

    >>> f"{miss_probability(1e-9, 1e-3):.3g}"
    '2.83e-06'
    """
    if error <= 0.0:
        return 1.0
    return float(min(1.0, sqrt(8.0) * tolerance / error) ** directions)


def detectable_error(tolerance: float, size: float, probability: float) -> float:
    """The inverse: the error, relative to a gradient of norm ``size``, that one direction misses so often.

    >>> f"{detectable_error(1e-9, 1.0, miss_probability(1e-9, 1e-3)):.3g}"
    '0.001'
    """
    return sqrt(8.0) * tolerance / (probability * size)
