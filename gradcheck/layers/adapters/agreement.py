"""Whether a reading of a convention agrees with a difference: a choice between readings, not a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.layers.errors import LayerError
from gradcheck.layers.target import Array, Call, Point

_STEP = 1e-4
_CLOSE = 1e-3


def agrees(evaluate: Callable[[Point], Call], point: Mapping[str, Array]) -> bool:
    """Whether the gradients at a point give the slope along one direction; False if anything goes wrong.

    Two wrong readings of a derivative differ from it by far more than the error of this.
    """
    try:
        up, down = (_shifted(point, s) for s in (_STEP, -_STEP))
        rise = (_flat(evaluate(up)) - _flat(evaluate(down))) / (2 * _STEP)
        call = evaluate({n: v.copy() for n, v in point.items()})
        upstream = tuple(_direction(np.asarray(o)) for o in call.outputs)
        gradients = call.backward(upstream)
        slope = sum(float(np.sum(np.asarray(gradients[n]) * _direction(v))) for n, v in point.items())
    except (LayerError, ValueError, TypeError, KeyError, FloatingPointError):
        return False
    due = float(rise.dot(np.concatenate([v.ravel() for v in upstream])))
    return abs(slope - due) <= _CLOSE * (abs(slope) + abs(due) + 1e-12)


def _shifted(point: Mapping[str, Array], step: float) -> dict[str, Array]:
    return {n: np.asarray(v + step * _direction(v)) for n, v in point.items()}


def _direction(value: Array) -> Array:
    """Numbers of both signs and different size, the same at every call."""
    direction: Array = np.cos(1.0 + 2.3 * np.arange(value.size)).reshape(value.shape)
    return direction


def _flat(call: Call) -> Array:
    return np.concatenate([np.ravel(np.asarray(o, dtype=np.float64)) for o in call.outputs])
