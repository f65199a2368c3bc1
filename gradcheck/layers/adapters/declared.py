"""A ``gradcheck.Layer``: a pair of functions, and arrays that live elsewhere and are written in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.declared import Layer
from gradcheck.layers.errors import BadGradient, CannotRecognise, LayerRaised
from gradcheck.layers.target import Array, Call, Parameter, Point, Target


def recognise(name: str, subject: object) -> DeclaredLayer | None:
    """The layer, if the subject is a ``gradcheck.Layer``."""
    return DeclaredLayer(name, subject) if isinstance(subject, Layer) else None


@dataclass(frozen=True)
class DeclaredLayer:
    """A declared layer that still lacks its inputs."""

    name: str
    layer: Layer

    @property
    def _pair(self) -> FunctionPair:
        return FunctionPair(self.name, self.layer.forward, self.layer.backward)

    @property
    def convention(self) -> str:
        """What was declared."""
        kept = ", ".join(self.layer.parameters)
        return "gradcheck.Layer" + (f" with the parameters {kept}" if kept else "")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the forward."""
        return self._pair.parameters

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The layer at these inputs and at its own parameters."""
        self._check()
        target = self._pair.bind(values, fixed)
        kept = {n: p for n, p in self.layer.parameters.items() if n not in fixed}
        point = {**target.point, **{n: p.copy() for n, p in kept.items()}}
        inputs = target.evaluate

        def evaluate(at: Point) -> Call:
            saved = {n: p.copy() for n, p in kept.items()}
            _write(kept, at)
            try:
                call = inputs({n: v for n, v in at.items() if n not in kept})
            finally:
                _write(kept, saved)
            return Call(call.outputs, lambda upstream: self._pulled(call, kept, at, upstream))

        return replace(target, convention=self.convention, point=point, evaluate=evaluate)

    def _check(self) -> None:
        """Raise CannotRecognise for parameters that cannot be perturbed where they are."""
        parameters = self.layer.parameters
        if not isinstance(parameters, Mapping):
            raise CannotRecognise('parameters has to be a dictionary of arrays by name, such as {"w": net.w}')
        for name, value in parameters.items():
            if not is_float_array(value) or not value.flags.writeable:
                raise CannotRecognise(
                    f"the parameter {name} is {_kind(value)}; it has to be the writable float array that the "
                    "layer itself uses, because it is perturbed in place"
                )
        if parameters and self.layer.gradients is None:
            raise CannotRecognise("parameters need gradients=, a function that returns theirs by name")

    def _pulled(
        self, call: Call, kept: Mapping[str, Array], at: Point, upstream: tuple[Array, ...]
    ) -> Mapping[str, Any]:
        """The gradients of the inputs, and those of the parameters as the layer reports them."""
        saved = {n: p.copy() for n, p in kept.items()}
        _write(kept, at)
        try:
            found = dict(self._of_inputs(call, upstream))
            if self.layer.gradients is not None:
                found.update(self._of_parameters(self.layer.gradients))
        finally:
            _write(kept, saved)
        return found

    def _of_inputs(self, call: Call, upstream: tuple[Array, ...]) -> Mapping[str, Any]:
        """The gradients of the inputs; a backward that returns none may still leave the parameters'."""
        try:
            return call.backward(upstream)
        except BadGradient:
            if self.layer.gradients is None:
                raise
            return {}

    def _of_parameters(self, gradients: Callable[[], Any]) -> Mapping[str, Any]:
        """The gradients of the parameters as the layer reports them. Raises LayerRaised and BadGradient."""
        found = _reported(gradients)
        for name in self.layer.parameters:
            if name not in found:
                known = ", ".join(map(str, found)) or "none"
                raise BadGradient(f"gradients() gives no gradient of the parameter {name} (it gives {known})")
        return found


def _kind(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"


def _write(kept: Mapping[str, Array], at: Mapping[str, Array]) -> None:
    for name, array in kept.items():
        np.copyto(array, at[name])


def _reported(gradients: Any) -> Mapping[str, Any]:
    try:
        found = gradients()
    except Exception as error:
        raise LayerRaised("gradients()", error) from error
    if not isinstance(found, Mapping):
        raise BadGradient(
            f"gradients() has to return a dictionary by parameter, not a {type(found).__name__}"
        )
    return {name: np.array(g, copy=True) if isinstance(g, np.ndarray) else g for name, g in found.items()}
