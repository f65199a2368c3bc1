"""One step of a long short-term memory.

a = x wx + h_prev wh + b, four blocks of columns in the order i, f, o, g:
i, f, o = σ(a_i), σ(a_f), σ(a_o),  g = tanh(a_g),  c = f c_prev + i g,  h = o tanh c.

With dh, dc = dL/dh, dL/dc:  dc* = dc + dh o (1 − tanh² c),
da = (dc* g i (1−i),  dc* c_prev f (1−f),  dh tanh(c) o (1−o),  dc* i (1−g²)),
dL/dc_prev = dc* f,  dL/dx = da wxᵀ,  dL/dh_prev = da whᵀ,  dL/dwx = xᵀ da,  dL/dwh = h_prevᵀ da,
dL/db = Σ_rows da.

Source: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), with the forget gate of Gers,
Schmidhuber and Cummins, "Learning to Forget" (2000).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.reference.sigmoid import logistic

Array = NDArray[np.float64]
Cache = tuple[Array, ...]


def lstm_step_forward(
    x: Array, h_prev: Array, c_prev: Array, wx: Array, wh: Array, b: Array
) -> tuple[tuple[Array, Array], Cache]:
    """h and c (m, k) of x (m, d), h_prev and c_prev (m, k), wx (d, 4k), wh (k, 4k), b (4k).

    Raises ValueError if the shapes do not fit.

    >>> one, zeros = np.ones((1, 1)), np.zeros((1, 4))
    >>> (h, c), cache = lstm_step_forward(one, one, one, zeros, zeros, np.zeros(4))
    >>> c.tolist()
    [[0.5]]
    """
    k = h_prev.shape[1]
    if not h_prev.shape == c_prev.shape == (len(x), k) or wh.shape != (k, 4 * k) or b.shape != (4 * k,):
        shapes = [argument.shape for argument in (x, h_prev, c_prev, wh, b)]
        raise ValueError("x {}, h_prev {}, c_prev {}, wh {} and b {} do not fit".format(*shapes))
    a = x @ wx + h_prev @ wh + b
    i, f, o = np.split(logistic(a[:, : 3 * k]), 3, axis=1)
    g = np.tanh(a[:, 3 * k :])
    c = f * c_prev + i * g
    tanh_c = np.tanh(c)
    return (o * tanh_c, c), (x, h_prev, c_prev, wx, wh, i, f, o, g, tanh_c)


def lstm_step_backward(
    dout: tuple[Array, Array], cache: Cache
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """The gradients of x, h_prev, c_prev, wx, wh and b, given dout = (dh, dc), both (m, k)."""
    x, h_prev, c_prev, wx, wh, i, f, o, g, tanh_c = cache
    dh, dc = dout
    dc = dc + dh * o * (1 - tanh_c * tanh_c)
    di = dc * g * i * (1 - i)
    df = dc * c_prev * f * (1 - f)
    do = dh * tanh_c * o * (1 - o)
    dg = dc * i * (1 - g * g)
    da = np.concatenate([di, df, do, dg], axis=1)
    dx = da @ wx.T
    dh_prev = da @ wh.T
    dc_prev = dc * f
    dwx = x.T @ da
    dwh = h_prev.T @ da
    db = da.sum(axis=0)
    return dx, dh_prev, dc_prev, dwx, dwh, db


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "lstm_step": [
            {
                "x": "normal(4, 3)",
                "h_prev": "normal(4, 5)",
                "c_prev": "normal(4, 5)",
                "wx": "normal(3, 20, std=0.5)",
                "wh": "normal(5, 20, std=0.5)",
                "b": "normal(20)",
            },
            {
                "x": "normal(3, 6)",
                "h_prev": "normal(3, 2)",
                "c_prev": "normal(3, 2)",
                "wx": "normal(6, 8, std=0.5)",
                "wh": "normal(2, 8, std=0.5)",
                "b": "normal(8)",
            },
        ]
    }
