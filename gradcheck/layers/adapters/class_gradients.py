"""Where the gradients are after a backward: in what it returned, in attributes, with the optimizer, in an update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_parameters import Held, is_box, is_box_gradient, is_gradients
from gradcheck.layers.adapters.places import ABSENT, Place, Step, read, walk
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.naming import gradient_of

_INPUT_GRADIENTS = (
    "dx dX dinputs dinput dInput d_x d_input d_inputs grad_input grad_inputs gradInput grad_x input_grad input_gradient "
    "inputs_grad x_grad dA_prev da_prev dprev d_prev bottom_grad bottom_diff dbottom din dIn dL_dx dLdx dLdX delta "
    "deltas grad gradient error"
).split()


@dataclass
class GradientFinder:
    """Finds the gradients of the parameters and inputs of one instance after each backward.

    ``by_forward`` are the places that the forward writes; what it keeps there is no gradient, unless its
    name says so. Where a gradient was found is remembered.
    """

    instance: Any
    held: Sequence[Held]
    inputs: Sequence[str]
    spy: SpyOptimizer
    by_forward: set[Place] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)

    def of_parameters(self, before: Snapshot, rate: float) -> dict[str, Any]:
        """The gradients of the parameters that can be found, from the surest kind of place to the least sure."""
        written = before.written()
        found: dict[str, Any] = {}
        self._add(found, self._named(written))
        self._add(found, self.spy.gradients(self._arrays(before)))
        self._add(found, self._updates(before, rate))
        self._add(found, self._listed())
        self._add(found, self._alike(written, found))
        self._add(found, self._named(None))
        return found

    def of_inputs(self, missing: Sequence[str], before: Snapshot) -> dict[str, Any]:
        """The gradients of inputs that a backward leaves in attributes."""
        written = before.written()
        found: dict[str, Any] = {}
        for place, value in self._candidates(written):
            name = self._input(place[-1].key, missing)
            if name is not None and name not in found and place not in self._parameter_places():
                found[name] = value
                self.places[name] = place
        return found

    def _input(self, key: object, missing: Sequence[str]) -> str | None:
        """The input of which a name is the gradient."""
        if not isinstance(key, str):
            return None
        if (named := gradient_of(key, self.inputs)) is not None:
            return named if named in missing else None
        is_generic = key.strip("_") in _INPUT_GRADIENTS and len(self.inputs) == 1
        return self.inputs[0] if is_generic and self.inputs[0] in missing else None

    def _add(self, found: dict[str, Any], more: Mapping[str, Any]) -> None:
        for name, value in more.items():
            found.setdefault(name, value)

    def _arrays(self, before: Snapshot) -> dict[str, Any]:
        return {h.name: before.kept[h.places[0]].value for h in self.held}

    def _named(self, written: set[Place] | None) -> dict[str, Any]:
        """Gradients in places that are called or arranged after their parameter."""
        candidates = list(self._candidates(written))
        taken = self._parameter_places()
        found: dict[str, Any] = {}
        for held in self.held:
            for relation in (_beside, _parallel, _anywhere):
                fits = [
                    (place, value)
                    for place, value in candidates
                    if place not in taken and any(relation(p, place, self.instance) for p in held.places)
                ]
                if fits and held.name not in found:
                    self.places[held.name], found[held.name] = fits[0]
        return found

    def _candidates(self, written: set[Place] | None) -> Iterator[tuple[Place, Any]]:
        for place, value in walk(self.instance):
            is_number = isinstance(value, np.ndarray | np.floating | float) and not isinstance(value, bool)
            if is_number and (written is None or place in written):
                yield place, value

    def _updates(self, before: Snapshot, rate: float) -> dict[str, Any]:
        """What a parameter was changed by, over the learning rate."""
        found: dict[str, Any] = {}
        for held in self.held:
            kept = before.kept[held.places[0]]
            changed = [v for p in held.places if (v := read(self.instance, p)) is not ABSENT]
            news = [
                v for v in changed if np.shape(v) != kept.content.shape or not np.array_equal(v, kept.content)
            ]
            if news and rate:
                found[held.name] = (kept.content - news[0]) / rate
        return found

    def _alike(self, written: set[Place], found: Mapping[str, Any]) -> dict[str, Any]:
        """The only new array with the shape of the only parameter of that shape."""
        due = [h for h in self.held if h.name not in found]
        fresh = {
            place: value
            for place, value in self._candidates(written - self.by_forward)
            if place not in self._parameter_places()
            and place not in self.places.values()
            and not (isinstance(place[-1].key, str) and place[-1].key.strip("_") in _INPUT_GRADIENTS)
        }
        alike: dict[str, Any] = {}
        for held in due:
            shape = np.shape(held.value(self.instance))
            fits = {id(v): (p, v) for p, v in fresh.items() if np.shape(v) == shape}
            if len(fits) == 1 and sum(np.shape(h.value(self.instance)) == shape for h in due) == 1:
                self.places[held.name], alike[held.name] = next(iter(fits.values()))
        return alike

    def _listed(self) -> dict[str, Any]:
        """What methods such as ``grads()`` list beside ``params()``, or ``params()`` as pairs."""
        for parameters, gradients in (
            ("parameters", "gradients"), ("parameters", "grads"), ("params", "grads"), ("param", "grad"),
            ("get_params", "get_grads"), ("get_parameters", "get_gradients"), ("parameters", "dparameters"),
        ):  # fmt: skip
            values, slopes = _said(self.instance, parameters), _said(self.instance, gradients)
            if values and slopes and len(values) == len(slopes):
                return self._matched(zip(values, slopes, strict=True))
        for parameters in ("params", "param", "parameters", "get_params", "get_params_grads", "params_and_grads",
                           "parameters_and_gradients", "get_params_and_grads"):  # fmt: skip
            pairs = [_pair(v) for v in _said(self.instance, parameters)]
            if pairs and all(p is not None for p in pairs):
                return self._matched(p for p in pairs if p is not None)
        return {}

    def _matched(self, pairs: Any) -> dict[str, Any]:
        found = {}
        for value, slope in pairs:
            for held in self.held:
                if held.value(self.instance) is value and slope is not None:
                    found[held.name] = slope
        return found

    def _parameter_places(self) -> set[Place]:
        return {p for h in self.held for p in h.places}


def _beside(parameter: Place, place: Place, root: Any) -> bool:
    """``W`` and ``dW`` in the same object or dictionary; ``w.data`` and ``w.grad``."""
    if parameter[:-1] != place[:-1] or not isinstance(place[-1].key, str):
        return False
    if is_box(parameter, root):
        return is_box_gradient(place[-1].key)
    return isinstance(parameter[-1].key, str) and _is_of(place[-1].key, parameter[-1].key)


def _parallel(parameter: Place, place: Place, root: Any) -> bool:
    """``params[0]`` and ``grads[0]``, ``params["W"]`` and ``grads["W"]`` or ``grads["dW"]``."""
    if len(parameter) != len(place) or len(place) < 2 or parameter[:-2] != place[:-2]:
        return False
    return is_gradients(place[-2].key) and _is_same(place[-1], parameter[-1])


def _anywhere(parameter: Place, place: Place, root: Any) -> bool:
    """``params["W"]`` and ``self.dW``; ``self.W`` and ``self.grads["W"]``."""
    steps = parameter[:-1] if is_box(parameter, root) else parameter
    owner = steps[:-1] if steps[-1].is_attribute else steps[:-2]
    if place[: len(owner)] != owner or not isinstance(steps[-1].key, str):
        return False
    rest = place[len(owner) :]
    if len(rest) == 1:
        return isinstance(rest[0].key, str) and _is_of(rest[0].key, steps[-1].key)
    return len(rest) == 2 and is_gradients(rest[0].key) and _is_same(rest[1], steps[-1])


def _is_same(gradient: Step, parameter: Step) -> bool:
    if gradient.key == parameter.key:
        return True
    both_named = isinstance(gradient.key, str) and isinstance(parameter.key, str)
    return both_named and _is_of(gradient.key, parameter.key)


def _is_of(gradient: str, parameter: str) -> bool:
    bare = parameter.strip("_")
    return gradient_of(gradient, [bare]) is not None


def _said(instance: Any, name: str) -> list[Any]:
    """What a method without arguments lists, as a list."""
    method: Callable[[], Any] | None = getattr(instance, name, None)
    if method is None or not callable(method):
        return []
    try:
        value = method()
    except Exception:
        return []
    if isinstance(value, dict):
        return list(value.values())
    try:
        return list(value)
    except TypeError:
        return []


def _pair(value: Any) -> tuple[Any, Any] | None:
    """A parameter and its gradient, from a tuple or a dictionary of two."""
    parts = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, tuple | list)
        else []
    )
    return (parts[0], parts[1]) if len(parts) == 2 else None
