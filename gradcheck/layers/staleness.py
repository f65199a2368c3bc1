"""A backward that still speaks of an earlier forward: its gradient is not the one of the latest arguments."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.layers.bench import Bench, Centre, shifted
from gradcheck.layers.comparing import project
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array, Call

_ROUNDING = 100.0
_FAR = 0.25


def is_stale(bench: Bench, line: Stencil, last: Call, steps: Mapping[str, Array], upstream: Array) -> bool:
    """Whether the backward after the forward at x + hδ differs from the derivative there."""
    end = Centre(last, {}, tuple(map(np.asarray, last.outputs)), line.plus, line.eps)
    gradients = bench.pull(end, upstream)
    due, tolerance = line.at_end(upstream)
    along = project(gradients, steps)
    return abs(along.total - due) > tolerance + _ROUNDING * gradients.eps * sum(along.sizes.values())


def second_bench(bench: Bench, steps: Mapping[str, Array]) -> Bench:
    """The same target, with whatever it keeps, at another point: a quarter of the way along ``steps``."""
    return Bench(bench.target, shifted(bench.point, steps, _FAR))
