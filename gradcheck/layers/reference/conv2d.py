"""Convolution in two dimensions (cross-correlation), with zero padding p and stride s.

y[n, k, i, j] = b[k] + Σ_{c, u, v} w[k, c, u, v] x̃[n, c, s i + u, s j + v],  x̃ = x padded by p.

With dy = dL/dy:  dL/db[k] = Σ_{n, i, j} dy[n, k, i, j],
dL/dw[k, c, u, v] = Σ_{n, i, j} dy[n, k, i, j] x̃[n, c, s i + u, s j + v],
dL/dx̃[n, c, s i + u, s j + v] gathers Σ_k dy[n, k, i, j] w[k, c, u, v] from every i, j, u, v that reach it.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition" (1998).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, tuple[int, ...], int, int]


def conv2d_forward(x: Array, w: Array, b: Array, stride: int = 1, padding: int = 0) -> tuple[Array, Cache]:
    """y (n, k, (h + 2p − u) // s + 1, (l + 2p − v) // s + 1) of x (n, c, h, l), w (k, c, u, v), b (k).

    Raises ValueError if the shapes do not fit, for a kernel larger than the padded image,
    for a stride below 1 and a padding below 0.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d_forward(x, np.ones((1, 1, 2, 2)), np.zeros(1))[0].tolist()
    [[[[8.0, 12.0], [20.0, 24.0]]]]
    """
    if b.shape != w.shape[:1] or x.shape[1] != w.shape[1]:
        raise ValueError(f"x {x.shape}, w {w.shape} and b {b.shape} do not fit")
    if stride < 1 or padding < 0:
        raise ValueError(f"stride {stride} is below 1 or padding {padding} below 0")
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    windows = sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum("ncijuv,kcuv->nkij", windows, w, optimize=True) + b[:, None, None]
    return y, (windows, w, padded.shape, stride, padding)


def conv2d_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of x, w and b, given dout, shaped like the output."""
    windows, w, padded_shape, stride, padding = cache
    db = dout.sum(axis=(0, 2, 3))
    dw = np.einsum("ncijuv,nkij->kcuv", windows, dout, optimize=True)
    dpadded = np.zeros(padded_shape, dout.dtype)
    rows, columns = (stride * n for n in dout.shape[2:])
    for u, v in np.ndindex(*w.shape[2:]):
        # Windows overlap, but those of one kernel offset do not: += is right within a slice.
        part = np.einsum("nkij,kc->ncij", dout, w[:, :, u, v], optimize=True)
        dpadded[:, :, u : u + rows : stride, v : v + columns : stride] += part
    dx = _without_padding(dpadded, padding)
    return dx, dw, db


def _without_padding(padded: Array, padding: int) -> Array:
    # Up to the length, because a stop of -0 would leave nothing.
    rows, columns = padded.shape[2:]
    return padded[:, :, padding : rows - padding, padding : columns - padding]


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at; in the last the windows do not reach the far edges."""
    return {
        "conv2d": [
            {"x": "normal(2, 3, 5, 4)", "w": "normal(4, 3, 3, 2)", "b": "normal(4)"},
            {
                "x": "normal(2, 2, 5, 7)",
                "w": "normal(3, 2, 3, 3)",
                "b": "normal(3)",
                "stride": 2,
                "padding": 1,
            },
            {"x": "normal(1, 2, 6, 5)", "w": "normal(2, 2, 2, 2)", "b": "normal(2)", "stride": 3},
        ]
    }
