"""One step of a gated recurrent unit, reset before the product.

wx = (wx_r, wx_z, wx_n) side by side, wh and b likewise:
r, z = σ(x wx_r + h_prev wh_r + b_r), σ(x wx_z + h_prev wh_z + b_z),
n = tanh(x wx_n + (r h_prev) wh_n + b_n),  h = z h_prev + (1 − z) n.

With dh = dL/dh:  da_n = dh (1−z) (1−n²),  s = da_n wh_nᵀ,  da_r = s h_prev r (1−r),
da_z = dh (h_prev − n) z (1−z),  and with da = (da_r, da_z, da_n):
dL/dh_prev = dh z + s r + da_r wh_rᵀ + da_z wh_zᵀ,  dL/dx = da wxᵀ,  dL/dwx = xᵀ da,
dL/dwh = (h_prevᵀ da_r, h_prevᵀ da_z, (r h_prev)ᵀ da_n),  dL/db = Σ_rows da.

Source: Cho and others, "Learning Phrase Representations using RNN Encoder-Decoder for Statistical
Machine Translation" (2014). cuDNN and PyTorch reset after the product: another layer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.reference.sigmoid import logistic

Array = NDArray[np.float64]
Cache = tuple[Array, ...]


def gru_step_forward(x: Array, h_prev: Array, wx: Array, wh: Array, b: Array) -> tuple[Array, Cache]:
    """h (m, k) of x (m, d), h_prev (m, k), wx (d, 3k), wh (k, 3k), b (3k).

    Raises ValueError if the shapes do not fit.

    >>> one, zeros = np.ones((1, 1)), np.zeros((1, 3))
    >>> gru_step_forward(one, one, zeros, zeros, np.zeros(3))[0].tolist()
    [[0.5]]
    """
    k = h_prev.shape[1]
    if h_prev.shape != (len(x), k) or wh.shape != (k, 3 * k) or b.shape != (3 * k,):
        raise ValueError(f"x {x.shape}, h_prev {h_prev.shape}, wh {wh.shape} and b {b.shape} do not fit")
    a = x @ wx + b
    r, z = np.split(logistic(a[:, : 2 * k] + h_prev @ wh[:, : 2 * k]), 2, axis=1)
    n = np.tanh(a[:, 2 * k :] + (r * h_prev) @ wh[:, 2 * k :])
    return z * h_prev + (1 - z) * n, (x, h_prev, wx, wh, r, z, n)


def gru_step_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array, Array, Array]:
    """The gradients of x, h_prev, wx, wh and b, given dout (m, k)."""
    x, h_prev, wx, wh, r, z, n = cache
    k = h_prev.shape[1]
    da_n = dout * (1 - z) * (1 - n * n)
    dreset_h = da_n @ wh[:, 2 * k :].T
    da_r = dreset_h * h_prev * r * (1 - r)
    da_z = dout * (h_prev - n) * z * (1 - z)
    da_gates = np.concatenate([da_r, da_z], axis=1)
    da = np.concatenate([da_gates, da_n], axis=1)
    dx = da @ wx.T
    dh_prev = dout * z + dreset_h * r + da_gates @ wh[:, : 2 * k].T
    dwx = x.T @ da
    dwh = np.concatenate([h_prev.T @ da_gates, (r * h_prev).T @ da_n], axis=1)
    db = da.sum(axis=0)
    return dx, dh_prev, dwx, dwh, db


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "gru_step": [
            {
                "x": "normal(4, 3)",
                "h_prev": "normal(4, 5)",
                "wx": "normal(3, 15, std=0.5)",
                "wh": "normal(5, 15, std=0.5)",
                "b": "normal(15)",
            },
            {
                "x": "normal(3, 6)",
                "h_prev": "normal(3, 2)",
                "wx": "normal(6, 6, std=0.5)",
                "wh": "normal(2, 6, std=0.5)",
                "b": "normal(6)",
            },
        ]
    }
