"""Sigmoid linear unit (swish): y = x σ(x), σ the logistic sigmoid.

dL/dx = dL/dy σ(x) (1 + x (1 − σ(x))).

Source: Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units for Neural Network Function
Approximation in Reinforcement Learning" (2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.reference.sigmoid import logistic

Array = NDArray[np.float64]
Cache = tuple[Array, Array]


def silu_forward(x: Array) -> tuple[Array, Cache]:
    """y, shaped like x.

    >>> silu_forward(np.array([-1.0, 0.0, 1.0]))[0].round(4).tolist()
    [-0.2689, 0.0, 0.7311]
    """
    gate = logistic(x)
    return x * gate, (x, gate)


def silu_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like x."""
    x, gate = cache
    dx = dout * gate * (1 + x * (1 - gate))
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {"silu": [{"x": "normal(8, 5)"}, {"x": "normal(2, 3, 7, std=3)"}]}
