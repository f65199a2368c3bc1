"""Which returned gradient belongs to which argument: by key, by name, by shape, by order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.errors import BadGradient
from gradcheck.layers.naming import gradient_of, is_constant


@dataclass(frozen=True, slots=True)
class Assignment:
    """The gradients by argument, and how they were told apart."""

    gradients: dict[str, Any]
    how: str


def assign(
    returned: object,
    shapes: Mapping[str, tuple[int, ...]],
    names: Sequence[str] = (),
    inputs: Sequence[str] = (),
) -> Assignment:
    """Assign what a backward returned to the arguments.

    ``shapes`` holds the differentiable arguments in order; ``names`` are the names in the
    backward's own return statement, where they are known; ``inputs`` all inputs, of which some may
    get None. A mapping is assigned by its keys, a sequence by ``names``, else by shapes if they fit in
    one way only, else in the order of the arguments, or, where the shapes forbid that, in the order of
    those that fit. Labels and masks come last. Raises BadGradient when none of these works.
    """
    if isinstance(returned, Mapping):
        return Assignment(_by_key(returned, shapes), "by key")
    several = isinstance(returned, tuple | list) and not _is_numbers(returned)
    values = list(returned) if several and isinstance(returned, tuple | list) else [returned]
    values, names = _flattened(values, names, shapes)
    if found := _by_name(values, names, shapes):
        return Assignment(found, f"by name ({', '.join(names)})")
    if len(values) > len(shapes):
        return Assignment(_by_input(values, shapes, inputs), "in the order of the inputs")
    if found := _by_shape(values, shapes):
        return Assignment(found, "by shape")
    wanted = [n for n in shapes if not is_constant(n)]
    order = wanted if len(values) <= len(wanted) else list(shapes)
    if found := _by_fitting(values, {n: shapes[n] for n in order}):
        return Assignment(found, "in the order of the arguments that fit")
    return Assignment(dict(zip(order, values, strict=False)), "in the order of the arguments")


def _by_input(
    values: Sequence[Any], shapes: Mapping[str, tuple[int, ...]], inputs: Sequence[str]
) -> dict[str, Any]:
    """One value for each input, of which those that are not differentiable got None. Raises BadGradient."""
    if len(values) == len(inputs):
        others = [v for v, n in zip(values, inputs, strict=True) if n not in shapes]
        if all(v is None for v in others):
            return {n: v for v, n in zip(values, inputs, strict=True) if n in shapes}
    raise BadGradient(
        f"the backward returns {len(values)} gradients for {len(shapes)} differentiable "
        f"argument{'s' if len(shapes) != 1 else ''} ({', '.join(shapes) or 'none'})"
    )


def _by_fitting(values: Sequence[Any], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any] | None:
    """Each value to the first argument of its shape that is still free, if every value finds one."""
    found: dict[str, Any] = {}
    for value in values:
        fits = [
            n for n, shape in shapes.items() if n not in found and (value is None or np.shape(value) == shape)
        ]
        if not fits:
            return None
        found[fits[0]] = value
    return found


def _by_key(returned: Mapping[Any, Any], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in returned.items():
        name = str(key)
        argument = name if name in shapes else gradient_of(name, shapes)
        if argument is not None and argument not in found:
            found[argument] = value
    if not found:
        raise BadGradient(
            f"the backward returns a dictionary with the keys {', '.join(map(str, returned)) or '(none)'}; "
            f"none of them names a gradient of {', '.join(shapes) or 'an argument'}"
        )
    return found


def _flattened(
    values: list[Any], names: Sequence[str], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[list[Any], list[str]]:
    """Dictionaries and lists inside a returned tuple, such as ``dx, grads``, opened up."""
    aligned = list(names) if len(names) == len(values) else [""] * len(values)
    flat_values: list[Any] = []
    flat_names: list[str] = []
    for value, name in zip(values, aligned, strict=True):
        if isinstance(value, Mapping):
            inner = _by_key(value, shapes)
            flat_values += inner.values()
            flat_names += [f"d{key}" for key in inner]
        elif isinstance(value, tuple | list) and not _is_numbers(value):
            flat_values += value
            flat_names += [""] * len(value)
        else:
            flat_values.append(value)
            flat_names.append(name)
    return flat_values, flat_names


def _by_name(
    values: Sequence[Any], names: Sequence[str], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Any] | None:
    arguments = [gradient_of(name, shapes) for name in names]
    found = [a for a in arguments if a is not None]
    if not found or len(set(found)) != len(found) or len(found) != len(arguments):
        return None
    return dict(zip(found, values, strict=True))


def _by_shape(values: Sequence[Any], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any] | None:
    """The only assignment in which every gradient has the shape of its argument, if there is one."""
    found: dict[str, Any] = {}
    for value in values:
        fits = [name for name, shape in shapes.items() if np.shape(value) == shape]
        if len(fits) != 1 or fits[0] in found:
            return None
        found[fits[0]] = value
    return found


def _is_numbers(value: object) -> bool:
    """Whether a list is one gradient written as numbers rather than a list of gradients."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, int | float) for v in value)
