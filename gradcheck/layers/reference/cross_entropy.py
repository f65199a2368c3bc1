"""Cross entropy of probabilities: L = −(1/m) Σ_i Σ_k t_ik log p_ik, the targets t held fixed.

dL/dp_ik = −(1/m) t_ik / p_ik. Where t = 0 the term is 0, whatever p: 0 log 0 is 0.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), equation 4.108.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array]


def cross_entropy_forward(p: Array, target: Array) -> tuple[np.float64, Cache]:
    """The loss of p (m, k), positive where target (m, k), one-hot or soft, is not 0.

    The gradient is that of the formula: p need not sum to 1. An empty batch has loss 0.
    Raises ValueError if the shapes differ.

    >>> round(float(cross_entropy_forward(np.array([[0.0, 0.5]]), np.array([[0.0, 1.0]]))[0]), 4)
    0.6931
    """
    if p.shape != target.shape:
        raise ValueError(f"p {p.shape} and target {target.shape} do not fit")
    target = target.astype(p.dtype)  # integer one-hot rows would promote float32 to float64
    p_where_used = np.where(target != 0, p, 1)
    loss = -(target * np.log(p_where_used) / max(len(p), 1)).sum()
    return loss, (p_where_used, target)


def cross_entropy_backward(dout: float, cache: Cache) -> Array:
    """The gradient of p, given the scalar dout."""
    p_where_used, target = cache
    dp = -dout / max(len(target), 1) * target / p_where_used
    return dp


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "cross_entropy": [
            {"p": "uniform(8, 5, low=0.1, high=0.9)", "target": "onehot(8, 5)"},
            {"p": "uniform(3, 7, low=0.1, high=0.9)", "target": "simplex(3, 7)"},
        ]
    }
