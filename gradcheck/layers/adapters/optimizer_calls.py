"""What an optimizer does to weights, and whether anyone looks at what it returns."""

from __future__ import annotations

import dis
import sys
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from types import CodeType
from typing import Any

import numpy as np


def is_discarded() -> bool:
    """Whether the caller of the function that asks this throws away what that function returns."""
    frame = sys._getframe(2)
    return frame.f_lasti in _discarding(frame.f_code)


@cache
def _discarding(code: CodeType) -> frozenset[int]:
    """Where a piece of code calls something only for its effect."""
    steps = list(dis.get_instructions(code))
    return frozenset(a.offset for a, b in pairwise(steps) if b.opname == "POP_TOP")


def stepped(weights: Any, gradient: Any) -> Any:
    """Weights a step of length 1 further, or as they are if these cannot be their gradient."""
    if not isinstance(weights, np.ndarray | np.floating):
        return weights
    try:
        made = np.asarray(weights - gradient, dtype=weights.dtype)
    except (TypeError, ValueError):
        return weights
    if made.shape != weights.shape:
        return weights
    return made if isinstance(weights, np.ndarray) else made[()]


def moved(weights: Any, gradients: Sequence[Any], in_place: bool) -> Any:
    """Weights after a step along the first of these that may be their gradient; new ones or the same."""
    fits = [g for g in gradients if np.shape(g) == np.shape(weights)]
    made = stepped(weights, fits[0]) if fits else weights
    if in_place and isinstance(weights, np.ndarray) and weights.flags.writeable:
        weights[...] = made
        return weights
    return made


def moved_entries(container: Any, made: Sequence[Any], in_place: bool) -> Any:
    """A collection with these entries: a new one, or the same one that holds them now."""
    if isinstance(container, dict):
        new = dict(zip(container, made, strict=True))
        if in_place:
            container.update(new)
        return container if in_place else new
    if isinstance(container, list) and in_place:
        container[:] = made
        return container
    return list(made) if isinstance(container, list) else tuple(made)
