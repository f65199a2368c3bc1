"""Logistic sigmoid: y = 1 / (1 + e^{−x}).

dL/dx = dL/dy y (1 − y).

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid_forward(x: Array) -> tuple[Array, Array]:
    """y, shaped like x.

    >>> sigmoid_forward(np.array([-1000.0, 0.0, 1000.0]))[0].tolist()
    [0.0, 0.5, 1.0]
    """
    y = logistic(x)
    return y, y


def sigmoid_backward(dout: Array, cache: Array) -> Array:
    """The gradient of x, given dout, shaped like x."""
    y = cache
    dx = dout * y * (1 - y)
    return dx


def logistic(x: Array) -> Array:
    """1 / (1 + e^{−x}), and the same with e^x above and below the line where x < 0.

    Neither exponent is ever positive, so that nothing overflows and small values keep their digits.
    """
    y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
    return y


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"sigmoid": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7, std=3)"}]}
