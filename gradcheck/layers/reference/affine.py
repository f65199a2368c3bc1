"""Affine (fully connected) layer: y = x w + b.

With dy = dL/dy:  dL/dx = dy wᵀ,  dL/dw = xᵀ dy,  dL/db = Σ_rows dy.

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array]


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, Cache]:
    """y (m, k) of x (m, d), w (d, k), b (k).

    Raises ValueError if the shapes do not fit.

    >>> affine_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))[0]
    array([[16.]])
    """
    # A bias of shape (1,) would broadcast, and its gradient would have the wrong shape.
    if b.shape != w.shape[1:]:
        raise ValueError(f"w {w.shape} and b {b.shape} do not fit")
    return x @ w + b, (x, w)


def affine_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of x, w and b, given dout (m, k)."""
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "affine": [
            {"x": "normal(8, 5)", "w": "normal(5, 3)", "b": "normal(3)"},
            {"x": "normal(3, 7)", "w": "normal(7, 4)", "b": "normal(4)"},
        ]
    }
