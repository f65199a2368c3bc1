"""Binary cross entropy of n probabilities: L = −(1/n) Σ (t log p + (1 − t) log(1 − p)), t held fixed.

dL/dp = (1/n) ((1 − t) / (1 − p) − t / p). Where t = 0 or 1 the other term is 0, whatever p.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), equation 4.90.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array]


def bce_forward(p: Array, target: Array) -> tuple[np.float64, Cache]:
    """The loss of p and target of one shape, any shape, both from 0 to 1; without entries it is 0.

    p = 0 needs target = 0, p = 1 needs target = 1: the loss is infinite elsewhere.
    Raises ValueError if the shapes differ.

    >>> round(float(bce_forward(np.array([1.0, 0.5]), np.array([1.0, 0.0]))[0]), 4)
    0.3466
    """
    if p.shape != target.shape:
        raise ValueError(f"p {p.shape} and target {target.shape} do not fit")
    target = target.astype(p.dtype)
    p_where_used = np.where(target != 0, p, 1)
    p_where_unused = np.where(target != 1, p, 0)
    terms = target * np.log(p_where_used) + (1 - target) * np.log1p(-p_where_unused)
    loss = -(terms / max(p.size, 1)).sum()
    return loss, (p_where_used, p_where_unused, target)


def bce_backward(dout: float, cache: Cache) -> Array:
    """The gradient of p, given the scalar dout."""
    p_where_used, p_where_unused, target = cache
    slope = (1 - target) / (1 - p_where_unused) - target / p_where_used
    dp = dout / max(target.size, 1) * slope
    return dp


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "bce": [
            {"p": "uniform(8, 5, low=0.1, high=0.9)", "target": "bernoulli(8, 5, p=0.4)"},
            {"p": "uniform(7, low=0.1, high=0.9)", "target": "uniform(7, low=0, high=1)"},
        ]
    }
