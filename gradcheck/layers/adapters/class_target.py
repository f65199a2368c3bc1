"""The target of a running instance: which of its arrays are differentiated, and at which values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_running import Running
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.target import Array, Target


def target_of(
    bare: Target,
    running: Running,
    values: Mapping[str, Any],
    fixed: Collection[str],
    notes: tuple[str, ...],
) -> Target:
    """Complete a target whose name, convention, evaluation and kind are known.

    ``fixed`` are the names that the user holds fixed. A value for a parameter that the instance makes itself takes the place of its own.
    """
    floats = running.floats()
    instance = running.built.instance
    own = {h.name: _initial(h.value(instance), values.get(h.name)) for h in running.built.held}
    point = {n: v for n, v in floats.items() if n not in fixed}
    point |= {n: v for n, v in own.items() if n not in fixed}
    return replace(
        bare,
        convention=bare.convention + (f", parameters {', '.join(own)}" if own else ""),
        point=point,
        fixed=tuple(n for n in (*running.inputs, *own) if n not in point),
        state=running.state.arrays,
        notes=notes,
    )


def _initial(held: Array, given: object) -> Array:
    """A parameter's value: the user's if it has the right shape, else the layer's own, copied."""
    if isinstance(given, np.ndarray) and is_float(given) and given.shape == held.shape:
        return given
    return held.copy()
