"""Which outputs have a kink on the line along which they were differenced."""

from __future__ import annotations

from math import sqrt

import numpy as np

from gradcheck.layers.products import dot, norm
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array

_BEND_MISMATCH = 0.2
_BEND_SHARE = 1e-4
_SLOPE_MISMATCH = 1e-2
_FLAT_SHARE = 1e-3
_NOISE_SHARE = 1e5


def kinks(line: Stencil) -> Array | None:
    """A mask of the outputs whose differences do not scale as those of a smooth function do, or None.

    Halving the step divides a smooth second difference by 4 and a smooth first one by 2. An
    output is flagged where the second one is off by more than 20 % (and is not negligible
    against the first), or the first by more than 1 %.
    """
    first = line.plus - line.minus
    if _is_smooth(line, first):
        return None
    first = np.abs(first)
    size = np.maximum(first, _floor(line, first))
    bend = np.abs(line.bend)
    flagged = (np.abs(line.fourth) > _BEND_MISMATCH * bend) & (bend > _BEND_SHARE * size)
    flagged |= np.abs(line.correction) * (6.0 * line.h) > _SLOPE_MISMATCH * size
    return flagged if flagged.any() else None


def mostly(mask: Array | None) -> bool:
    """Whether so many outputs stand at a kink that the others say little."""
    return mask is not None and 2 * int(mask.sum()) > mask.size


def _is_smooth(line: Stencil, first: Array) -> bool:
    """Whether no output can be flagged, because all together are too small: the usual case, made quick."""
    flat = _FLAT_SHARE * sqrt(dot(first, first) / max(1, first.size))
    bent = norm(line.fourth) > _BEND_MISMATCH * _BEND_SHARE * flat
    return not bent and norm(line.correction) * 6.0 * line.h <= _SLOPE_MISMATCH * flat


def _floor(line: Stencil, first: Array) -> Array:
    """First differences below this are too small to be judged by their shape.

    They are either negligible beside the others (at an inflection, say) or rounding noise.
    """
    flat = _FLAT_SHARE * sqrt(dot(first, first) / max(1, first.size))
    noise = np.abs(line.centre)
    level = noise + sqrt(dot(noise, noise) / max(1, noise.size))
    floor: Array = level * (_NOISE_SHARE * line.eps) + flat
    return floor
