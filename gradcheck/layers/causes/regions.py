"""Which elements are wrong, in words: one element, a slice, those of one sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.causes.evidence import View
from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class Region:
    """A set of elements; ``kind`` is "all", "element", "slice" or "values"."""

    kind: str
    text: str


def slices(mask: Array, shape: tuple[int, ...], name: str, silent: Array | None = None) -> Region | None:
    """The region of a mask that is one element, or some indices along one axis; None if it is neither.

    ``silent`` are elements that can be counted to either side, because nothing is due or given there.
    """
    if (mask if silent is None else mask | silent).all():
        return Region("all", "")
    numbers = np.flatnonzero(mask)
    if not numbers.size:
        return None
    if numbers.size == 1 and mask.size > 1:
        index = [int(i) for i in np.unravel_index(int(numbers[0]), shape)]
        return Region("element", f"at {name}{index}")
    whole = mask.reshape(shape)
    for axis in range(len(shape)):
        moved = np.moveaxis(whole, axis, 0).reshape(shape[axis], -1)
        there = moved.any(axis=1)
        if silent is not None:
            moved = moved | np.moveaxis(silent.reshape(shape), axis, 0).reshape(shape[axis], -1)
        found = np.flatnonzero(there)
        if 0 < found.size < shape[axis] and bool(moved[there].all()):
            return Region("slice", f"at {_indices(found, shape[axis])} along axis {axis}")
    return None


def _indices(found: Array, length: int) -> str:
    """Indices of an axis in words.

    >>> _indices(np.array([4]), 5), _indices(np.array([0, 4]), 5), _indices(np.array([1, 2, 3]), 5)
    ('the last index (4)', 'both ends (0 and 4)', 'indices 1 to 3')
    """
    if len(found) == 1:
        i = int(found[0])
        return f"the last index ({i})" if i == length - 1 else f"index {i}"
    if length > 3 and list(found) == [0, length - 1]:
        return f"both ends (0 and {length - 1})"
    if int(found[-1]) - int(found[0]) == len(found) - 1:
        return f"indices {int(found[0])} to {int(found[-1])}"
    if length > 4 and len(found) == length - 1:
        return f"every index but {next(i for i in range(length) if i not in found)}"
    return f"indices {', '.join(str(int(i)) for i in found[:6])}{' …' if len(found) > 6 else ''}"


def by_values(view: View, output_name: str) -> Iterator[tuple[str, Array]]:
    """Masks over the elements of the argument that its values, or those of its like, make."""
    sources: dict[str, Array] = {view.name: view.value}
    for name, value in view.point.items():
        if name != view.name and value.shape == view.shape:
            other = np.asarray(value, dtype=np.float64).ravel()
            if np.isin(other, (0.0, 1.0)).all():
                yield f"{name} is 1", other == 1
                yield f"{name} is 0", other == 0
            else:
                sources[name] = other
                sources[f"{view.name} - {name}"] = view.value - other
    if view.slopes is not None:
        sources[output_name] = view.output
    for name, array in sources.items():
        yield f"{name} > 0", array > 0
        yield f"{name} < 0", array < 0
    for name, array in sources.items():
        yield f"|{name}| is large", np.abs(array)
        yield f"|{name}| is small", -np.abs(array)
        yield f"{name} is large", array
        yield f"{name} is small", -array


def values_region(views: tuple[View, ...], masks: list[Array], output_name: str) -> Region | None:
    """The condition on values that the wrong elements of every view meet, and the others do not."""
    each = [dict(by_values(v, output_name)) for v in views]
    for text in each[0]:
        if all(text in e and _meets(e[text], mask, v) for e, mask, v in zip(each, masks, views, strict=True)):
            return Region("values", f"where {text}")
    return None


def _meets(array: Array, mask: Array, view: View) -> bool:
    counted = np.abs(view.due).max(axis=1) + np.abs(view.given).max(axis=1) > 0
    if not (mask & counted).any() or (mask | ~counted).all():
        return False
    if array.dtype == bool:
        return bool((array == mask)[counted].all())
    inside, outside = array[counted & mask], array[counted & ~mask]
    enough = min(inside.size, outside.size) >= 3
    return enough and float(inside.min()) > float(outside.max())
