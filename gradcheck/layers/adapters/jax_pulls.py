"""The gradient that ``jax.vjp`` gives for a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.jax_function import Evaluation, float_leaves


def by_jax(done: Evaluation) -> Callable[[Sequence[Any]], Mapping[str, Any]]:
    """The gradients that ``jax.vjp`` gives."""
    start = {name: done.leaves[name] for name in done.wanted}
    _, back = framework("jax").vjp(lambda leaves: float_leaves(done.call(leaves)), start)
    return lambda upstream: dict(back(list(upstream))[0])
