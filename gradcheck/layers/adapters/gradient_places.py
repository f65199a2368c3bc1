"""Where an object keeps the gradient of a parameter: beside it, in a parallel collection, under its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from gradcheck.layers.adapters.boxes import is_box, is_gradient_in_box
from gradcheck.layers.adapters.class_names import is_gradients
from gradcheck.layers.adapters.class_parameters import Held
from gradcheck.layers.adapters.places import Place, Step, walk
from gradcheck.layers.naming import gradient_of

_INPUT_GRADIENTS = frozenset(
    (
        "dx dX dinputs dinput dInput d_x d_input d_inputs dx_prev dIn din dprev d_prev dA_prev da_prev "
        "grad_input grad_inputs gradInput grad_x input_grad input_gradient inputs_grad x_grad "
        "bottom_grad bottom_diff dbottom dL_dx dLdx dLdX delta deltas grad gradient error"
    ).split()
)


def numbers(root: object, among: Collection[Place] | None = None) -> Iterator[tuple[Place, Any]]:
    """The arrays and numbers below an object, at these places or at all."""
    for place, value in walk(root):
        is_number = isinstance(value, np.ndarray | np.floating | float)
        if is_number and (among is None or place in among):
            yield place, value


def place_of(held: Held, candidates: Collection[Place], root: Any) -> Place | None:
    """The place that is called or arranged after a parameter, the surest relation first."""
    for relation in (_beside, _parallel, _anywhere):
        for place in candidates:
            if any(relation(own, place, root) for own in held.places):
                return place
    return None


def input_of(place: Place, inputs: Collection[str]) -> str | None:
    """The input of which a place is called the gradient."""
    name = place[-1].name
    if (named := gradient_of(name, inputs)) is not None:
        return named
    return next(iter(inputs)) if name.strip("_") in _INPUT_GRADIENTS and len(inputs) == 1 else None


def _beside(parameter: Place, place: Place, root: Any) -> bool:
    """``W`` and ``dW`` in the same object or dictionary; ``w.data`` and ``w.grad``."""
    if parameter[:-1] != place[:-1]:
        return False
    if is_box(parameter, root):
        return is_gradient_in_box(place, root)
    return _is_of(place[-1].name, parameter[-1].name)


def _parallel(parameter: Place, place: Place, root: Any) -> bool:
    """``params[0]`` and ``grads[0]``, ``params["W"]`` and ``grads["W"]`` or ``grads["dW"]``."""
    if len(parameter) != len(place) or len(place) < 2 or parameter[:-2] != place[:-2]:
        return False
    return is_gradients(place[-2].name) and _is_same(place[-1], parameter[-1])


def _anywhere(parameter: Place, place: Place, root: Any) -> bool:
    """``params["W"]`` and ``self.dW``; ``self.W`` and ``self.grads["W"]``."""
    steps = parameter[:-1] if is_box(parameter, root) else parameter
    owner = steps[:-1] if steps[-1].is_attribute else steps[:-2]
    if place[: len(owner)] != owner:
        return False
    rest = place[len(owner) :]
    if len(rest) == 1:
        return _is_of(rest[0].name, steps[-1].name)
    return len(rest) == 2 and is_gradients(rest[0].name) and _is_same(rest[1], steps[-1])


def _is_same(gradient: Step, parameter: Step) -> bool:
    return gradient.key == parameter.key or _is_of(gradient.name, parameter.name)


def _is_of(gradient: str, parameter: str) -> bool:
    return bool(parameter) and gradient_of(gradient, [parameter.strip("_")]) is not None
