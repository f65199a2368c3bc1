"""Rectified linear unit: y = max(x, 0).

dL/dx = dL/dy [x > 0]. At the kink, x = 0, the gradient is taken as 0.

Source: Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines" (2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def relu_forward(x: Array) -> tuple[Array, Array]:
    """y, shaped like x.

    >>> relu_forward(np.array([-1.0, 2.0]))[0].tolist()
    [0.0, 2.0]
    """
    return np.maximum(x, 0), x


def relu_backward(dout: Array, cache: Array) -> Array:
    """The gradient of x, given dout, shaped like x.

    >>> relu_backward(np.array([5.0, 5.0, 5.0]), np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 0.0, 5.0]
    """
    x = cache
    dx = dout * (x > 0)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"relu": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7)"}]}
