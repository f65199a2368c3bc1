"""scipy.optimize.check_grad with its defaults, on x ↦ v·f(x) with all arguments in one vector.

It gives a distance and no verdict: what exceeds a 100,000th of the gradient's norm is taken for a rejection.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.peers.pair import Array, Pair
from benchmarks.peers.peer import Check, raising
from gradcheck.layers.adapters.frameworks import framework

_SHARE = 1e-5
_PURPOSE = 1  # a stream of its own: the inputs are drawn from default_rng(seed)


def prepare(pair: Pair, seed: int) -> Check:
    """The check with one random v of mixed sign."""
    check_grad = framework("scipy.optimize").check_grad
    values = list(pair.arguments.values())
    ends = np.cumsum([0, *(v.size for v in values)])
    start = np.concatenate([v.ravel() for v in values])
    upstream = np.random.default_rng([_PURPOSE, seed]).normal(size=np.shape(pair.run(*values)[0]))
    sizes: list[float] = []

    def parts(flat: Array) -> list[Array]:
        return [flat[a:b].reshape(v.shape) for (a, b), v in zip(pairwise(ends), values, strict=True)]

    def function(flat: Array) -> float:
        return float(np.vdot(upstream, pair.run(*parts(flat))[0]))

    def gradient(flat: Array) -> Array:
        _, cache = pair.run(*parts(flat))
        found = np.concatenate([np.ravel(g) for g in pair.pull(upstream, cache)])
        sizes[:] = [float(np.linalg.norm(found))]
        return found

    def check() -> None:
        distance = check_grad(function, gradient, start)
        if not distance <= _SHARE * sizes[0]:
            raise AssertionError(f"the gradient of norm {sizes[0]:.3g} is off by {distance:.3g}")

    return raising(check)
