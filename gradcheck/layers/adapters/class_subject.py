"""A class or an instance with a pair of methods, as a subject that lacks its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.layers.adapters.agreement import agrees
from gradcheck.layers.adapters.attribute_feeds import feeds_of
from gradcheck.layers.adapters.backward_roles import Given
from gradcheck.layers.adapters.class_building import Builder
from gradcheck.layers.adapters.class_calling import ByArguments, Result
from gradcheck.layers.adapters.class_inputs import (
    is_lent,
    may_be_target,
    with_flag,
    with_rate,
    with_unused_target,
)
from gradcheck.layers.adapters.class_methods import MethodPair, methods_of
from gradcheck.layers.adapters.class_notes import accumulating
from gradcheck.layers.adapters.class_readings import Meaning, fixed_inputs, meaning, own_parameters, trains
from gradcheck.layers.adapters.class_running import Calling, Running
from gradcheck.layers.adapters.class_state import State
from gradcheck.layers.adapters.class_target import target_of
from gradcheck.layers.adapters.class_trial import claimed
from gradcheck.layers.adapters.contexts import has_context
from gradcheck.layers.adapters.leaves import mapped
from gradcheck.layers.adapters.own_gradients import OwnGradients
from gradcheck.layers.adapters.signatures import asked
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import MISSING, Parameter, Target


def subject_of(name: str, subject: object) -> ClassSubject | None:
    """The subject, if the class has a pair of methods that are called with arguments."""
    pair = methods_of(subject)
    if pair is None or has_context(pair) or feeds_of(pair) is not None:
        return None
    has_inputs = bool(own_parameters(pair, pair.forward))
    return ClassSubject(name, subject, pair) if has_inputs and not trains(pair) else None


@dataclass(frozen=True)
class ClassSubject:
    """A layer that is a class or an instance; its methods are called with arguments."""

    name: str
    subject: object
    pair: MethodPair

    @cached_property
    def meaning(self) -> Meaning:
        """How the second method is read."""
        return meaning(self.pair)

    @property
    def convention(self) -> str:
        """The two methods with their parameters."""
        return self._convention(self.meaning)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The constructor's, the forward's, and what the backward asks for that no one else gives."""
        constructor = asked(self.subject, "constructor") if isinstance(self.subject, type) else ()
        forward = self._forward
        extra = {r.name for r in self.meaning.roles if r.given is Given.EXTRA}
        own = own_parameters(self.pair, self.pair.backward, "backward")
        backward = [with_unused_target(p) for p in own if p.name in extra]
        found = [with_rate(p) for p in constructor if not is_lent(p)]
        later = [*forward, *backward]
        return (*(p for p in found if p.name not in {q.name for q in later}), *later)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The layer at these inputs. Raises LayerRaised and CannotSample."""
        inputs = self._inputs(values)
        chosen, running = self._settled(*self._chosen(values, inputs), values)
        has_upstream = chosen.result in (Result.GRADIENT, Result.SLOPE)
        return target_of(
            Target(self.name, self._convention(chosen), {}, running.evaluate, (), has_upstream),
            running,
            {n: v for n, v in values.items() if n not in {p.name for p in self.parameters}},
            fixed,
            accumulating(self.pair, running.parameter_names),
            (chosen.note,) if chosen.note else (),
        )

    def _convention(self, reading: Meaning) -> str:
        forward, backward = self._signature(self.pair.forward), self._signature(self.pair.backward)
        if reading.result is Result.OWN:
            return f"class with {forward}, which returns the loss and its gradients"
        return f"class with {forward} / {backward}{_what(reading)}"

    def _signature(self, name: str) -> str:
        return f"{name}({', '.join(p.name for p in own_parameters(self.pair, name))})"

    @property
    def _forward(self) -> list[Parameter]:
        """The forward's own; a target may not be left out where gradients depend on it."""
        found = [with_flag(p) for p in own_parameters(self.pair, self.pair.forward)]
        if self.meaning.result is not Result.OWN:
            return found
        return [replace(p, default=MISSING) if may_be_target(p) else p for p in found]

    def _inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the forward is given; flags for training are set unless they are given."""
        parameters = self._forward
        extras = [p for p in self.parameters if p.group == "backward"]
        missing = [p.name for p in (*parameters, *extras) if p.name not in values and p.default is MISSING]
        if missing:
            raise CannotSample(f"there is no value for {', '.join(missing)}")
        given = {p.name: values[p.name] for p in parameters if p.name in values}
        return given | {p.name: True for p in parameters if p.default is True and p.name not in values}

    def _chosen(self, values: Mapping[str, Any], inputs: dict[str, Any]) -> tuple[Meaning, Running]:
        """The first reading that agrees with a difference, if there are several; else the likeliest."""
        first, *others = (replace(self.meaning, also=()), *self.meaning.also)
        if not others:
            return first, self._running(first, values, inputs)
        for reading in (first, *others):
            trial = self._running(reading, values, inputs)
            if agrees(trial.evaluate, trial.floats()):
                return reading, self._running(reading, values, inputs)
        return first, self._running(first, values, inputs)

    def _settled(
        self, reading: Meaning, running: Running, values: Mapping[str, Any]
    ) -> tuple[Meaning, Running]:
        """The same without the targets for which the backward has a gradient."""
        if not running.targets & set(running.inputs):
            return reading, running
        differentiated = claimed(running)
        fresh = self._running(reading, values, running.inputs)
        return reading, replace(fresh, targets=fresh.targets - differentiated)

    def _running(self, reading: Meaning, values: Mapping[str, Any], inputs: Mapping[str, Any]) -> Running:
        spy = SpyOptimizer()
        calling = self._calling(reading, values, spy)

        def run(instance: Any) -> object:
            given = {n: mapped(_copied, v, n) for n, v in inputs.items()}
            return calling.forward(instance, given)

        built = Builder(self.pair, self.subject, values, inputs, run, spy).build()
        state = State(built.instance, self.pair, built.held)
        targets = frozenset(fixed_inputs(self.pair, reading.result))
        return Running(built, calling, state, inputs, targets)

    def _calling(self, reading: Meaning, values: Mapping[str, Any], spy: SpyOptimizer) -> Calling:
        if reading.result is Result.OWN:
            return OwnGradients(self.pair)
        extras = {r.name: values.get(r.name) for r in reading.roles if r.given is Given.EXTRA}
        is_mean = reading.result is Result.LOSS and self.pair.source.mentions(
            "calculate", {"np.mean", "numpy.mean"}
        )
        return ByArguments(self.pair, reading.roles, reading.result, extras, spy, is_mean)


def _copied(path: str, leaf: Any) -> Any:
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _what(reading: Meaning) -> str:
    """How the result of the second method is read, where that is not the usual way."""
    return {
        Result.GRADIENT: "",
        Result.SLOPE: ", a derivative element by element",
        Result.LOSS: ", the gradient of a loss",
        Result.OWN: "",
    }[reading.result]
