"""Softmax over the last axis: y_k = e^{x_k} / Σ_j e^{x_j}.

With dy = dL/dy:  dL/dx_k = y_k (dy_k − Σ_j dy_j y_j).

Source: Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmax_forward(x: Array) -> tuple[Array, Array]:
    """y (..., k) of x (..., k), at least one k.

    Raises ValueError if the last axis is empty.

    >>> softmax_forward(np.array([[1000.0, 1000.0]]))[0].tolist()
    [[0.5, 0.5]]
    """
    # The largest entry becomes e^0, so that nothing overflows and no sum is 0.
    exponential = np.exp(x - x.max(axis=-1, keepdims=True))
    y: Array = exponential / exponential.sum(axis=-1, keepdims=True)
    return y, y


def softmax_backward(dout: Array, cache: Array) -> Array:
    """The gradient of x, given dout (..., k)."""
    y = cache
    dx: Array = y * (dout - (dout * y).sum(axis=-1, keepdims=True))
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"softmax": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7, std=2)"}]}
