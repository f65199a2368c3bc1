"""The gradient along a line against the differences along it, and whether that says anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.gradients import Gradients
from gradcheck.layers.settings import Settings
from gradcheck.layers.stencil import SAFETY, Stencil
from gradcheck.layers.target import Array

_ROUNDING = 4.0
_SELF_TEST = 2.0
_ZERO = 1000.0
_SMALL = 1e-6
_FELT = 0.25**2


@dataclass(frozen=True, slots=True)
class Comparison:
    """Σ g·δ beside v·R for one upstream v: ``parts`` and ``sizes`` are g·δ and ‖g∘δ‖ by argument.

    ``level`` is ‖v∘y‖, the size of what is differenced.
    """

    numeric: float
    tolerance: float
    parts: Mapping[str, float]
    sizes: Mapping[str, float]
    level: float

    @property
    def residual(self) -> float:
        """Analytic − numeric."""
        return sum(self.parts.values()) - self.numeric

    @property
    def agrees(self) -> bool:
        """Whether the two are as close as the differences are exact."""
        return abs(self.residual) <= self.tolerance

    def would_catch(self, name: str) -> bool:
        """Whether a gradient of this argument that is zero, doubled or negated would have been caught.

        Each changes the comparison by |g·δ| or more, so that must exceed twice the tolerance.
        """
        return abs(self.parts[name]) > _SELF_TEST * self.tolerance

    def is_zero(self, name: str) -> bool:
        """Whether this gradient is zero but for rounding, and the differences can tell."""
        rounding = _ZERO * 2.0**-52 * (self.level + max(self.sizes.values()))
        return self.sizes[name] <= rounding and self.tolerance <= _SMALL * max(
            self.level, *self.sizes.values()
        )


def compare(
    line: Stencil, gradients: Gradients, steps: Mapping[str, Array], upstream: Array, settings: Settings
) -> Comparison:
    """Compare one upstream's gradients with the differences along a line."""
    products = {n: g * steps[n].ravel() for n, g in gradients.values.items() if n in steps}
    numeric = float(upstream.dot(line.derivative))
    sizes = {n: float(np.sqrt(p.dot(p))) for n, p in products.items()}
    rounding = SAFETY * _ROUNDING * gradients.eps * sum(sizes.values())
    derived = line.tolerance(upstream) + rounding
    asked = settings.atol + settings.rtol * abs(numeric)
    weighted = upstream * line.centre
    level = float(np.sqrt(weighted.dot(weighted)))
    parts = {n: float(p.sum()) for n, p in products.items()}
    return Comparison(numeric, max(derived, asked), parts, sizes, level)


def is_tested(name: str, comparisons: Sequence[Comparison]) -> bool:
    """Whether some comparison would have caught a grossly wrong gradient, or finds it rightly zero."""
    return any(c.would_catch(name) or c.is_zero(name) for c in comparisons)


def is_felt(gradients: Mapping[str, Array], steps: Mapping[str, Array]) -> bool:
    """Whether the gradient along a direction is not small beside what a random direction gives on average."""
    along = square = 0.0
    for name, step in steps.items():
        if name in gradients:
            product = gradients[name] * step.ravel()
            along += float(product.sum())
            square += float(product.dot(product))
    return along * along >= _FELT * square
