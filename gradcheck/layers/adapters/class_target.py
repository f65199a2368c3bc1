"""The target of a running instance: which of its arrays are differentiated, and at which values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_parameters import Held
from gradcheck.layers.adapters.class_running import Running
from gradcheck.layers.adapters.leaves import divide
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import Array, Target


def target_of(
    bare: Target,
    running: Running,
    values: Mapping[str, Any],
    fixed: Collection[str],
    accumulating: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Target:
    """Complete a target whose name, convention, evaluation and kind are known.

    ``fixed`` are the names that the user holds fixed, ``values`` what takes the place of parameters that
    the instance makes itself.
    """
    floats = running.floats()
    own = {h.name: _initial(h, running, values) for h in running.built.held}
    running.put({n: v for n, v in own.items() if n in fixed and n in values})
    point = divide(floats.items(), fixed).point
    point |= {n: v for n, v in own.items() if n not in fixed}
    return replace(
        bare,
        convention=bare.convention + (f", parameters {', '.join(own)}" if own else ""),
        point=point,
        fixed=tuple(n for n in (*(n for n, _ in running.leaves()), *own) if n not in point),
        state=running.state.arrays,
        notes=(*notes, *_held_still(running)),
        accumulating=accumulating,
    )


def _initial(held: Held, running: Running, values: Mapping[str, Any]) -> Array:
    """A parameter's value: the user's if there is one, else the layer's own, copied. Raises CannotSample."""
    own: Array = np.asarray(held.value(running.built.instance))
    own = own.astype(np.float64) if own.dtype.kind == "i" else own
    given = values.get(held.name, own)
    if np.shape(given) != own.shape or not is_float(given):
        raise CannotSample(
            f"{held.name} is a float array of shape {own.shape} in the layer; the value has {np.shape(given)}"
        )
    return np.array(given)


def _held_still(running: Running) -> tuple[str, ...]:
    """What is said of generators of random numbers."""
    names = running.state.streams.names
    return (
        (f"{', '.join(names)} is put back before every forward, so that it draws the same",) if names else ()
    )
