"""Making the one instance that serves all evaluations, with its parameters in place."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.layers.adapters.backward_roles import is_optimizer, is_rate
from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_parameters import Held, held_parameters, is_running
from gradcheck.layers.adapters.places import Place, attribute, attributes
from gradcheck.layers.adapters.signatures import asked, called
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import MISSING, Parameter

_BUILDERS = (
    "set_input_shape build initialize initialise init setup set_up init_params init_weights init_parameters "
    "initialize_parameters initialize_weights initialise_weights initialize_params _init_params _init_weights "
    "_initialize_parameters _initialize_weights create_params reset_parameters set_optimizer _set_optimizer"
).split()
_DECLARING = ("parameters", "params", "get_params", "get_parameters", "param", "get_weights")
_SHAPE = re.compile(
    r"(input_?|in_?|x_?|batch_?|prev_?)?(shape|dims|size)|shape_?in|input_dimensions", re.IGNORECASE
)
_WIDTH = re.compile(
    r"(n|num|d)_?(in|inputs?|features?|prev|x)(_features|_units|_dims?)?|(in|input|prev|previous)_?(dim|features?|size|units|width|channels?|"
    r"neurons|nodes)|fan_in|input_dims?|in_d|prev_layer_size",
    re.IGNORECASE,
)


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
    spy: SpyOptimizer = field(default_factory=SpyOptimizer)

    def build(self) -> Built:
        """Construct, initialise, and let a layer that makes its parameters at the first forward make them.

        Raises LayerRaised and CannotSample.
        """
        instance = self._instance()
        self._initialise(instance)
        self._lend_optimizer(instance)
        if self._is_unfinished(instance):
            return Built(instance, self.spy, self._after_two_forwards(instance))
        return Built(instance, self.spy, self._held(instance))

    def _instance(self) -> Any:
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
            elif parameter.default is MISSING:
                missing.append(parameter.name)
        if missing:
            raise CannotSample(
                f"{kind.__name__} is constructed with {', '.join(missing)}, for which there is no value and no default"
            )
        return given

    def _initialise(self, instance: Any) -> None:
        """Call the methods that make parameters, as a network would; their order is that of the table."""
        used = {m.name for m in self.pair.source.reach(self.pair.forward)}
        used |= {m.name for m in self.pair.source.reach("__init__")}
        for name in _BUILDERS:
            method = getattr(instance, name, None)
            if method is None or not callable(method) or name in used or self.pair.source.is_stub(name):
                continue
            parameters = [p for p in asked(method, "constructor") if p.default is MISSING]
            is_due = any(is_optimizer(p.name) or _SHAPE.fullmatch(p.name) for p in parameters)
            given = {p.name: self._offered(p, name) for p in parameters}
            if MISSING not in given.values() and (is_due or not self._held(instance)):
                called("construct", method, given)

    def _offered(self, parameter: Parameter, method: str) -> Any:
        """What a method that makes parameters is given for one of its own."""
        name = parameter.name
        if name in self.values:
            return self.values[name]
        if is_optimizer(name):
            return self.spy
        first = next((v for v in self.inputs.values() if isinstance(v, np.ndarray)), None)
        if first is None:
            return MISSING
        if _SHAPE.fullmatch(name):
            return first.shape if self._counts_batch(method, name) else first.shape[1:]
        if _WIDTH.fullmatch(name):
            return first.shape[-1]
        return MISSING

    def _counts_batch(self, method: str, shape: str) -> bool:
        """Whether a method expects the shape with the batch axis in front."""
        if method == "set_input_shape":
            return False
        words = {f"{shape}[-1]", f"{shape}[1]", f"{shape}[1:]", f"{shape}[2]"}
        source = self.pair.source.methods.get(method)
        return source is None or self.pair.source.mentions(method, words)

    def _lend_optimizer(self, instance: Any) -> None:
        """Give the spy to a layer that uses an optimizer in its backward and has none yet."""
        own = attributes(instance)
        for name in self.pair.source.reads(self.pair.backward):
            if is_optimizer(name) and own.get(name) is None and not hasattr(type(instance), name):
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
        return held_parameters(
            instance, self.pair.source, list(self.inputs), self.values, self._declared(instance), caches
        )

    def _declared(self, instance: Any) -> list[Any]:
        """The arrays that the object lists as its parameters, if it has a method for that."""
        for name in _DECLARING:
            method = getattr(instance, name, None)
            if callable(method) and name in self.pair.source.methods and not asked(method):
                try:
                    return list(_arrays(method()))
                except Exception:
                    return []
        return []


def _arrays(value: Any) -> Iterator[Any]:
    """The arrays in a list or dictionary of parameters, pairs with gradients and parameter objects included."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from (a for v in value.values() for a in _arrays(v))
    elif isinstance(value, list | tuple):
        is_pair = isinstance(value, tuple) and len(value) == 2
        yield from (a for v in (value[:1] if is_pair else value) for a in _arrays(v))
