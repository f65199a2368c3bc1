"""The gradient of v·f element by element, by central differences of whole groups of elements."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.blocks import Pattern
from gradcheck.layers.directions import scale
from gradcheck.layers.target import Array


def numeric_gradient(
    bench: Bench, name: str, found: Pattern, upstream: Array, shape: tuple[int, ...], eps: float
) -> Array:
    """Σ v·(f(x + hsE) − f(x − hsE))/2hs for each group E of ``found``; 2 evaluations a group.

    ``upstream`` and the outputs have ``shape``. The step is the cube root of the precision.
    """
    value = bench.point[name]
    sizes = scale(value)
    gradient = np.zeros(value.shape)
    h = eps ** (1 / 3)
    for group in groups(found):
        step = np.zeros(value.shape)
        step[group] = sizes[group]
        difference = (bench.outputs({name: step}, h) - bench.outputs({name: step}, -h)) / (2 * h)
        gradient[group] = _per_element((upstream * difference).reshape(shape), found) / sizes[group]
    return gradient


def groups(found: Pattern) -> Iterator[tuple[int | slice, ...]]:
    """An index of the argument for each group of elements that are differenced together."""
    free = found.free
    for place in np.ndindex(*(found.shape[axis] for axis in free)):
        index: list[int | slice] = [slice(None)] * len(found.shape)
        for axis, i in zip(free, place, strict=True):
            index[axis] = i
        yield tuple(index)


def _per_element(products: Array, found: Pattern) -> Array:
    """The sum over the outputs that each element of a group reaches, in the argument's order of axes."""
    carriers = [found.carried[axis] for axis in sorted(found.carried)]
    others = tuple(axis for axis in range(products.ndim) if axis not in carriers)
    summed = products.sum(axis=others)
    kept = sorted(carriers)
    result: Array = np.transpose(summed, [kept.index(c) for c in carriers]) if carriers else summed
    return result
