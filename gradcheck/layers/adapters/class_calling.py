"""Calling the two methods of an object with the arguments that they ask for."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.layers.adapters.backward_roles import Given, Role, is_rate
from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_outputs import Evaluated, evaluated
from gradcheck.layers.adapters.results import like
from gradcheck.layers.adapters.signatures import asked, called
from gradcheck.layers.adapters.slopes import times
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import BadGradient, LayerRaised
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import MISSING, Array

_FINISHERS = (
    "compute_gradients compute_grads calculate_gradients calc_gradients compute_gradient "
    "accumulate_gradients update update_params update_parameters update_weights update_param step "
    "apply_gradients apply_grads apply_gradient optimize learn gradient_step gradient_descent"
).split()


class Result(enum.Enum):
    """What a second method gives."""

    GRADIENT = "the gradient for the upstream that it was given"
    SLOPE = "the derivative, to be multiplied by the upstream"
    LOSS = "the gradient of a loss, whose upstream is 1"
    OWN = "nothing, for the first method returns its gradients itself"


@dataclass(frozen=True)
class ByArguments:
    """Methods that are given what they need as arguments.

    A loss of several numbers stands for their sum, or their mean if ``is_mean``.
    """

    pair: MethodPair
    roles: tuple[Role, ...]
    result: Result
    extras: Mapping[str, Any]
    spy: SpyOptimizer
    is_mean: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the return statement of the second method."""
        return returned_names(self.pair.function(self.pair.backward))

    @property
    def gives_rate(self) -> bool:
        """Whether the backward asks for a learning rate."""
        return any(r.given is Given.RATE for r in self.roles)

    def forward(self, instance: Any, inputs: Mapping[str, Any]) -> Evaluated:
        """Run the forward."""
        result = called("forward", getattr(instance, self.pair.forward), inputs)
        is_loss = self.result is Result.LOSS
        is_series = not is_loss and self._takes_series(result)
        found = evaluated(instance, inputs, result, self.roles, is_loss, is_series)
        losses = found.outputs[0]
        if self.result is not Result.LOSS or not np.ndim(losses):
            return found
        total = np.mean(losses) if self.is_mean else np.sum(losses)
        return Evaluated(found.given, result, (total,), found.cache)

    def backward(self, instance: Any, evaluated: Evaluated, upstream: tuple[Array, ...]) -> Any:
        """Run the second method; a derivative is multiplied by the upstream."""
        if self.pair.is_property:
            returned = called("backward", lambda: getattr(instance, self.pair.backward), {})
        else:
            given = self._arguments(instance, evaluated, upstream)
            returned = called("backward", getattr(instance, self.pair.backward), given)
        return times(returned, upstream[0]) if self.result is Result.SLOPE else returned

    def finish(self, instance: Any) -> bool:
        """Call the first method that turns what the backward left into gradients or updates."""
        for name in _FINISHERS:
            method = getattr(instance, name, None)
            if not callable(method) or name == self.pair.backward or self.pair.source.is_stub(name):
                continue
            parameters = [p for p in asked(method) if p.default is MISSING or is_rate(p.name)]
            if all(is_rate(p.name) for p in parameters):
                with suppress(LayerRaised):  # it was worth a try, and is no part of the backward
                    called("backward", method, {p.name: 1.0 for p in parameters})
                    return True
        return False

    def _takes_series(self, result: object) -> bool:
        """Whether the backward unpacks its upstream gradient, or loops over it if outputs are a list."""
        if not isinstance(result, tuple | list):
            return False
        return bool(self._upstream_names & (self._unpacked if isinstance(result, tuple) else self._looped))

    @cached_property
    def _upstream_names(self) -> set[str]:
        return {r.name for r in self.roles if r.given is Given.UPSTREAM}

    @cached_property
    def _unpacked(self) -> set[str]:
        return self.pair.source.unpacked(self.pair.backward)

    @cached_property
    def _looped(self) -> set[str]:
        return self._unpacked | self.pair.source.gone_through(self.pair.backward)

    def _arguments(self, instance: Any, evaluated: Evaluated, upstream: tuple[Array, ...]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        upstreams = self._upstreams(evaluated, upstream)
        for role in self.roles:
            if role.given is Given.UPSTREAM:
                if upstreams:
                    given[role.name] = upstreams.pop(0)
                elif self._is_required(role.name):
                    raise BadGradient(self._too_few(upstream))
            else:
                given[role.name] = self._value(role, instance, evaluated)
        return given

    def _upstreams(self, evaluated: Evaluated, upstream: tuple[Array, ...]) -> list[Any]:
        """The upstream gradients, one for each parameter that asks for one; a number for a number."""
        number = sum(r.given is Given.UPSTREAM for r in self.roles)
        parts = [v[()] if np.ndim(v) == 0 else v for v in upstream]
        return [like(evaluated.result, tuple(parts))] if number == 1 and len(parts) > 1 else parts

    def _value(self, role: Role, instance: Any, evaluated: Evaluated) -> Any:
        if role.given is Given.INPUT:
            return evaluated.given.get(role.of)
        if role.given is Given.PREDICTION:
            prediction, output = evaluated.given[role.of], getattr(instance, "output", None)
            is_own = isinstance(output, np.ndarray) and output.shape == np.shape(prediction)
            return output if is_own else prediction
        if role.given is Given.RETURNED:
            names = returned_names(self.pair.function(self.pair.forward))
            return evaluated.result[names.index(role.of)] if len(names) > 1 else evaluated.result
        return {
            Given.OUTPUT: evaluated.outputs[0],
            Given.CACHE: evaluated.cache,
            Given.RATE: 1.0,
            Given.OPTIMIZER: self.spy,
            Given.EXTRA: self.extras.get(role.name),
        }[role.given]

    def _is_required(self, name: str) -> bool:
        method = self.pair.function(self.pair.backward)
        return any(p.name == name and p.default is MISSING for p in asked(method))

    def _too_few(self, upstream: tuple[Array, ...]) -> str:
        names = [r.name for r in self.roles if r.given is Given.UPSTREAM]
        return (
            f"{self.pair.backward} takes {len(names)} upstream gradients ({', '.join(names)}), "
            f"{self.pair.forward} gives {len(upstream)} output{'s' if len(upstream) != 1 else ''}"
        )
