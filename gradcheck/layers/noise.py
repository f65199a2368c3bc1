"""The noise of a forward, measured: iterative or low-precision code is not exact to the last bit."""

from __future__ import annotations

from math import sqrt

import numpy as np

from gradcheck.layers.products import dot
from gradcheck.layers.stencil import Stencil

_OF_FOURTH_DIFFERENCE = 70.0**0.5
_MEDIAN_OF_NORMAL = 0.6745
_ORDINARY = 1e3
"""Noise up to this many roundings is ordinary: sums and cancellation cause it."""

_UNCHANGED = 0.25


def noise_level(line: Stencil) -> float:
    """The standard deviation of an output's noise, relative to the outputs' rms, as Δ⁴ shows it.

    The median over the outputs, so that kinks do not count. It includes the h⁴ of a smooth f.
    """
    size = sqrt(dot(line.centre, line.centre) / line.centre.size)
    middle = float(np.median(np.abs(line.fourth)))
    return middle / (_OF_FOURTH_DIFFERENCE * _MEDIAN_OF_NORMAL * size) if size else 0.0


def is_suspicious(line: Stencil) -> bool:
    """Whether a forward looks noisier than its outputs' precision; a smaller step will tell."""
    fourth, centre, ordinary = line.fourth, line.centre, _ORDINARY * line.eps
    if dot(fourth, fourth) <= ordinary**2 * dot(centre, centre):  # the rms bounds the median, and is quick
        return False
    return noise_level(line) > ordinary


def is_noise(coarse: Stencil, fine: Stencil) -> bool:
    """Whether Δ⁴ stays as it is at a step 16 times smaller, where that of a kink would be a 16th."""
    return noise_level(fine) > _UNCHANGED * noise_level(coarse)
