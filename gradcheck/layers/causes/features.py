"""Known arrays laid along the rows or the columns of a view: inputs, the output, their simple functions.

A row of a view is an element of the argument, a column an output. An array of another shape is laid
along the axes whose lengths it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, islice, permutations

import numpy as np

from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.target import Array

Features = dict[str, Array]
"""By name, arrays that broadcast against those of a view."""

_MOST_ALIGNMENTS = 4


def _sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


OF_ONE: dict[str, Callable[[Array], Array]] = {
    "{}": lambda z: z,
    "(1 - {})": lambda z: 1 - z,
    "(1 + {})": lambda z: 1 + z,
    "(1 - {}²)": lambda z: 1 - z**2,
    "(1 + {}²)": lambda z: 1 + z**2,
    "exp({})": np.exp,
    "(exp({}) - 1)": np.expm1,
    "σ({})": _sigmoid,
    "(1 - σ({}))": lambda z: _sigmoid(-z),
    "cos({})": np.cos,
    "sin({})": np.sin,
    "tanh({})": np.tanh,
    "log({})": lambda z: np.log(np.where(z > 0, z, np.nan)),
}
"""Functions of the argument and of the output, by how they are written."""

_OF_OTHERS = ("{}", "(1 - {})", "exp({})")


def features(view: View, evidence: Evidence) -> Features:
    """Everything that a factor or a term may be made of."""
    found: Features = {}
    for name, array in _row_arrays(view, evidence).items():
        templates = OF_ONE if name in (view.name, evidence.output_name) else _OF_OTHERS
        found.update(_functions(name, array[:, None], templates))
    if view.whole and view.columns > 1:
        for name, array in _column_arrays(view, evidence).items():
            label = name if name not in found or view.slopes is not None else f"{name} at the output"
            templates = OF_ONE if name == evidence.output_name else _OF_OTHERS
            found.update(_functions(label, array[None, :], templates, taken=found))
        found.update(_mixed(view, found))
    found.update(_norms(view))
    return {n: a for n, a in found.items() if _is_useful(a)}


def _functions(
    name: str, array: Array, templates: object, taken: Mapping[str, Array] | None = None
) -> Features:
    with np.errstate(all="ignore"):
        made = {t.format(name): OF_ONE[t](array) for t in templates}  # type: ignore[attr-defined]
    return {n: a for n, a in made.items() if taken is None or n not in taken}


def _is_useful(array: Array) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array).any()) and float(np.nanmax(array) - np.nanmin(array)) > 0


def _row_arrays(view: View, evidence: Evidence) -> Features:
    """Arrays with a number for each element of the argument."""
    rows = {view.name: view.value}
    if view.slopes is not None:
        rows[evidence.output_name] = view.output
    for name, value in view.point.items():
        if name != view.name and value.size > 1:
            for label, laid in _laid(name, np.asarray(value, dtype=np.float64), view.shape):
                rows[label] = laid.ravel()
                if value.shape == view.shape:
                    rows[f"({view.name} - {name})"] = view.value - laid.ravel()
    return rows


def _column_arrays(view: View, evidence: Evidence) -> Features:
    """Arrays with a number for each output."""
    columns = {evidence.output_name: view.output}
    for name, value in view.point.items():
        if name != view.name and value.size > 1:
            for label, laid in _laid(name, np.asarray(value, dtype=np.float64), view.out_shape):
                columns[f"{label}"] = laid.ravel()
    return columns


def _mixed(view: View, taken: Mapping[str, Array]) -> Features:
    """Arrays that are laid along axes of the argument and of the output at once, as x is in dy·x."""
    joint = view.shape + view.out_shape
    if len(joint) > 6 or view.due.size > 40_000:
        return {}
    found: Features = {}
    for name, value in view.point.items():
        if name != view.name and 1 < value.ndim <= 3 and value.size > 1:
            for number, axes in enumerate(_alignments(value.shape, joint)):
                if all(a < len(view.shape) for a in axes) or all(a >= len(view.shape) for a in axes):
                    continue
                label = name if name not in found and name not in taken else f"{name} along {axes}"
                laid = np.broadcast_to(_along(np.asarray(value, dtype=np.float64), axes, joint), joint)
                found[label] = laid.reshape(view.due.shape)
                if number >= 2 * _MOST_ALIGNMENTS:
                    break
    return found


def _laid(name: str, array: Array, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """An array broadcast to ``shape`` in each way in which its axes fit, the usual way first."""
    if array.ndim > len(shape):
        return
    for number, axes in enumerate(islice(_alignments(array.shape, shape), _MOST_ALIGNMENTS)):
        label = name if number == 0 else f"{name} along axis {axes[0] if len(axes) == 1 else axes}"
        yield label, np.broadcast_to(_along(array, axes, shape), shape)


def _alignments(lengths: tuple[int, ...], shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """For each axis of an array the axis of ``shape`` that it may be laid along; the last axes first."""
    backwards = range(len(shape) - 1, -1, -1)
    for chosen in combinations(backwards, len(lengths)):
        usual = tuple(reversed(chosen))
        for axes in [usual, *(p for p in permutations(usual) if p != usual)]:
            if all(n in (shape[a], 1) for n, a in zip(lengths, axes, strict=True)):
                yield axes


def _along(array: Array, axes: tuple[int, ...], shape: tuple[int, ...]) -> Array:
    order = np.argsort(axes)
    moved = np.transpose(array, order)
    wanted = [1] * len(shape)
    for axis, n in zip(sorted(axes), moved.shape, strict=True):
        wanted[axis] = n
    return moved.reshape(wanted)


def _norms(view: View) -> Features:
    """The norm and the deviation of the argument over each set of axes."""
    found: Features = {}
    x = np.asarray(view.point[view.name], dtype=np.float64)
    for axes in axis_sets(view.shape):
        over = "everything" if len(axes) == len(view.shape) else f"axis {axes[0] if len(axes) == 1 else axes}"
        norm = np.sqrt((x**2).sum(axis=axes, keepdims=True))
        found[f"‖{view.name}‖ over {over}"] = np.broadcast_to(norm, x.shape).reshape(-1, 1)
    return found


def axis_sets(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every set of axes longer than 1, small sets first."""
    longer = [a for a, n in enumerate(shape) if n > 1]
    for size in range(1, len(longer) + 1):
        yield from combinations(longer, size)
