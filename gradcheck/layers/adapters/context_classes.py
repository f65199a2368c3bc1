"""Autograd functions on NumPy arrays: static ``forward(ctx, x, w)`` and ``backward(ctx, grad_output)``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_methods import MethodPair, is_context, methods_of
from gradcheck.layers.adapters.class_readings import own_parameters
from gradcheck.layers.adapters.contexts import has_context, new_context
from gradcheck.layers.adapters.results import differentiable, is_float
from gradcheck.layers.adapters.returned_gradients import Receivers, gradients_returned
from gradcheck.layers.adapters.signatures import called
from gradcheck.layers.errors import BadGradient, CannotSample
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import MISSING, Array, Call, Parameter, Point, Subject, Target


def recognise(name: str, subject: object) -> Subject | None:
    """The function, if both methods begin with a context.

    >>> class Exp:
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(np.exp(x))
    ...         return np.exp(x)
    ...     @staticmethod
    ...     def backward(ctx, grad_output):
    ...         y, = ctx.saved_tensors
    ...         return grad_output * y
    >>> recognise("Exp", Exp).convention
    'class with a context: forward(ctx, x) / backward(ctx, grad_output)'
    """
    pair = methods_of(subject)
    if pair is None or not has_context(pair):
        return None
    return ContextClass(name, subject, pair)


@dataclass(frozen=True)
class ContextClass:
    """Two methods that share nothing but a context."""

    name: str
    subject: object
    pair: MethodPair

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the forward after the context."""
        return own_parameters(self.pair, self.pair.forward)[1:]

    @property
    def convention(self) -> str:
        """The two methods with their parameters."""
        shown = [
            f"{m}({', '.join(p.name for p in own_parameters(self.pair, m))})"
            for m in (self.pair.forward, self.pair.backward)
        ]
        return f"class with a context: {shown[0]} / {shown[1]}"

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The function at these inputs. Raises CannotSample."""
        missing = [p.name for p in self.parameters if p.name not in values and p.default is MISSING]
        if missing:
            raise CannotSample(f"there is no value for {', '.join(missing)}")
        inputs = {p.name: values[p.name] for p in self.parameters if p.name in values}
        floats = {n: v for n, v in inputs.items() if isinstance(v, np.ndarray) and is_float(v)}
        point = {n: v for n, v in floats.items() if n not in fixed}
        running = _Function(self.pair, self._holder(), inputs, floats)
        return Target(
            self.name, self.convention, point, running.evaluate, tuple(n for n in inputs if n not in point)
        )

    def _holder(self) -> Any:
        """What the methods are looked up on: an instance, if they take self before the context."""
        function = self.pair.function(self.pair.forward)
        is_method = not is_context(next(iter(inspect.signature(function).parameters)))
        is_bound = isinstance(inspect.getattr_static(self.pair.owner, self.pair.forward), classmethod)
        if is_method and not is_bound and isinstance(self.subject, type):
            return called("construct", self.subject, {})
        return self.subject


@dataclass(frozen=True)
class _Function:
    """The two methods with their inputs."""

    pair: MethodPair
    owner: Any
    inputs: Mapping[str, Any]
    floats: Mapping[str, Array]

    def evaluate(self, point: Point) -> Call:
        """One forward, with a context of its own."""
        forward = getattr(self.owner, self.pair.forward)
        context = new_context(self.pair.function(self.pair.forward), len(self.inputs))
        first = own_parameters(self.pair, self.pair.forward)[0].name
        given = {name: point.get(name, value) for name, value in self.inputs.items()}
        result = called("forward", forward, {first: context, **given})
        outputs = differentiable(result)
        return Call(outputs, lambda upstream: self.pull(context, point, upstream))

    def pull(self, context: Any, point: Point, upstream: tuple[Array, ...]) -> dict[str, Any]:
        """The gradients in the order of the forward's arguments."""
        backward = getattr(self.owner, self.pair.backward)
        own = own_parameters(self.pair, self.pair.backward)
        parts = [v[()] if np.ndim(v) == 0 else v for v in upstream]
        given = dict(zip([p.name for p in own], [context, *parts], strict=False))
        returned = called("backward", backward, given)
        if returned is None:
            raise BadGradient(f"{self.pair.backward} returned None; is a `return` missing?")
        floats = {n: v.shape for n, v in self.floats.items()}
        other = {
            n: np.shape(v) if isinstance(v, np.ndarray) else ()
            for n, v in self.inputs.items()
            if n not in floats
        }
        names = returned_names(self.pair.function(self.pair.backward))
        found = gradients_returned(returned, names, Receivers(floats, other, {}))
        return {n: found[n] for n in point if n in found}
