"""Making the one instance that serves all evaluations, with its parameters in place."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gradcheck.layers.adapters.backward_roles import is_optimizer, is_rate
from gradcheck.layers.adapters.class_initialising import Initialiser
from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_numbers import numbers_with_gradients
from gradcheck.layers.adapters.class_parameters import Held, held_parameters, is_number, is_running
from gradcheck.layers.adapters.listed_gradients import what_is_listed
from gradcheck.layers.adapters.places import Place, attribute, attributes, walk
from gradcheck.layers.adapters.random_streams import is_stream, stream_for
from gradcheck.layers.adapters.signatures import asked, called
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import MISSING


@dataclass(frozen=True)
class Built:
    """An instance, the optimizer that watches it, and its parameters."""

    instance: Any
    spy: SpyOptimizer
    held: tuple[Held, ...] = ()


@dataclass(frozen=True)
class Builder:
    """What is needed to make an instance; ``run`` calls its forward once."""

    pair: MethodPair
    subject: object
    values: Mapping[str, Any]
    inputs: Mapping[str, Any]
    run: Callable[[Any], object]
    spy: SpyOptimizer

    def build(self) -> Built:
        """Construct, initialise, and let a layer that makes its parameters at the first forward make them.

        Raises LayerRaised and CannotSample.
        """
        instance = self._instance()
        initialiser = Initialiser(self.pair, self.values, self.inputs, self.spy)
        initialiser.run(instance, lambda: bool(self._held(instance)))
        self._lend_optimizer(instance)
        if self._is_unfinished(instance):
            return Built(instance, self.spy, self._after_two_forwards(instance))
        return Built(instance, self.spy, self._held(instance))

    def _instance(self) -> Any:
        """A new instance, or a copy of the one that was given."""
        if isinstance(self.subject, type):
            return called("construct", self.subject, self._constructor_arguments(self.subject))
        try:
            return copy.deepcopy(self.subject)
        except Exception:
            return self.subject

    def _constructor_arguments(self, kind: type) -> dict[str, Any]:
        given: dict[str, Any] = {}
        missing = []
        for parameter in asked(kind, "constructor"):
            if parameter.name in self.values:
                given[parameter.name] = self.values[parameter.name]
            elif is_rate(parameter.name):
                given[parameter.name] = 1.0
            elif is_optimizer(parameter.name) and parameter.default is MISSING:
                given[parameter.name] = self.spy
            elif is_stream(parameter):
                given[parameter.name] = stream_for(parameter)
            elif parameter.default is MISSING:
                missing.append(parameter.name)
        if missing:
            names = ", ".join(missing)
            raise CannotSample(f"the constructor of {kind.__name__} needs {names}: no value, no default")
        return given

    def _lend_optimizer(self, instance: Any) -> None:
        """Put the spy where the backward uses an optimizer that is not yet there or that would update."""
        own = attributes(instance)
        for name in self.pair.source.reads(self.pair.backward):
            is_free = not hasattr(type(instance), name) and not isinstance(own.get(name), str | int | float)
            if is_optimizer(name) and is_free:
                setattr(instance, name, self.spy)

    def _is_unfinished(self, instance: Any) -> bool:
        """Whether the first forward still has to make something."""
        own = attributes(instance)
        lazy = self.pair.source.built_lazily(self.pair.forward)
        due = [n for n in lazy if own.get(n) is None or isinstance(own[n], bool | dict | list)]
        return any(not is_running(attribute(n)) for n in due)

    def _after_two_forwards(self, instance: Any) -> tuple[Held, ...]:
        """The parameters after the first forward: what the second one leaves where it is, unlike a cache."""
        before = Snapshot(instance)
        self.run(instance)
        first = Snapshot(instance)
        self.run(instance)
        changed = first.written()
        before.restore(p for p, kept in before.kept.items() if is_running(p) and kept.value is not None)
        return self._held(instance, changed)

    def _held(self, instance: Any, caches: Collection[Place] = ()) -> tuple[Held, ...]:
        listed = what_is_listed(instance, self.pair.source.methods)
        named = {place[-1].name for place, value in walk(instance) if is_number(value)}
        numbers = numbers_with_gradients(self.pair, named)
        return held_parameters(
            instance, self.pair.source, list(self.inputs), self.values, listed, caches, numbers
        )
