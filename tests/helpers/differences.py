"""Central differences of a bound layer, element by element: slow, plain, apart from the checker's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcheck.layers.target import Array, Subject, Target


def copied(point: Mapping[str, Array]) -> dict[str, Array]:
    return {name: value.copy() for name, value in point.items()}


def upstream_of(target: Target, seed: int = 0) -> tuple[Array, ...]:
    """A random upstream gradient for each output."""
    rng = np.random.default_rng(seed)
    outputs = target.evaluate(copied(target.point)).outputs
    return tuple(np.asarray(rng.normal(size=np.shape(o))).astype(o.dtype) for o in outputs)


def gradients(target: Target, seed: int = 0) -> Mapping[str, Array | None]:
    """What the layer's backward says."""
    upstream = upstream_of(target, seed)
    return target.evaluate(copied(target.point)).backward(upstream)


def numeric(target: Target, name: str, seed: int = 0, h: float = 1e-6) -> Array:
    """∂⟨v, y⟩/∂(one argument) by central differences."""
    upstream = upstream_of(target, seed)
    slope = np.zeros(target.point[name].shape)
    for at in np.ndindex(slope.shape):
        sides = []
        for step in (h, -h):
            point = copied(target.point)
            point[name][at] += step
            outputs = target.evaluate(point).outputs
            sides.append(sum(float((v * y).sum()) for v, y in zip(upstream, outputs, strict=True)))
        slope[at] = (sides[0] - sides[1]) / (2 * h)
    return slope


def errors(target: Target, seed: int = 0) -> dict[str, float]:
    """The largest error of each gradient against the largest slope; infinite if it is none or misshapen."""
    found = gradients(target, seed)
    return {name: _error(found.get(name), numeric(target, name, seed)) for name in target.point}


def is_right(target: Target) -> bool:
    """Whether every argument has a gradient and all of them are right."""
    return bool(target.point) and max(errors(target).values()) < 1e-6


def wrong(target: Target) -> set[str]:
    """The arguments whose gradient is wrong."""
    return {name for name, error in errors(target).items() if error > 1e-4}


def _error(found: Array | None, due: Array) -> float:
    if found is None or np.shape(found) != due.shape:
        return np.inf
    return float(np.abs(found - due).max(initial=0.0)) / max(float(np.abs(due).max(initial=0.0)), 1e-3)


def bound(
    recognise: Callable[[str, object], Subject | None],
    subject: object,
    fixed: tuple[str, ...] = (),
    **values: Any,
) -> Target:
    """What an adapter makes of a subject at these values."""
    found = recognise("layer", subject)
    assert found is not None
    return found.bind(values, frozenset(fixed))
