"""A backward that still speaks of an earlier forward: its gradient is not the one of the latest arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.layers.bench import Bench, Centre, contract
from gradcheck.layers.directions import direction, scale
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array, Call

_ROUNDING = 100.0
_CONFIRMING = 1 / 16


def is_stale(bench: Bench, line: Stencil, last: Call, steps: Mapping[str, Array], upstream: Array) -> bool:
    """Whether the backward after the forward at x + hδ differs from the derivative there."""
    end = Centre(last, {}, tuple(map(np.asarray, last.outputs)), line.plus, line.eps)
    gradients = bench.pull(end, upstream)
    due = float(upstream.dot(line.end_derivative))
    found = contract(gradients.values, steps)
    sizes = sum(float(np.abs(g * steps[n].ravel()).sum()) for n, g in gradients.values.items() if n in steps)
    return abs(found - due) > line.end_tolerance(upstream) + _ROUNDING * gradients.eps * sizes


def stale_arguments(
    bench: Bench, names: Sequence[str], upstream: Array, rng: np.random.Generator, h: float
) -> tuple[str, ...]:
    """The arguments whose gradient is stale at two different steps."""
    return tuple(
        n for n in names if all(_stale_along(bench, n, upstream, rng, h * f) for f in (1.0, _CONFIRMING))
    )


def _stale_along(bench: Bench, name: str, upstream: Array, rng: np.random.Generator, h: float) -> bool:
    value = bench.point[name]
    steps = {name: scale(value) * direction(rng, value.size).reshape(value.shape)}
    line, last = bench.line(bench.centre(), steps, h)
    return line.is_finite() and is_stale(bench, line, last, steps, upstream)
