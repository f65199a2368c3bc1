"""A class or an instance with a pair of methods, as a subject that lacks its inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.layers.adapters.agreement import agrees
from gradcheck.layers.adapters.attribute_feeds import feeds_of
from gradcheck.layers.adapters.backward_roles import Given, is_optimizer, is_rate
from gradcheck.layers.adapters.class_building import Builder
from gradcheck.layers.adapters.class_calling import ByArguments, Result
from gradcheck.layers.adapters.class_methods import MethodPair, methods_of
from gradcheck.layers.adapters.class_notes import accumulation
from gradcheck.layers.adapters.class_readings import Meaning, fixed_inputs, meaning, own_parameters, trains
from gradcheck.layers.adapters.class_running import Running
from gradcheck.layers.adapters.class_state import State
from gradcheck.layers.adapters.class_target import target_of
from gradcheck.layers.adapters.contexts import has_context
from gradcheck.layers.adapters.signatures import asked
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import MISSING, Parameter, Target

_FLAG = re.compile(r"(is_?)?train(ing|_?fla?g|_?mode)?|is_training|train_flg", re.IGNORECASE)


def subject_of(name: str, subject: object) -> ClassSubject | None:
    """The subject, if the class has a pair of methods that are called with arguments."""
    pair = methods_of(subject)
    if pair is None or has_context(pair) or feeds_of(pair) is not None:
        return None
    return None if trains(pair) else ClassSubject(name, subject, pair)


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
        return f"class with {self._signature(self.pair.forward)} / {self._signature(self.pair.backward)}{_what(self.meaning)}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The constructor's, the forward's, and what the backward asks for that no one else gives."""
        constructor = asked(self.subject, "constructor") if isinstance(self.subject, type) else ()
        forward = [_with_flag(p) for p in own_parameters(self.pair, self.pair.forward)]
        extra = {r.name for r in self.meaning.roles if r.given is Given.EXTRA}
        backward = [p for p in own_parameters(self.pair, self.pair.backward, "backward") if p.name in extra]
        found = [_with_rate(p) for p in constructor if not _is_lent(p)]
        later = [*forward, *backward]
        return (*(p for p in found if p.name not in {q.name for q in later}), *later)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The layer at these inputs. Raises LayerRaised and CannotSample."""
        inputs = self._inputs(values)
        chosen, running = self._chosen(values, inputs)
        notes = (*((chosen.note,) if chosen.note else ()), *accumulation(self.pair, running.parameter_names))
        return target_of(
            Target(self.name, self.convention, {}, running.evaluate, (), chosen.result is not Result.LOSS),
            running,
            values,
            fixed,
            notes,
        )

    def _signature(self, name: str) -> str:
        return f"{name}({', '.join(p.name for p in own_parameters(self.pair, name))})"

    def _inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the forward is given; flags for training are set unless they are given."""
        parameters = [_with_flag(p) for p in own_parameters(self.pair, self.pair.forward)]
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

    def _running(self, reading: Meaning, values: Mapping[str, Any], inputs: Mapping[str, Any]) -> Running:
        calling = self._calling(reading, values)

        def run(instance: Any) -> object:
            given = {n: v.copy() if isinstance(v, np.ndarray) else v for n, v in inputs.items()}
            return calling.forward(instance, given)

        built = Builder(self.pair, self.subject, values, inputs, run, calling.spy).build()
        state = State(built.instance, self.pair, built.held)
        targets = frozenset(fixed_inputs(self.pair, reading.result))
        return Running(built, calling, state, inputs, targets)

    def _calling(self, reading: Meaning, values: Mapping[str, Any]) -> ByArguments:
        extras = {r.name: values.get(r.name) for r in reading.roles if r.given is Given.EXTRA}
        is_mean = reading.result is Result.LOSS and self.pair.source.mentions(
            "calculate", {"np.mean", "numpy.mean"}
        )
        return ByArguments(self.pair, reading.roles, reading.result, extras, SpyOptimizer(), is_mean)


def _what(reading: Meaning) -> str:
    """How the result of the second method is read, where that is not the usual way."""
    return {
        Result.GRADIENT: "",
        Result.SLOPE: ", a derivative element by element",
        Result.LOSS: ", the gradient of a loss",
    }[reading.result]


def _is_lent(parameter: Parameter) -> bool:
    return is_optimizer(parameter.name) and parameter.default is MISSING


def _with_rate(parameter: Parameter) -> Parameter:
    """A learning rate is 1, which makes of an update the gradient itself."""
    return replace(parameter, default=1.0) if is_rate(parameter.name) else parameter


def _with_flag(parameter: Parameter) -> Parameter:
    """Whether to train has a default, even if the layer gives none."""
    is_open = parameter.default is MISSING and _FLAG.fullmatch(parameter.name)
    return replace(parameter, default=True) if is_open else parameter
