"""jax.test_util.check_grads in float64, on a jax.custom_vjp that calls the NumPy code back.

A custom_vjp has a reverse mode only, hence ``order=1, modes=["rev"]``; all else is the default.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, raising
from gradcheck.layers.adapters.frameworks import framework


def prepare(pair: Pair, seed: int) -> Check:
    """The check; its random directions are always those of seed 0."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jax = framework("jax")
    jax.config.update("jax_enable_x64", True)
    check_grads = framework("jax.test_util").check_grads
    function = _wrapped(jax, pair)
    inputs = tuple(jax.numpy.asarray(v) for v in pair.arguments.values())
    return raising(lambda: check_grads(function, inputs, order=1, modes=["rev"]))


def _wrapped(jax: Any, pair: Pair) -> Any:
    """The pair as a custom_vjp; a cache stays with NumPy, and jax carries its number."""
    caches: list[Any] = []
    shapes = tuple(jax.ShapeDtypeStruct(v.shape, v.dtype) for v in pair.arguments.values())
    out = np.asarray(pair.run(*pair.arguments.values())[0])
    given = (jax.ShapeDtypeStruct(out.shape, out.dtype), jax.ShapeDtypeStruct((), np.int64))

    def on_host(*values: Any) -> tuple[Any, Any]:
        out, cache = pair.run(*map(np.asarray, values))
        caches.append(cache)
        return np.asarray(out), np.int64(len(caches) - 1)

    def pulled_on_host(number: Any, upstream: Any) -> tuple[Any, ...]:
        return tuple(map(np.asarray, pair.pull(np.asarray(upstream), caches[int(number)])))

    def forward(*values: Any) -> Any:
        return jax.pure_callback(on_host, given, *values)

    def backward(number: Any, upstream: Any) -> Any:
        return jax.pure_callback(pulled_on_host, shapes, number, upstream)

    function = jax.custom_vjp(lambda *values: forward(*values)[0])
    function.defvjp(forward, backward)
    return function
