"""Gaussian error linear unit, the tanh form: y = ½ x (1 + tanh u), u = √(2/π) (x + 0.044715 x³).

dL/dx = dL/dy (½ (1 + tanh u) + ½ x (1 − tanh² u) u′),  u′ = √(2/π) (1 + 3 · 0.044715 x²).

Source: Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)" (2016), section 2.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array]

# A Python number, not np.sqrt's float64, which would promote a float32 input.
_SCALE = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def gelu_tanh_forward(x: Array) -> tuple[Array, Cache]:
    """y, shaped like x.

    >>> gelu_tanh_forward(np.array([-1.0, 0.0, 1.0]))[0].round(4).tolist()
    [-0.1588, 0.0, 0.8412]
    """
    t = np.tanh(_SCALE * (x + _CUBIC * x * x * x))
    return x * (1 + t) / 2, (x, t)


def gelu_tanh_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like x."""
    x, t = cache
    u_slope = _SCALE * (1 + 3 * _CUBIC * x * x)
    dx = dout * ((1 + t) / 2 + x * (1 - t * t) * u_slope / 2)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"gelu_tanh": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7, std=2)"}]}
