"""What a method returned, assigned to the inputs and parameters of its object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.assignment import assign
from gradcheck.layers.naming import gradient_of

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Receivers:
    """All that may get a gradient, by shape: ``differentiable`` inputs, ``other`` inputs, ``parameters``."""

    differentiable: Shapes
    other: Shapes
    parameters: Shapes

    @property
    def inputs(self) -> Shapes:
        """Both kinds of inputs."""
        return {**self.differentiable, **self.other}

    @property
    def everything(self) -> Shapes:
        """The inputs and the parameters."""
        return {**self.inputs, **self.parameters}

    def of(self, values: Sequence[Any]) -> Shapes:
        """The smallest group in which each of several values finds a place of its shape, or just a place."""
        groups = (
            self.differentiable,
            self.inputs,
            {**self.differentiable, **self.parameters},
            self.everything,
        )
        fits = [g for g in groups if len(values) > 1 and _all_fit(values, g)]
        sizes = [g for g in groups if len(g) >= len(values)]
        return next(iter([*fits, *sizes]), self.everything)


def gradients_returned(returned: object, names: Sequence[str], receivers: Receivers) -> dict[str, Any]:
    """The gradients by argument; ``names`` are those in the return statement. Raises BadGradient."""
    values = _values(returned)
    if not values:
        return {}
    if isinstance(returned, Mapping) or any(isinstance(v, Mapping | tuple | list) for v in values):
        return assign(returned, receivers.everything, names).gradients
    if len(names) == len(values) and _all_named(names, receivers.everything):
        return assign(tuple(values), receivers.everything, names).gradients
    if len(values) == 1 and not _fits(values[0], receivers.differentiable):
        if found := _by_shape_alone(values[0], receivers.parameters):
            return found
        if not receivers.differentiable:
            return {}
    while len(values) > len(receivers.everything) and values[-1] is None:
        values.pop()
    return assign(tuple(values), receivers.of(values)).gradients


def _values(returned: object) -> list[Any]:
    if returned is None:
        return []
    is_series = isinstance(returned, tuple | list)
    if not isinstance(returned, tuple | list) or not is_series:
        return [returned]
    if isinstance(returned, list) and all(isinstance(v, int | float) for v in returned):
        return [returned]
    return list(returned)


def _all_named(names: Sequence[str], arguments: Shapes) -> bool:
    found = [gradient_of(name, arguments) for name in names]
    return None not in found and len(set(found)) == len(found)


def _fits(value: Any, arguments: Shapes) -> bool:
    """Whether a value has the shape of one of these."""
    return value is None or np.shape(value) in arguments.values()


def _all_fit(values: Sequence[Any], arguments: Shapes) -> bool:
    """Whether every value can be given to an argument of its shape, no two to the same."""
    free = list(arguments.values())
    for value in values:
        if value is not None and np.shape(value) not in free:
            return False
        if value is not None:
            free.remove(np.shape(value))
    return len(values) <= len(arguments)


def _by_shape_alone(value: Any, parameters: Shapes) -> dict[str, Any]:
    """The gradient of the only parameter of this shape, for a layer that gives none of its input."""
    fits = [name for name, shape in parameters.items() if np.shape(value) == shape]
    return {fits[0]: value} if len(fits) == 1 else {}
