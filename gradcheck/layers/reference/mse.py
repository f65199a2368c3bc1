"""Mean squared error over all n entries: L = (1/n) Σ (x − t)², the targets t held fixed.

dL/dx = (2/n) (x − t).

Source: Legendre, "Nouvelles méthodes pour la détermination des orbites des comètes" (1805).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mse_forward(x: Array, target: Array) -> tuple[np.float64, Array]:
    """The loss of x and target of one shape, any shape. Without entries the loss is 0.

    Raises ValueError if the shapes differ.

    >>> float(mse_forward(np.array([1.0, 2.0]), np.array([1.0, 4.0]))[0])
    2.0
    """
    # (m, 1) against (m) would broadcast to (m, m), and the loss would still look like one.
    if x.shape != target.shape:
        raise ValueError(f"x {x.shape} and target {target.shape} do not fit")
    difference = x - target.astype(x.dtype)
    loss = (difference * difference / max(x.size, 1)).sum()
    return loss, difference


def mse_backward(dout: float, cache: Array) -> Array:
    """The gradient of x, given the scalar dout."""
    difference = cache
    dx = 2 * dout / max(difference.size, 1) * difference
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "mse": [
            {"x": "normal(8, 5)", "target": "normal(8, 5)"},
            {"x": "normal(3, 2, 4)", "target": "normal(3, 2, 4, mean=1, std=2)"},
        ]
    }
