"""Gaussian error linear unit, exact: y = x Φ(x), Φ(x) = ½ erfc(−x/√2).

dL/dx = dL/dy (Φ(x) + x φ(x)),  φ(x) = e^{−x²/2} / √(2π).

Source: Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)" (2016).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array]

# erfc keeps its digits where 1 + erf cancels: far on the left.
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def gelu_forward(x: Array) -> tuple[Array, Cache]:
    """y, shaped like x.

    >>> gelu_forward(np.array([-1.0, 0.0, 1.0]))[0].round(4).tolist()
    [-0.1587, 0.0, 0.8413]
    """
    below = (_erfc(-x / math.sqrt(2)) / 2).astype(x.dtype)
    return x * below, (x, below)


def gelu_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like x."""
    x, below = cache
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    dx = dout * (below + x * density)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"gelu": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7, std=2)"}]}
