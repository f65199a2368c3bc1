"""One instance at work: parameters put in place, the forward run, gradients found, the rest undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from gradcheck.layers.adapters.backward_roles import is_rate
from gradcheck.layers.adapters.class_building import Built
from gradcheck.layers.adapters.class_gradients import GradientFinder
from gradcheck.layers.adapters.class_outputs import Evaluated
from gradcheck.layers.adapters.class_state import State
from gradcheck.layers.adapters.leaves import leaves, with_leaves
from gradcheck.layers.adapters.places import attributes
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.adapters.returned_gradients import Receivers, gradients_returned
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.errors import BadGradient
from gradcheck.layers.target import Array, Call, Point


class Calling(Protocol):
    """How the two methods of an object are called."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the return statement of the backward."""
        ...

    @property
    def gives_rate(self) -> bool:
        """Whether the backward is given a learning rate, which is then 1."""
        ...

    def forward(self, instance: Any, inputs: Mapping[str, Any]) -> Evaluated:
        """Run the forward. Raises LayerRaised and BadOutput."""
        ...

    def backward(self, instance: Any, evaluated: Evaluated, upstream: tuple[Array, ...]) -> Any:
        """What the backward returned. Raises LayerRaised and BadGradient."""
        ...

    def finish(self, instance: Any) -> bool:
        """Call a method that turns what the backward left into gradients or updates, if there is one."""
        ...


@dataclass
class Running:
    """An instance with its inputs, of which ``targets`` have no gradient by their meaning."""

    built: Built
    calling: Calling
    state: State
    inputs: Mapping[str, Any]
    targets: frozenset[str] = frozenset()
    finder: GradientFinder = field(init=False)
    is_first: bool = True
    is_finished_later: bool = False

    def __post_init__(self) -> None:
        built = self.built
        self.finder = GradientFinder(built.instance, built.held, list(self.floats()), built.spy)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """What the parameters are called."""
        return tuple(h.name for h in self.built.held)

    def floats(self) -> dict[str, Array]:
        """The inputs that may be differentiated."""
        arrays = {n: v for n, v in self.leaves() if isinstance(v, np.ndarray) and is_float(v)}
        return {n: v for n, v in arrays.items() if n.partition(".")[0] not in self.targets}

    def leaves(self) -> list[tuple[str, Any]]:
        """The inputs, lists and dictionaries of arrays opened: ``xs.0``."""
        return [pair for name, value in self.inputs.items() for pair in leaves(name, value)]

    def evaluate(self, point: Point) -> Call:
        """One forward at a point."""
        instance = self.built.instance
        self.state.reset()
        self.put(point)
        given = {name: with_leaves(name, value, point) for name, value in self.inputs.items()}
        with self.state.forward():
            evaluated = self.calling.forward(instance, given)
        return Call(evaluated.outputs, lambda upstream: self.pull(evaluated, point, upstream))

    def put(self, values: Point) -> None:
        """Put parameters into every place that holds them."""
        for held in self.built.held:
            if held.name in values:
                held.put(self.built.instance, values[held.name])

    def pull(self, evaluated: Evaluated, point: Point, upstream: tuple[Array, ...]) -> dict[str, Any]:
        """The gradients of everything in the point that has one."""
        instance, spy = self.built.instance, self.built.spy
        spy.start([h.value(instance) for h in self.built.held])
        with self.state.backward(self.finder.places) as before:
            returned = self.calling.backward(instance, evaluated, upstream)
            found = self._found(returned, before)
            copied = {n: np.array(g) if isinstance(g, np.ndarray) else g for n, g in found.items()}
        return {name: copied[name] for name in point if name in copied}

    def _found(self, returned: Any, before: Snapshot) -> dict[str, Any]:
        """What was returned, completed by what is found elsewhere."""
        returned = None if returned is self.built.instance else returned
        direct = gradients_returned(returned, self.calling.names, self._receivers())
        wanted = {*self.floats(), *self.parameter_names}
        if wanted - {n for n, g in direct.items() if g is not None}:
            direct = self._completed(direct, before)
        if not direct and returned is None:
            raise BadGradient(self._nothing())
        return direct

    def _completed(self, direct: Mapping[str, Any], before: Snapshot) -> dict[str, Any]:
        """Gradients found in the object come after those returned; the first search is remembered."""
        found = self.finder.recall(before, self._rate())
        if self.is_first:
            found = self._searched(before, direct)
            missing = [n for n in self.parameter_names if direct.get(n) is None and found.get(n) is None]
            self.is_finished_later = bool(missing) and self.calling.finish(self.built.instance)
            found = self._searched(before, direct) if self.is_finished_later else found
            self.is_first = False
        elif self.is_finished_later and self.calling.finish(self.built.instance):
            found = self.finder.recall(before, self._rate())
        return {**found, **{n: g for n, g in direct.items() if g is not None or n not in found}}

    def _searched(self, before: Snapshot, direct: Mapping[str, Any]) -> dict[str, Any]:
        missing = [n for n in self.floats() if direct.get(n) is None]
        return self.finder.search(before, self._rate(), self.state.caches, missing)

    def _receivers(self) -> Receivers:
        floats = {n: v.shape for n, v in self.floats().items()}
        other = {n: np.shape(v) for n, v in self.leaves() if n not in floats and _is_input(v)}
        held = {h.name: np.shape(h.value(self.built.instance)) for h in self.built.held}
        return Receivers(floats, other, held)

    def _rate(self) -> float:
        """The learning rate by which an update inside the backward is scaled."""
        own = {} if self.calling.gives_rate else attributes(self.built.instance)
        rates = [v for n, v in own.items() if is_rate(n) and isinstance(v, int | float) and v]
        return float(rates[0]) if rates else 1.0

    def _nothing(self) -> str:
        wanted = ", ".join([*self.floats(), *(h.name for h in self.built.held)])
        return (
            f"the backward returns nothing and leaves no gradient of {wanted or 'anything'} in an attribute "
            "that is called after it (dx, dW, grads['W'])"
        )


def _is_input(value: Any) -> bool:
    """Whether an input could be thought to have a gradient: arrays of integers, but no flags."""
    return isinstance(value, np.ndarray) or (isinstance(value, float) and not isinstance(value, bool))
