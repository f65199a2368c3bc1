"""Arguments whose elements reach disjoint parts of the output, so that many are differenced at once.

Axis a of an argument *is carried by* axis b of an output if element i along a reaches only
element i along b, as the batch axis of an affine layer does. The pattern is found by planting NaN
in one slice and looking where it comes out. Whether it is right is checked by whoever
uses it: the elements found have to add up to the derivative along the checked direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.errors import LayerError
from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class Pattern:
    """For each carried axis of an argument, the axis of the output that carries it."""

    carried: Mapping[int, int]
    shape: tuple[int, ...]

    @property
    def free(self) -> tuple[int, ...]:
        """The axes along which elements have to be differenced one by one."""
        return tuple(axis for axis in range(len(self.shape)) if axis not in self.carried)

    @property
    def rounds(self) -> int:
        """How many groups of elements there are."""
        return int(np.prod([self.shape[axis] for axis in self.free], dtype=int))


def pattern(bench: Bench, name: str, output: Array) -> Pattern:
    """The carried axes of an argument of the only output ``output``, each found with one evaluation."""
    value = bench.point[name]
    carried: dict[int, int] = {}
    for axis, length in sorted(enumerate(value.shape), key=lambda pair: -pair[1]):
        candidates = [b for b, n in enumerate(output.shape) if n == length and b not in carried.values()]
        if length < 2 or not candidates:
            continue
        reached = _reached(bench, name, axis, output)
        if reached is not None and (b := _carrier(reached, candidates, length // 2)) is not None:
            carried[axis] = b
    return Pattern(carried, value.shape)


def _reached(bench: Bench, name: str, axis: int, output: Array) -> Array | None:
    """Where NaN comes out that was planted in the middle slice of an axis."""
    value = bench.point[name].copy()
    value[(slice(None),) * axis + (value.shape[axis] // 2,)] = np.nan
    bench.forwards += 1
    try:
        with np.errstate(all="ignore"):
            outputs = bench.target.evaluate({**bench.point, name: value}).outputs
        found = np.isnan(np.asarray(outputs[0], dtype=np.float64))
    except (LayerError, ValueError, TypeError):
        return None
    return found if found.shape == output.shape and found.any() else None


def _carrier(reached: Array, candidates: list[int], index: int) -> int | None:
    """The axis of the output along which nothing but ``index`` was reached."""
    for axis in candidates:
        others = np.delete(reached, index, axis=axis)
        if not others.any():
            return axis
    return None
