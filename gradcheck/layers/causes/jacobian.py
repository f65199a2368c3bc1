"""The whole Jacobian of a forward with respect to one argument, with the error of each entry.

Four evaluations a group of elements, at ±hs and ±hs/2, give R = D(h/2) + c to O(h⁴), where c is the
Richardson correction. An entry may be off by 5 % of c and by the rounding of the outputs; where c is
large beside R there is a kink between the evaluations, and the entry is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.layers.bench import Bench, Centre
from gradcheck.layers.blocks import Pattern
from gradcheck.layers.directions import scale
from gradcheck.layers.elements import groups
from gradcheck.layers.target import Array

EVALUATIONS = 4
"""Forward evaluations for each group of elements."""

_STEP = 0.2
_ROUNDING = 40.0
_TRUNCATION = 0.05
_KINK = 1e-3
_GUESSED = 1e-8


@dataclass(frozen=True, slots=True)
class Columns:
    """dy·V/dx, one row for each element of the argument and one column for each upstream of V.

    ``error`` is how far an entry may be off, NaN where it is unknown.
    """

    values: Array
    error: Array


def jacobian(
    bench: Bench,
    name: str,
    centre: Centre,
    found: Pattern,
    upstreams: Array | None,
    brief: bool = False,
) -> Columns:
    """∂(V·y)/∂x for the columns V of ``upstreams``, or for every output by itself if that is None.

    If ``brief``, two evaluations a group have to do, and the error is a guess.
    """
    value = bench.point[name]
    sizes = scale(value).ravel()
    shape = centre.outputs[0].shape if len(centre.outputs) == 1 else centre.flat.shape
    columns = centre.flat.size if upstreams is None else upstreams.shape[1]
    values, error = np.zeros((value.size, columns)), np.zeros((value.size, columns))
    differences = _central if brief else along
    for group in groups(found):
        owner = _owner(found, group, shape)
        step = np.zeros(value.shape)
        step[group] = scale(value)[group]
        derivative, off = differences(bench, {name: step}, centre)
        derivative, off = derivative / sizes[owner], off / sizes[owner]
        if upstreams is None:
            place = np.arange(owner.size)
            values[owner, place], error[owner, place] = derivative, off
        else:
            np.add.at(values, owner, derivative[:, None] * upstreams)
            np.add.at(error, owner, (off[:, None] * upstreams) ** 2)
    return Columns(values, error if upstreams is None else 3.0 * np.sqrt(error))


def _rounding(centre: Centre) -> Array:
    level = np.abs(centre.flat)
    error: Array = _ROUNDING * centre.eps * (level + 0.1 * np.sqrt(np.mean(level**2)))
    return error


def _central(bench: Bench, steps: dict[str, Array], centre: Centre) -> tuple[Array, Array]:
    h = centre.eps ** (1 / 3)
    derivative = (bench.outputs(steps, h) - bench.outputs(steps, -h)) / (2 * h)
    off = _rounding(centre) / h + _GUESSED * np.abs(derivative)
    off[~np.isfinite(derivative)] = np.nan
    return np.nan_to_num(derivative, posinf=0.0, neginf=0.0), off


def along(bench: Bench, steps: dict[str, Array], centre: Centre) -> tuple[Array, Array]:
    """The derivative of every output along ``steps``, and how far each may be off."""
    h, rounding = centre.eps**_STEP, _rounding(centre)
    far = (bench.outputs(steps, h) - bench.outputs(steps, -h)) / (2 * h)
    near = (bench.outputs(steps, h / 2) - bench.outputs(steps, -h / 2)) / h
    correction = (near - far) / 3
    derivative = near + correction
    off = rounding / h + _TRUNCATION * np.abs(correction)
    size = np.abs(derivative)
    size += np.sqrt(np.mean(size**2))
    off[np.abs(correction) > _KINK * size + 2 * rounding / h] = np.nan
    off[~np.isfinite(derivative)] = np.nan
    return np.nan_to_num(derivative, posinf=0.0, neginf=0.0), off


def _owner(found: Pattern, group: tuple[int | slice, ...], shape: tuple[int, ...]) -> Array:
    """For each output the number of the element of a group that may reach it."""
    if not found.shape:
        return np.zeros(int(np.prod(shape, dtype=int)), dtype=int)
    index = np.indices(shape)
    places = [index[found.carried[axis]] if isinstance(i, slice) else i for axis, i in enumerate(group)]
    whole = np.broadcast_arrays(*places, np.empty(shape))[:-1]
    owner: Array = np.ravel_multi_index(tuple(w.ravel() for w in whole), found.shape)
    return owner
