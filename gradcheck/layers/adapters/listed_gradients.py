"""Gradients that an object lists itself: ``params()`` beside ``grads()``, or pairs of both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_BESIDE = (
    ("params", "grads"),
    ("param", "grad"),
    ("parameters", "gradients"),
    ("parameters", "grads"),
    ("parameters", "dparameters"),
    ("get_params", "get_grads"),
    ("get_parameters", "get_gradients"),
    ("getParameters", "getGradParameters"),
)
_LISTS = ("parameters", "params", "get_params", "get_parameters", "param", "get_weights", "getParameters")
_PAIRS = (
    *("params", "param", "parameters", "get_params", "get_params_grads", "params_and_grads"),
    *("parameters_and_gradients", "get_params_and_grads", "params_grads"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """The arrays that an object says to be its parameters, and their gradients."""

    parameters: tuple[Any, ...] = ()
    gradients: tuple[Any, ...] = ()

    def is_parameter(self, array: Any) -> bool:
        """Whether this very array is listed as a parameter."""
        return any(array is parameter for parameter in self.parameters)

    def is_gradient(self, array: Any) -> bool:
        """Whether this very array is listed as a gradient."""
        return any(array is gradient for gradient in self.gradients)


def listed(instance: object) -> list[tuple[Any, Any]]:
    """Each parameter that the object lists, with its gradient."""
    for parameters, gradients in _BESIDE:
        values, slopes = _said(instance, parameters), _said(instance, gradients)
        if values and len(values) == len(slopes):
            return list(zip(values, slopes, strict=True))
    for parameters in _PAIRS:
        pairs = [_pair(value) for value in _said(instance, parameters)]
        if pairs and all(pair is not None for pair in pairs):
            return [pair for pair in pairs if pair is not None]
    return []


def _said(instance: object, name: str) -> list[Any]:
    """What a method without arguments or a property lists; nothing if it fails, for we called it unasked."""
    try:
        value = getattr(instance, name, None)
        value = value() if callable(value) else value
        return list(value.values()) if isinstance(value, dict) else list(_series(value))
    except Exception:
        return []


def _series(value: Any) -> Iterable[Any]:
    return value if isinstance(value, Iterable) else ()


def _pair(value: Any) -> tuple[Any, Any] | None:
    """A parameter and its gradient, from a tuple, a list or a dictionary of two."""
    if isinstance(value, dict):
        value = tuple(value.values())
    return (value[0], value[1]) if isinstance(value, tuple | list) and len(value) == 2 else None


def what_is_listed(instance: object, methods: Collection[str]) -> Listed:
    """The arrays that the object lists, if one of its ``methods`` is for that."""
    name = next((n for n in _LISTS if n in methods), None)
    if name is None:
        return Listed()
    return Listed(tuple(_arrays(_said(instance, name))), tuple(slope for _, slope in listed(instance)))


def _arrays(value: Any) -> Iterator[Any]:
    """The arrays in a list of parameters; of a pair, the first."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        is_pair = isinstance(value, tuple) and len(value) == 2
        yield from (a for v in (value[:1] if is_pair else value) for a in _arrays(v))
