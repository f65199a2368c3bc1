"""Methods that make a layer's parameters after construction, called as a network would call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.backward_roles import is_optimizer
from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.signatures import asked, called
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.target import MISSING, Parameter

_METHODS = (
    "set_input_shape build initialize initialise init setup set_up init_params init_weights "
    "init_parameters initialize_parameters initialize_weights initialise_weights initialize_params "
    "_init_params _init_weights _initialize_parameters _initialize_weights create_params "
    "reset_parameters set_optimizer _set_optimizer"
).split()
_SHAPE = re.compile(
    r"(input_?|in_?|x_?|batch_?|prev_?)?(shape|dims|size)|shape_?in|input_dimensions", re.IGNORECASE
)
_WIDTH = re.compile(
    r"(n|num|d)_?(in|inputs?|features?|prev|x)(_features|_units|_dims?)?"
    r"|(in|input|prev|previous)_?(dims?|features?|size|units|width|channels?|neurons|nodes)"
    r"|fan_in|in_d|prev_layer_size",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Initialiser:
    """What such methods may be given: the user's values, the inputs' shape, an optimizer."""

    pair: MethodPair
    values: Mapping[str, Any]
    inputs: Mapping[str, Any]
    spy: SpyOptimizer

    def run(self, instance: Any, has_parameters: Callable[[], bool]) -> None:
        """Call those that can be called, in the order of the table. Raises LayerRaised.

        Once there are parameters, only those that take a shape or an optimizer are called.
        """
        for name in _METHODS:
            method = getattr(instance, name, None)
            if not callable(method) or name in self._called_anyway() or self.pair.source.is_stub(name):
                continue
            needed = [p for p in asked(method) if p.default is MISSING]
            given = {p.name: self._offered(p, name) for p in needed}
            is_due = any(is_optimizer(n) or _SHAPE.fullmatch(n) for n in given)
            if MISSING not in given.values() and (is_due or not has_parameters()):
                called("construct", method, given)

    def _called_anyway(self) -> set[str]:
        """What the constructor and the forward call themselves."""
        source = self.pair.source
        return {m.name for start in (self.pair.forward, "__init__") for m in source.reach(start)}

    def _offered(self, parameter: Parameter, method: str) -> Any:
        name = parameter.name
        if name in self.values:
            return self.values[name]
        if is_optimizer(name):
            return self.spy
        first = next((v for v in self.inputs.values() if isinstance(v, np.ndarray) and v.ndim), None)
        if first is None:
            return MISSING
        if _SHAPE.fullmatch(name):
            return first.shape if self._counts_batch(method, name) else first.shape[1:]
        return first.shape[-1] if _WIDTH.fullmatch(name) else MISSING

    def _counts_batch(self, method: str, shape: str) -> bool:
        """Whether a method expects the shape with the batch axis in front, as its indices tell."""
        if method == "set_input_shape":
            return False
        later = {f"{shape}[-1]", f"{shape}[1]", f"{shape}[1:]", f"{shape}[2]"}
        source = self.pair.source
        return method not in source.methods or source.mentions(method, later)
