"""NumPy arrays as jax arrays, in float64 where they are, without touching anybody's configuration."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.target import Array


def precision(arrays: Iterable[Any]) -> AbstractContextManager[Any]:
    """Where float64 exists in jax, if any of the arrays is float64; else as the user has it.

    A layer in lower precision is to see what it sees in training, such as ``jnp.zeros(n)`` in float32.
    """
    if not any(array.dtype == np.float64 for array in arrays):
        return nullcontext()
    jax = framework("jax")
    if hasattr(jax, "enable_x64"):
        inside: AbstractContextManager[Any] = jax.enable_x64(True)
        return inside
    older: AbstractContextManager[Any] = framework("jax.experimental").enable_x64()
    return older


def as_jax(value: Any) -> Any:
    """An array copied to jax, which may otherwise look into memory that changes; anything else as it is."""
    return framework("jax").numpy.array(value) if isinstance(value, np.ndarray) else value


def as_numpy(value: Any) -> Any:
    """A jax array as a NumPy one; anything else, random keys among it, as it is."""
    jax = framework("jax")
    is_plain = isinstance(value, jax.Array) and not jax.dtypes.issubdtype(value.dtype, jax.dtypes.extended)
    return np.asarray(value) if is_plain else value


def is_inexact(value: Any) -> bool:
    """Whether this is a float or complex number or array, traced or not."""
    jax = framework("jax")
    if isinstance(value, float | complex):
        return True
    return hasattr(value, "dtype") and bool(jax.numpy.issubdtype(value.dtype, jax.numpy.inexact))


def zero_of_integer(value: Any) -> Array:
    """What jax takes for the gradient of something that is not differentiable."""
    return np.zeros(np.shape(value), framework("jax").dtypes.float0)
