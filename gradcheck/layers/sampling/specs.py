"""One input of a layer: drawn from a distribution, or fixed. Both give back text that says which."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.sampling.checks import checked
from gradcheck.layers.sampling.distributions import DISTRIBUTIONS
from gradcheck.layers.sampling.dtypes import dtype_of
from gradcheck.layers.sampling.literals import spec_literal
from gradcheck.layers.sampling.seeding import generator
from gradcheck.layers.sampling.trees import Path, leaves, mapped

Array = NDArray[Any]
Sizes = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Spec:
    """An array to draw: a distribution, the sizes of its axes, and the options that differ from the default.

    Raises SpecError for anything that could not be drawn.

    >>> str(Spec("normal", (4, 3), (("std", 2), ("mean", 0))))
    'normal(4, 3, std=2)'
    >>> Spec("integers", (5,), (("low", 0), ("high", 3))).draw(generator(0)).shape
    (5,)
    """

    kind: str
    shape: tuple[int, ...]
    options: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", checked(self.kind, self.shape, self.options))

    def __str__(self) -> str:
        row = DISTRIBUTIONS[self.kind]
        parts = [spec_literal(self.settings[name]) for name in row.leading]
        parts += map(str, self.shape)
        parts += [f"dtype={v}" if k == "dtype" else f"{k}={spec_literal(v)}" for k, v in self._named]
        return f"{self.kind}({', '.join(parts)})"

    __repr__ = __str__

    @property
    def _named(self) -> list[tuple[str, Any]]:
        return [(k, v) for k, v in self.options if k not in DISTRIBUTIONS[self.kind].leading]

    @property
    def settings(self) -> dict[str, Any]:
        """Every option with its value, ``dtype`` as well."""
        row = DISTRIBUTIONS[self.kind]
        return {**row.options, "dtype": row.dtype, **dict(self.options)}

    @property
    def sizes(self) -> tuple[int, ...]:
        """The lengths of the axes as they are written."""
        return self.shape

    @property
    def array_shape(self) -> tuple[int, ...]:
        """The shape of what is drawn: that of ``spd(4)`` is (4, 4)."""
        return (*self.shape, self.shape[-1]) if DISTRIBUTIONS[self.kind].square else self.shape

    @property
    def elements(self) -> int:
        """How many numbers are drawn."""
        return prod(self.array_shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of what is drawn."""
        return dtype_of(self.settings["dtype"])

    def draw(self, rng: np.random.Generator) -> Array:
        """A new array."""
        values = DISTRIBUTIONS[self.kind].draw(rng, self.shape, self.settings)
        with np.errstate(all="ignore"):  # too large for float16 is infinite, as it is for the layer
            return np.asarray(values).astype(self.dtype)

    def resized(self, sizes: Sizes) -> Spec:
        """The same with other lengths of axes, and of ``high`` where it is one of those lengths.

        >>> str(Spec("integers", (64,), (("low", 0), ("high", 10))).resized({64: 2, 10: 3}))
        'integers(0, 3, 2)'
        """
        options = dict(self.options)
        if self.kind == "integers":
            high = sizes.get(options["high"], options["high"])
            options["high"] = high if high > options["low"] else options["high"]
        return Spec(self.kind, tuple(sizes.get(n, n) for n in self.shape), tuple(options.items()))


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A value as it is: a number, a text, an array, or containers, which may hold further inputs to draw.

    ``source`` is the text that a file was loaded with. Two are equal when their texts are.

    >>> str(Fixed({"w": Spec("normal", (3, 4)), "stride": 2}))
    '{"w": normal(3, 4), "stride": 2}'
    """

    value: object
    source: str = ""

    def __str__(self) -> str:
        return self.source or spec_literal(self.value)

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fixed) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The lengths of the axes of every array inside."""
        return tuple(n for leaf, _ in leaves(self.value) for n in _sizes(leaf))

    @property
    def elements(self) -> int:
        """How many numbers the arrays inside hold."""
        return sum(_elements(leaf) for leaf, _ in leaves(self.value))

    def draw(self, rng: np.random.Generator) -> Any:
        """A deep copy, with the inputs inside it drawn, each independently of the others."""
        root = int(rng.integers(2**63))
        return mapped(self.value, lambda leaf, path: _drawn(leaf, root, path))

    def resized(self, sizes: Sizes) -> Fixed:
        """The same with arrays cut to other lengths; an array never grows.

        >>> str(Fixed(np.arange(4)).resized({4: 2}))
        'array([0, 1])'
        """
        value = mapped(self.value, lambda leaf, path: _resized(leaf, sizes))
        return Fixed(value, self.source if set(sizes).isdisjoint(self.sizes) else "")


def _sizes(leaf: object) -> tuple[int, ...]:
    if isinstance(leaf, np.ndarray):
        return tuple(leaf.shape)
    return leaf.sizes if isinstance(leaf, Spec | Fixed) else ()


def _elements(leaf: object) -> int:
    if isinstance(leaf, np.ndarray):
        return leaf.size
    return leaf.elements if isinstance(leaf, Spec | Fixed) else 0


def _drawn(leaf: object, root: int, path: Path) -> object:
    if isinstance(leaf, Spec | Fixed):
        return leaf.draw(generator(root, *path))
    try:
        return copy.deepcopy(leaf)
    except Exception:  # an object of the user's that refuses to be copied is handed over itself
        return leaf


def _resized(leaf: object, sizes: Sizes) -> object:
    if isinstance(leaf, Spec | Fixed):
        return leaf.resized(sizes)
    if isinstance(leaf, np.ndarray):
        return np.asanyarray(leaf[tuple(slice(sizes.get(n, n)) for n in leaf.shape)])
    return leaf
