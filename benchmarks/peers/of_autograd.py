"""autograd.test_util.check_grads, on an autograd.extend.primitive with its defvjp.

The NumPy backward cannot be differentiated again, nor forwards, hence ``order=1, modes=["rev"]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, raising
from gradcheck.layers.adapters.frameworks import framework

Vjp = Callable[[Any], Any]


def prepare(pair: Pair, seed: int) -> Check:
    """The check of all arguments at once; it draws from NumPy's global stream."""
    check_grads = framework("autograd.test_util").check_grads
    places = tuple(range(len(pair.arguments)))
    checked = check_grads(_wrapped(pair), places, modes=["rev"], order=1)

    def check() -> None:
        np.random.seed(seed)
        checked(*pair.arguments.values())

    return raising(check)


def _wrapped(pair: Pair) -> Any:
    extend = framework("autograd.extend")
    caches: list[Any] = []

    def forward(*values: Any) -> Any:
        out, cache = pair.run(*values)
        caches[:] = [cache]
        return np.asarray(out)

    def vjp(place: int) -> Callable[..., Vjp]:
        def at(answer: Any, *values: Any) -> Vjp:
            cache = caches[0]
            return lambda upstream: pair.pull(upstream, cache)[place]

        return at

    function = extend.primitive(forward)
    extend.defvjp(function, *map(vjp, range(len(pair.arguments))))
    return function
