"""The distributions that an input can be drawn from: one row each, with its options and its draw.

Draws keep away from where layers have kinks: 0 is avoided, and so are ties. Every draw takes
the shape, the options and a generator of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.sampling.dtypes import DTYPES, FLOATS

Array = NDArray[Any]
Shape = tuple[int, ...]
Options = Mapping[str, Any]
Draw = Callable[[np.random.Generator, Shape, Options], Array]


@dataclass(frozen=True, slots=True)
class Distribution:
    """``leading`` options stand before the shape, ``options`` are named and have a default.

    ``least`` and ``most`` bound the number of axes; ``square`` draws the last axis twice.
    """

    example: str
    draw: Draw
    leading: tuple[str, ...] = ()
    options: Options = field(default_factory=lambda: MappingProxyType({}))
    required: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = FLOATS
    dtype: str = "float64"
    least: int = 0
    most: int = 32
    square: bool = False


def _off_zero(values: Array, margin: float) -> Array:
    """Values nearer to 0 than the margin, moved away by it: the sign is kept, and there are no ties."""
    return np.where(np.abs(values) < margin, values + np.copysign(margin, values), values)


def _normal(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    values: Array = options["mean"] + options["std"] * rng.standard_normal(shape)
    return _off_zero(values, 0.02 * options["std"]) if options["mean"] == 0 else values


def _uniform(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    low, high = options["low"], options["high"]
    margin = min(0.01 * (high - low), 0.5 * -low, 0.5 * high)
    return _off_zero(rng.uniform(low, high, shape), max(margin, 0.0))


def _integers(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return rng.integers(options["low"], options["high"], shape)


def _bernoulli(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.asarray(rng.random(shape) < options["p"])


def _onehot(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    classes = rng.integers(0, max(shape[-1], 1), (*shape[:-1], 1))
    return np.asarray(classes == np.arange(shape[-1]))


def _simplex(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    weights = rng.uniform(0.2, 1.0, shape)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _permutation(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    count = int(np.prod(shape, dtype=np.int64))
    return np.asarray(options["gap"] * (rng.permutation(count).reshape(shape) - count // 2 + 0.5))


def _positive(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.abs(rng.standard_normal(shape)) + 0.1


def _spd(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    root = rng.standard_normal((*shape, shape[-1]))
    return root @ root.swapaxes(-1, -2) / max(shape[-1], 1) + 0.5 * np.eye(shape[-1])


def _linspace(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.linspace(options["start"], options["stop"], shape[0])


def _full(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.full(shape, options["value"])


def _zeros(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.zeros(shape)


def _ones(rng: np.random.Generator, shape: Shape, options: Options) -> Array:
    return np.ones(shape)


DISTRIBUTIONS: Mapping[str, Distribution] = {
    "normal": Distribution("normal(64, 32)", _normal, options={"mean": 0, "std": 1}),
    "uniform": Distribution("uniform(64, 32, low=-1, high=1)", _uniform, options={"low": 0, "high": 1}),
    "integers": Distribution(
        "integers(0, 10, 64)", _integers, leading=("low", "high"), dtypes=DTYPES, dtype="int64"
    ),
    "bernoulli": Distribution("bernoulli(64, 32, p=0.8)", _bernoulli, options={"p": 0.5}, dtypes=DTYPES),
    "onehot": Distribution("onehot(64, 10)", _onehot, dtypes=DTYPES, least=1),
    "simplex": Distribution("simplex(64, 10)", _simplex, least=1),
    "permutation": Distribution("permutation(8, 5)", _permutation, options={"gap": 0.1}),
    "positive": Distribution("positive(64, 32)", _positive),
    "spd": Distribution("spd(4)", _spd, least=1, most=31, square=True),
    "linspace": Distribution("linspace(0, 1, 5)", _linspace, leading=("start", "stop"), least=1, most=1),
    "zeros": Distribution("zeros(64, 32)", _zeros, dtypes=DTYPES),
    "ones": Distribution("ones(64, 32)", _ones, dtypes=DTYPES),
    "full": Distribution(
        "full(64, 32, value=0.5)", _full, options={"value": 0}, required=("value",), dtypes=DTYPES
    ),
}
"""Every distribution by name."""
