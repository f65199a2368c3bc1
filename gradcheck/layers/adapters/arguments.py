"""The inputs of a function, with the float arrays among them: whole, in dictionaries and in lists.

An array in a dictionary of parameters is an argument like any other: ``params["W"]`` is ``params.W``,
and a gradient that is called dW belongs to it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.layers.adapters.leaves import divide, leaves, with_leaves
from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.target import Array


class Arguments:
    """Values by name, of which those in ``fixed`` are not differentiated.

    ``gradients`` are the names that the backward returns; a number is an argument if one
    of them is its gradient.
    """

    def __init__(self, values: Mapping[str, Any], fixed: frozenset[str], gradients: Sequence[str]) -> None:
        self.values = dict(values)
        self._numbers = _differentiable_numbers(values, gradients)
        self._nested = {n for n, v in values.items() if _is_collection(v)}
        self._copied = {n for n, v in values.items() if isinstance(v, dict | list) and n not in self._nested}
        named = [pair for name, value in values.items() for pair in self._leaves(name, value)]
        division = divide(named, fixed)
        self.point = division.point
        self.held = division.fixed
        floats = {path: leaf.shape for path, leaf in named if is_float_array(leaf)}
        self._paths = {_bare(path, floats): path for path in floats}
        self.shapes = {bare: floats[path] for bare, path in self._paths.items()}
        self.plain = not (self._numbers or self._nested or self._copied)

    def given(self, point: Mapping[str, Array]) -> dict[str, Any]:
        """The inputs at a point; containers are new ones, so that evaluations stay independent."""
        if self.plain:
            return {**self.values, **point}
        given = {**self.values, **{n: v for n, v in point.items() if n in self.values}}
        for name in self._numbers & set(point):
            given[name] = point[name][()]
        for name in self._nested:
            given[name] = with_leaves(name, self.values[name], point)
        for name in self._copied:
            given[name] = copy.deepcopy(self.values[name])
        return given

    def by_path(self, gradients: Mapping[str, Any]) -> Mapping[str, Any]:
        """Gradients under the names of ``shapes``, by the names of ``point``."""
        if self.plain:
            return gradients
        return {self._paths.get(name, name): value for name, value in gradients.items()}

    def _leaves(self, name: str, value: Any) -> list[tuple[str, Any]]:
        if name in self._nested:
            return leaves(name, value)
        return [(name, np.asarray(value, dtype=np.float64) if name in self._numbers else value)]


def _differentiable_numbers(values: Mapping[str, Any], gradients: Sequence[str]) -> set[str]:
    """The numbers that get a gradient: by its name, or because there is one for every number and array."""
    numbers = {n for n, v in values.items() if isinstance(v, float)}
    arrays = sum(is_float_array(v) for v in values.values())
    if not any(gradients) and len(gradients) == arrays + len(numbers):
        return numbers
    return {n for g in gradients if (n := gradient_of(g, values)) in numbers}


def _is_collection(value: Any) -> bool:
    """Whether a value is a dictionary or list of float arrays and nothing else, nested or not."""
    if not isinstance(value, dict | list | tuple) or not value:
        return False
    children = value.values() if isinstance(value, dict) else value
    return all(is_float_array(child) or _is_collection(child) for child in children)


def _bare(path: str, paths: Mapping[str, Any]) -> str:
    """The last part of a path, if no other path ends in it and it is no mere number."""
    last = path.rpartition(".")[2]
    alone = sum(other.rpartition(".")[2] == last for other in paths) == 1
    return last if alone and not last.isdigit() else path
