"""The gradient along a line against the differences along it, and whether that says anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from gradcheck.layers.directions import detectable_error
from gradcheck.layers.gradients import Gradients
from gradcheck.layers.products import dot, norm
from gradcheck.layers.settings import Settings
from gradcheck.layers.stencil import SAFETY, Stencil
from gradcheck.layers.target import Array

_ROUNDING = 4.0
_SELF_TEST = 2.0
_ZERO = 100.0
_SMALL = 1e-6
_COARSEST = 0.1
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

    def detects(self, name: str, probability: float) -> float:
        """The relative size of an error in this gradient that is missed with this probability at most."""
        size = self.sizes.get(name, 0.0)
        return detectable_error(self.tolerance, size, probability) if size else inf

    def is_zero(self, name: str) -> bool:
        """Whether this gradient is zero but for rounding, and the differences can tell."""
        rounding = _ZERO * 2.0**-52 * (self.level + max(self.sizes.values()))
        return self.sizes[name] <= rounding and self.tolerance <= _SMALL * max(
            self.level, *self.sizes.values()
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """Gradients along a direction: g·δ and ‖g∘δ‖ by argument."""

    parts: Mapping[str, float]
    sizes: Mapping[str, float]
    eps: float

    @property
    def total(self) -> float:
        """Σ g·δ."""
        return sum(self.parts.values())

    @property
    def is_felt(self) -> bool:
        """Whether the derivative along the direction is not small for that of a random one."""
        return self.total**2 >= _FELT * sum(size**2 for size in self.sizes.values())


def project(gradients: Gradients, steps: Mapping[str, Array]) -> Projection:
    """The gradients along ``steps``, over the arguments that both name."""
    parts, sizes = {}, {}
    for name, step in steps.items():
        if name in gradients.values:
            gradient, flat = gradients.values[name], step.ravel()
            product = gradient * flat
            parts[name] = dot(gradient, flat)
            sizes[name] = norm(product)
    return Projection(parts, sizes, gradients.eps)


def compare(line: Stencil, along: Projection, upstream: Array, settings: Settings) -> Comparison:
    """Compare one upstream's gradients along a line with the differences along it."""
    numeric = dot(upstream, line.derivative)
    rounding = SAFETY * _ROUNDING * along.eps * sum(along.sizes.values())
    derived = line.tolerance(upstream) + rounding
    asked = settings.atol + settings.rtol * abs(numeric)
    return Comparison(numeric, max(derived, asked), along.parts, along.sizes, line.level(upstream))


def reaches(name: str, comparisons: Sequence[Comparison], settings: Settings) -> bool:
    """Whether one comparison by itself gives all that was asked: the usual case, made quick."""
    allowed, asked = 1.0 - settings.confidence, settings.detectable
    return any(c.would_catch(name) and c.detects(name, allowed) <= asked for c in comparisons)


def is_tested(name: str, comparisons: Sequence[Comparison], settings: Settings, directions: int = 1) -> bool:
    """Whether some comparison would have caught a grossly wrong gradient, or finds it rightly 0.

    The error that is missed with probability 1 − confidence has to be a tenth of the gradient
    or less, or what was asked to be detectable.
    """
    coarsest = max(_COARSEST, settings.detectable)
    each = (1.0 - settings.confidence) ** (1.0 / max(1, directions))
    return any(
        c.is_zero(name) or (c.would_catch(name) and c.detects(name, each) <= coarsest) for c in comparisons
    )
