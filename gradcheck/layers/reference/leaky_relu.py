"""Leaky rectified linear unit: y = x where x > 0, else a x, with a fixed slope a.

dL/dx = dL/dy where x > 0, else a dL/dy. At the kink, x = 0, the gradient is taken from the left.

Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, float]


def leaky_relu_forward(x: Array, slope: float = 0.01) -> tuple[Array, Cache]:
    """y, shaped like x.

    >>> leaky_relu_forward(np.array([-1.0, 2.0]), slope=0.5)[0].tolist()
    [-0.5, 2.0]
    """
    return np.where(x > 0, x, slope * x), (x, slope)


def leaky_relu_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like x.

    >>> leaky_relu_backward(np.array([4.0, 4.0, 4.0]), (np.array([-1.0, 0.0, 2.0]), 0.5)).tolist()
    [2.0, 2.0, 4.0]
    """
    x, slope = cache
    # Not dout * where(x > 0, 1, slope): two plain numbers make a float64 array.
    dx = np.where(x > 0, dout, slope * dout)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"leaky_relu": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7)", "slope": 0.3}]}
