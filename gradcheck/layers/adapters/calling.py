"""Calling functions of the user's by name, and taking what a backward returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.layers.adapters.assignment import assign
from gradcheck.layers.errors import BadGradient, CannotRecognise, LayerRaised
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.target import MISSING, Array, Parameter

_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


def positional(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function that can be named, without *args and **kwargs. Raises CannotRecognise."""
    if isinstance(function, np.ufunc):
        names = ("x", "y", "z")[: function.nin]
        return [inspect.Parameter(n, inspect.Parameter.POSITIONAL_ONLY) for n in names]
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError) as error:
        raise CannotRecognise(f"the signature of {function!r} cannot be read: {error}") from None
    return [p for p in found if p.kind in _NAMED]


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The inputs that a function asks for. Raises CannotRecognise."""
    empty = inspect.Parameter.empty
    return tuple(
        Parameter(
            p.name,
            MISSING if p.default is empty else p.default,
            None if p.annotation is empty else p.annotation,
        )
        for p in positional(function)
    )


def name_of(function: Callable[..., Any]) -> str:
    """What a function is called; a partial function is called like the whole."""
    inner = getattr(function, "func", function)
    return str(getattr(inner, "__name__", type(inner).__name__))


class Caller:
    """A function of the user's that is called by name; whatever it raises becomes LayerRaised."""

    def __init__(self, phase: str, function: Callable[..., Any]) -> None:
        self._phase = phase
        self._function = function
        self._ordered = [p.name for p in positional(function) if p.kind is inspect.Parameter.POSITIONAL_ONLY]

    def __call__(self, given: Mapping[str, Any]) -> Any:
        """Call it. Raises LayerRaised."""
        ordered: list[Any] = []
        if self._ordered:
            given = dict(given)
            ordered = [given.pop(n) for n in self._ordered if n in given]
        try:
            return self._function(*ordered, **given)
        except Exception as error:
            raise LayerRaised(self._phase, error) from error


class Assigner:
    """Tells the gradients that one backward returns apart, again and again.

    Where the names in its ``return`` statement name every argument, that settles it; else each
    returned value is looked at. ``how`` says how the latest ones were told apart.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[int, ...]],
        names: Sequence[str],
        who: str,
        inputs: Sequence[str] = (),
    ) -> None:
        self.how = ""
        self._shapes = dict(shapes)
        self._inputs = tuple(inputs)
        self._names = tuple(names)
        self._who = who
        order = [gradient_of(name, shapes) for name in names]
        self._order = (
            tuple(n for n in order if n is not None) if len(set(order) - {None}) == len(order) else ()
        )

    def __call__(self, returned: Any) -> Mapping[str, Any]:
        """The gradients by argument. Raises BadGradient."""
        if returned is None:
            raise BadGradient(f"{self._who} returned None; is a `return` missing?")
        if len(self._order) > 1 and _is_flat(returned, len(self._order)):
            self.how = f"by name ({', '.join(self._names)})"
            return dict(zip(self._order, returned, strict=True))
        found = assign(returned, self._shapes, self._names, self._inputs)
        self.how = f"{found.how}: {', '.join(found.gradients)}"
        return found.gradients


def _is_flat(returned: Any, length: int) -> bool:
    """Whether this is a tuple of so many gradients, none of them a container of several."""
    flat = type(returned) is tuple and len(returned) == length
    return flat and not any(isinstance(value, dict | list | tuple) for value in returned)


def scaled(slope: Any, upstream: Array, name: str) -> Any:
    """f'(x)·v for an element-wise derivative, and v·∇f for the gradient of a scalar. Raises BadGradient."""
    if upstream.ndim and np.shape(slope) != upstream.shape:
        raise BadGradient(
            "the backward takes no upstream gradient, so it has to give the element-wise derivative in the "
            f"shape {upstream.shape} of the output; its derivative with respect to {name} has "
            f"{np.shape(slope)}"
        )
    return slope * upstream
