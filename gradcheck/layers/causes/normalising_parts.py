"""The three parts of the Jacobian of a normalisation, due and given, and their ratios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.causes.evidence import View
from gradcheck.layers.causes.features import axis_sets
from gradcheck.layers.target import Array

_FELT = 1e-6


@dataclass(frozen=True, slots=True)
class Parts:
    """a, b and c for every output, in the order of the groups: arrays (groups, members)."""

    local: Array
    mean: Array
    along: Array


@dataclass(frozen=True, slots=True)
class Grouping:
    """Elements in groups: ``numbers[g]`` are those of group g; ``text`` names the axes."""

    numbers: Array
    text: str


@dataclass(frozen=True, slots=True)
class Ratios:
    """given/due of the three parts, and σ and the plain deviation of each group."""

    local: Array
    mean: Array | None
    along: Array
    sigma: Array
    plain: Array


def groupings(shape: tuple[int, ...]) -> Iterator[Grouping]:
    """Groups over each set of axes, and over parts of an axis together with those after it."""
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    for axes in axis_sets(shape):
        rest = [a for a in range(len(shape)) if a not in axes]
        grouped = np.transpose(numbers, [*rest, *axes]).reshape(-1, int(np.prod([shape[a] for a in axes])))
        yield Grouping(grouped, f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}")
    for axis, n in enumerate(shape):
        for parts in range(2, n):
            if n % parts == 0:
                split = numbers.reshape(*shape[:axis], parts, -1)
                yield Grouping(
                    split.reshape(-1, split.shape[-1]), f"each {n // parts} of axis {axis} with what follows"
                )


def ratios_of(view: View, grouping: Grouping, centred: bool) -> Ratios | None:
    """The parts of both gradients compared; None if either is not made of them."""
    if grouping.numbers.shape[1] < 3:
        return None
    due = _parts(view, view.due, grouping, centred)
    given = _parts(view, view.given, grouping, centred) if due is not None else None
    if due is None or given is None:
        return None
    x = _laid(view, grouping, centred)
    n = grouping.numbers.shape[1]
    steady = np.abs(x) > 0.2 * np.abs(x).max(axis=1, keepdims=True)
    square = np.where(steady, -due.local * x / (n * np.where(steady, due.along, 1.0)), np.nan)
    sigma = np.sqrt(np.nanmedian(square, axis=1))
    if not np.isfinite(sigma).all() or not np.isfinite(due.local).all() or (sigma <= 0).any():
        return None
    plain = np.sqrt((x**2).mean(axis=1))
    weight = np.abs(due.local) > _FELT * np.abs(due.local).max()
    local = np.where(weight, given.local / np.where(weight, due.local, 1.0), np.nan)
    along = np.where(weight & steady, given.along / np.where(steady & weight, due.along, 1.0), np.nan)
    mean = np.where(weight, given.mean / np.where(weight, due.mean, 1.0), np.nan) if centred else None
    return Ratios(local, mean, along, sigma, plain)


def _laid(view: View, grouping: Grouping, centred: bool) -> Array:
    x = view.value[grouping.numbers]
    return x - x.mean(axis=1, keepdims=True) if centred else x


def _parts(view: View, array: Array, grouping: Grouping, centred: bool) -> Parts | None:
    """a, b and c by least squares for each output; None if they do not give every entry."""
    inside = np.zeros(array.shape, dtype=bool)
    groups, n = grouping.numbers.shape
    x = _laid(view, grouping, centred)
    found = np.zeros((3, groups, n))
    for g, members in enumerate(grouping.numbers):
        block = array[np.ix_(members, members)]
        inside[np.ix_(members, members)] = True
        tolerance = view.tolerance[np.ix_(members, members)]
        for k in range(n):
            basis = np.stack([np.eye(n)[k], np.ones(n), x[g]] if centred else [np.eye(n)[k], x[g]], axis=1)
            values, *_ = np.linalg.lstsq(basis, block[:, k], rcond=None)
            if (np.abs(basis @ values - block[:, k]) > 3 * tolerance[:, k]).any():
                return None
            found[0, g, k], found[2, g, k] = values[0], values[-1]
            found[1, g, k] = values[1] if centred else 0.0
    if (np.abs(array[~inside]) > view.tolerance[~inside]).any():
        return None
    if not np.abs(found[2]).max() > _FELT * np.abs(found[0]).max() and array is view.due:
        return None
    if centred and array is view.due and not np.abs(found[1]).max() > _FELT * np.abs(found[0]).max():
        return None
    return Parts(*found)
