"""The outputs of a forward: what it returned, or the attribute in which it left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.backward_roles import Given, Role
from gradcheck.layers.adapters.places import attributes
from gradcheck.layers.adapters.results import differentiable, is_float
from gradcheck.layers.errors import BadOutput

_OUTPUTS = (
    "output out outputs Y y y_hat top A a activation activations activated Z z H h result value values "
    "last_output forward_output output_data out_data loss probs _output _out _y"
).split()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One forward: the inputs that it was given, what it returned, the outputs and the cache in it."""

    given: Mapping[str, Any]
    result: Any
    outputs: tuple[Any, ...]
    cache: Any = None


def evaluated(
    instance: Any,
    given: Mapping[str, Any],
    result: Any,
    roles: Sequence[Role],
    is_loss: bool,
    is_series: bool = False,
) -> Evaluated:
    """Take apart what a forward returned. Raises BadOutput.

    ``is_series`` tells that the only upstream gradient is a series with one for each output.
    """
    if result is None or result is instance:
        return Evaluated(given, result, (_left_behind(instance),))
    if not isinstance(result, tuple | list) or not result or isinstance(result[0], int | float | str):
        first = (result[0],) if isinstance(result, tuple) and is_loss else (result,)
        return Evaluated(given, result, first)
    cache = result[-1] if any(r.given is Given.CACHE for r in roles) and len(result) > 1 else None
    parts = result[:-1] if cache is not None else result
    outputs = differentiable(tuple(parts))
    number = 1 if is_loss else max(1, sum(r.given is Given.UPSTREAM for r in roles))
    return Evaluated(given, result, outputs if is_series and number == 1 else outputs[:number], cache)


def _left_behind(instance: Any) -> Any:
    """The output of a forward that returns nothing."""
    own = attributes(instance)
    for name in _OUTPUTS:
        value = own.get(name)
        if isinstance(value, np.ndarray | np.floating | float) and is_float(value):
            return value
    raise BadOutput(
        "the forward returns nothing and leaves no float array in output, out, y or the like; "
        "return the result"
    )
