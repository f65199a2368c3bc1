"""One step of a recurrent network: h = tanh(x wx + h_prev wh + b).

With da = dL/dh (1 − h²):  dL/dx = da wxᵀ,  dL/dh_prev = da whᵀ,  dL/dwx = xᵀ da,
dL/dwh = h_prevᵀ da,  dL/db = Σ_rows da.

Source: Elman, "Finding Structure in Time" (1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array, Array, Array]


def rnn_step_forward(x: Array, h_prev: Array, wx: Array, wh: Array, b: Array) -> tuple[Array, Cache]:
    """h (m, k) of x (m, d), h_prev (m, k), wx (d, k), wh (k, k), b (k).

    Raises ValueError if the shapes do not fit.

    >>> one = np.ones((1, 1))
    >>> rnn_step_forward(one, one, one, -one, np.zeros(1))[0].tolist()
    [[0.0]]
    """
    k = h_prev.shape[1]
    if h_prev.shape != (len(x), k) or wh.shape != (k, k) or b.shape != (k,):
        raise ValueError(f"x {x.shape}, h_prev {h_prev.shape}, wh {wh.shape} and b {b.shape} do not fit")
    h = np.tanh(x @ wx + h_prev @ wh + b)
    return h, (x, h_prev, wx, wh, h)


def rnn_step_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array, Array, Array]:
    """The gradients of x, h_prev, wx, wh and b, given dout (m, k)."""
    x, h_prev, wx, wh, h = cache
    da = dout * (1 - h * h)
    dx = da @ wx.T
    dh_prev = da @ wh.T
    dwx = x.T @ da
    dwh = h_prev.T @ da
    db = da.sum(axis=0)
    return dx, dh_prev, dwx, dwh, db


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "rnn_step": [
            {
                "x": "normal(4, 3)",
                "h_prev": "normal(4, 5)",
                "wx": "normal(3, 5, std=0.5)",
                "wh": "normal(5, 5, std=0.5)",
                "b": "normal(5)",
            },
            {
                "x": "normal(3, 6)",
                "h_prev": "normal(3, 2)",
                "wx": "normal(6, 2, std=0.5)",
                "wh": "normal(2, 2, std=0.5)",
                "b": "normal(2)",
            },
        ]
    }
