"""Five evaluations along a line, and what they say: the derivative, its error, the kinks.

With f± = f(x ± hδ) and f±½ = f(x ± hδ/2), element by element of the output:

* D(h) = (f+ − f−)/2h and D(h/2) = (f+½ − f−½)/h, the central differences,
* c = (D(h/2) − D(h))/3, the Richardson correction, and R = D(h/2) + c, exact to O(h⁴),
* Δ⁴ = f+ + f− − 4(f+½ + f−½) + 6f, which is O(h⁴) for a smooth f and √70 times the noise otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from gradcheck.layers.products import dot, norm
from gradcheck.layers.target import Array

SAFETY = 10.0
"""How many times the estimated error a difference has to be off before it counts."""

_CORRECTION_SHARE = 0.002
_ROUNDING = 4.0
_NOISE_OF_FOURTH_DIFFERENCE = 70.0**0.5
_NOISE_OF_DERIVATIVE = 1.9
_END_NOISE = 44.0


_FINE = 1e-12


def step_size(eps: float) -> float:
    """The h for outputs of relative precision ``eps``.

    ε^(1/5) makes truncation and rounding alike; where both are tiny, the shorter ε^(1/4) meets
    fewer kinks and leaves less to the Richardson correction.

    >>> f"{step_size(2.0**-52):.2g} {step_size(2.0**-23):.2g}"
    '0.00012 0.041'
    """
    return float(eps**0.25 if eps < _FINE else eps**0.2)


@dataclass(frozen=True)
class Stencil:
    """Outputs along x + tδ, each flattened, for t = 0, ±h and ±h/2; ``eps`` is the outputs' precision."""

    h: float
    centre: Array
    plus: Array
    minus: Array
    half_plus: Array
    half_minus: Array
    eps: float

    @cached_property
    def coarse(self) -> Array:
        """D(h)."""
        return (self.plus - self.minus) / (2.0 * self.h)

    @cached_property
    def correction(self) -> Array:
        """c."""
        return ((self.half_plus - self.half_minus) / self.h - self.coarse) / 3.0

    @cached_property
    def derivative(self) -> Array:
        """R."""
        return self.coarse + 4.0 * self.correction

    @cached_property
    def bend(self) -> Array:
        """The second difference f+ + f− − 2f."""
        return self.plus + self.minus - 2.0 * self.centre

    @cached_property
    def fourth(self) -> Array:
        """Δ⁴."""
        return self.bend - 4.0 * (self.half_plus + self.half_minus - 2.0 * self.centre)

    @cached_property
    def is_finite(self) -> bool:
        """Whether all five evaluations are finite (those at the centre are known to be)."""
        fourth = self.fourth  # has every evaluation in it
        return isfinite(dot(fourth, fourth)) or bool(np.isfinite(fourth).all())

    def at_end(self, upstream: Array) -> tuple[float, float]:
        """The derivative of v·f at x + hδ, exact to O(h⁴), and how far it may be off.

        That is what leaving out the farthest of the five points changes, and noise.
        """
        plus, half, centre, back, minus = (
            dot(upstream, f) for f in (self.plus, self.half_plus, self.centre, self.half_minus, self.minus)
        )
        derivative = (25 * plus - 48 * half + 36 * centre - 16 * back + 3 * minus) / (6 * self.h)
        shorter = (11 * plus - 18 * half + 9 * centre - 2 * back) / (3 * self.h)
        noise = _END_NOISE * self.eps * norm(upstream) * norm(self.centre) / self.h
        return derivative, SAFETY * (abs(derivative - shorter) + noise)

    def level(self, upstream: Array) -> float:
        """‖v∘y‖, the size of what is differenced."""
        return norm(upstream * self.centre)

    def tolerance(self, upstream: Array) -> float:
        """How far v·R may be from the true derivative of v·f along the line.

        10·(0.2 % of the Richardson correction + the rounding error of the differences), where the
        rounding error is that of the outputs' precision or the one that Δ⁴ shows, if that is larger.
        """
        corrected = max(norm(upstream * self.correction), abs(dot(upstream, self.correction)))
        truncation = _CORRECTION_SHARE * corrected
        rounding = 2.0 * _ROUNDING * self.eps * self.level(upstream) / self.h
        return SAFETY * (truncation + max(rounding, self._noise(upstream)))

    def _noise(self, upstream: Array) -> float:
        size = max(norm(upstream * self.fourth), abs(dot(upstream, self.fourth)))
        return _NOISE_OF_DERIVATIVE / _NOISE_OF_FOURTH_DIFFERENCE * size / self.h
