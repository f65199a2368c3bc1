"""Layers that draw from a global random stream, as dropout often does: every forward draws the same."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from gradcheck.layers.target import Call, Point, Target


def seeded(target: Target, seed: int) -> Target:
    """The target with the global streams of Python, NumPy and PyTorch seeded alike before each forward."""

    def evaluate(point: Point) -> Call:
        with _streams(seed):
            return target.evaluate(point)

    return replace(target, evaluate=evaluate)


@contextmanager
def _streams(seed: int) -> Iterator[None]:
    """Within, the global streams are seeded; afterwards they go on as if nothing had been drawn."""
    plain, numpys = random.getstate(), np.random.get_state()
    torch = sys.modules.get("torch")
    torchs = torch.get_rng_state() if torch is not None else None
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if torch is not None:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(plain)
        np.random.set_state(numpys)
        if torch is not None:
            torch.set_rng_state(torchs)
