"""Generators of random numbers that an object holds, held still."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck.layers.adapters.places import Place, shown, walk
from gradcheck.layers.target import MISSING, Parameter


class Streams:
    """The generators below an object, each with the state in which it was when this was made."""

    def __init__(self, root: object) -> None:
        found: dict[int, tuple[Place, Callable[[], None]]] = {}
        for place, value in walk(root):
            if id(value) not in found and (rewind := _rewinding(value)) is not None:
                found[id(value)] = place, rewind
        self._found = list(found.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Where they are."""
        return tuple(shown(place) for place, _ in self._found)

    def rewind(self) -> None:
        """Let each of them start anew."""
        for _, rewind in self._found:
            rewind()


def is_stream(parameter: Parameter) -> bool:
    """Whether a constructor needs a generator of random numbers, which it gets from us."""
    return parameter.default is MISSING and (
        parameter.name.strip("_") in ("rng", "random_state", "generator", "prng")
        or parameter.annotation in (np.random.Generator, np.random.RandomState)
        or str(parameter.annotation).endswith(("random.Generator", "RandomState"))
    )


def stream_for(parameter: Parameter) -> Any:
    """A generator of the kind that is asked for."""
    is_old = "RandomState" in str(parameter.annotation) or parameter.name == "random_state"
    return np.random.RandomState(0) if is_old else np.random.default_rng(0)


def _rewinding(value: object) -> Callable[[], None] | None:
    """What puts a generator back into its present state; None for what is no generator."""
    if isinstance(value, np.random.Generator):
        bits = value.bit_generator
        state = copy.deepcopy(bits.state)
        return lambda: setattr(bits, "state", state)
    if isinstance(value, np.random.RandomState):
        old = value.get_state()
        return lambda: value.set_state(old)
    if isinstance(value, random.Random):
        inner = value.getstate()
        return lambda: value.setstate(inner)
    return None
