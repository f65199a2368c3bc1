"""Values that have their gradient beside them: parameter objects with data and grad, and pairs [W, dW]."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_names import is_box_gradient, is_boxed, is_declared
from gradcheck.layers.adapters.places import Place, Step, attributes, read

_LAYER_METHODS = ("forward", "backward", "forward_pass", "fprop", "propagate", "feedforward", "__call__")


def is_box(place: Place, root: object) -> bool:
    """Whether a place is the value inside a parameter object, which has its gradient beside it.

    >>> class Parameter:
    ...     def __init__(self): self.data, self.grad = 1.0, None
    >>> class Layer:
    ...     def __init__(self): self.w = Parameter()
    >>> is_box((Step("w", True), Step("data", True)), Layer())
    True
    """
    last = place[-1]
    if is_pair(place, root):
        return bool(last.key == 0)
    if len(place) < 2 or not last.is_attribute or not is_boxed(last.name):
        return False
    beside = read(root, place[:-1])
    is_layer = any(hasattr(beside, method) for method in _LAYER_METHODS)
    return not is_layer and any(is_box_gradient(n) for n in dir(beside) if n != last.key)


def is_gradient_in_box(place: Place, root: object) -> bool:
    """Whether a place is the gradient beside the value of a parameter object, or the second of a pair."""
    last = place[-1]
    if is_pair(place, root):
        return bool(last.key == 1)
    if len(place) < 2 or not last.is_attribute or not is_box_gradient(last.name):
        return False
    beside = (*place[:-1],)
    return any(is_box((*beside, Step(n, True)), root) for n in attributes(read(root, beside)) if is_boxed(n))


def is_pair(place: Place, root: object) -> bool:
    """Whether a place is one of two alike arrays under a name in a collection of parameters."""
    if len(place) < 3 or place[-1].is_attribute or place[-2].is_attribute or not is_declared(place[-3].name):
        return False
    both: Any = read(root, place[:-1])
    is_two = isinstance(both, list | tuple) and len(both) == 2
    return is_two and all(isinstance(b, np.ndarray) for b in both) and both[0].shape == both[1].shape


def token(place: Place, root: object) -> str:
    """The name under which a value is known, "" for an entry of a list."""
    steps = place[:-1] if is_box(place, root) else place
    return steps[-1].name
