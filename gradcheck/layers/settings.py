"""What a check of a layer may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How a layer is checked.

    An error of relative size ``detectable`` is to be missed with probability at most
    1 − ``confidence``. ``rtol`` and ``atol`` widen the tolerance, which is otherwise derived from
    the differences themselves: |analytic − numeric| ≤ max(derived, atol + rtol·|numeric|).
    ``corners`` also tries special cases; ``shrink`` looks for the smallest case that fails; ``causes`` looks
    for what is wrong with a gradient that fails;
    ``budget`` is the most forward evaluations that finding the wrong element, and then
    its cause, may take.
    """

    seed: int = 0
    confidence: float = 0.999
    detectable: float = 1e-3
    rtol: float = 0.0
    atol: float = 0.0
    corners: bool = True
    shrink: bool = True
    causes: bool = True
    budget: int = 1000
