"""The reference layers, recognised and bound: what the figures about layers are measured on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from gradcheck.layers import reference
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.cases import as_inputs, cases_in
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.target import Target

KINKED = ("leaky_relu", "max_pool2d", "relu")
SMOOTH = tuple(name for name in reference.names() if name not in KINKED)

Inputs = dict[str, Any]
Change = Callable[[Inputs, int], Inputs]


def drawn(specs: Mapping[str, Any], seed: int = 0) -> Inputs:
    """The inputs that these texts stand for."""
    return draw_all(as_inputs(specs, "input "), seed)


def pair(name: str) -> FunctionPair:
    """A reference layer as a function pair."""
    module = reference.load(name)
    return FunctionPair(name, getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward"))


@dataclass(frozen=True, slots=True)
class Run:
    """One layer at one of its own cases, with the seed of both inputs and check."""

    name: str
    seed: int
    target: Target


def as_drawn(inputs: Inputs, seed: int) -> Inputs:
    """The inputs as they are."""
    return inputs


def runs(names: Sequence[str], count: int, change: Change = as_drawn) -> Iterator[Run]:
    """So many runs, the layers in turns, each layer's cases in turns, every time with a new seed."""
    return islice(_endless(names, change), count)


def _endless(names: Sequence[str], change: Change) -> Iterator[Run]:
    pairs = {name: pair(name) for name in names}
    cases = {name: (cases_in(reference.load(name)) or {})[name] for name in names}
    number = 0
    while True:
        for name in names:
            seed, case = divmod(number, len(cases[name]))
            yield Run(name, seed, pairs[name].bind(change(draw_all(cases[name][case], seed), seed)))
        number += 1


def not_moved_from_zero(inputs: Inputs, seed: int) -> Inputs:
    """Arrays of floats drawn anew, from a plain normal distribution: as near to a kink as chance has it."""
    rng = np.random.default_rng(seed)
    return {n: rng.normal(size=v.shape) if _is_array(v) else v for n, v in inputs.items()}


def crowded_at_zero(inputs: Inputs, seed: int) -> Inputs:
    """Arrays of floats with many small values: x·u⁸ with u from U[0, 1]."""
    rng = np.random.default_rng(seed)
    return {n: v * rng.random(v.shape) ** 8 if _is_array(v) else v for n, v in inputs.items()}


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64
