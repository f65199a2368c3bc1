"""Hyperbolic tangent: y = tanh x.

dL/dx = dL/dy (1 − y²).

Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def tanh_forward(x: Array) -> tuple[Array, Array]:
    """y, shaped like x.

    >>> tanh_forward(np.array([-1000.0, 0.0, 1000.0]))[0].tolist()
    [-1.0, 0.0, 1.0]
    """
    y = np.tanh(x)
    return y, y


def tanh_backward(dout: Array, cache: Array) -> Array:
    """The gradient of x, given dout, shaped like x."""
    y = cache
    dx = dout * (1 - y * y)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"tanh": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7)"}]}
