"""Softmax and cross entropy together: L = (1/m) Σ_i (log Σ_k e^{x_ik} − x_{i,t_i}), integer labels t.

dL/dx_ik = (1/m) (softmax(x_i)_k − [k = t_i]).

Source: Bridle, "Training Stochastic Model Recognition Algorithms as Networks can Lead to Maximum
Mutual Information Estimation of Parameters" (1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int_]
Cache = tuple[Array, Labels]


def softmax_cross_entropy_forward(x: Array, target: Labels) -> tuple[np.float64, Cache]:
    """The mean loss of the logits x (m, k) at the labels target (m), each from 0 to k − 1.

    An empty batch has loss 0. Raises ValueError if the shapes do not fit or a label is out of range.

    >>> float(softmax_cross_entropy_forward(np.array([[1000.0, 0.0]]), np.array([1]))[0])
    1000.0
    """
    m, k = x.shape
    if target.shape != (m,):
        raise ValueError(f"x {x.shape} and target {target.shape} do not fit")
    # A negative label would silently count from the end.
    if ((target < 0) | (target >= k)).any():
        raise ValueError(f"labels run from 0 to {k - 1}")
    # log Σ e^x from shifted logits neither overflows nor takes the logarithm of 0.
    shifted = x - x.max(axis=1, keepdims=True)
    log_probability = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(log_probability[np.arange(m), target] / max(m, 1)).sum()
    return loss, (log_probability, target)


def softmax_cross_entropy_backward(dout: float, cache: Cache) -> Array:
    """The gradient of x, given the scalar dout."""
    log_probability, target = cache
    m = len(target)
    dx = np.exp(log_probability)
    dx[np.arange(m), target] -= 1
    dx *= dout / max(m, 1)
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "softmax_cross_entropy": [
            {"x": "normal(8, 5)", "target": "integers(0, 5, 8)"},
            {"x": "normal(3, 7, std=2)", "target": "integers(0, 7, 3)"},
        ]
    }
