"""Root mean square normalisation over the last axis.

Per row:  r = √((1/d) Σ x_k² + ε),  x̂_k = x_k / r,  y_k = γ_k x̂_k.

With g_k = γ_k dL/dy_k:  dL/dx_k = (g_k − x̂_k mean(g x̂)) / r,  dL/dγ = Σ_rows dL/dy x̂.

Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array]


def rmsnorm_forward(x: Array, gamma: Array, eps: float = 1e-5) -> tuple[Array, Cache]:
    """y (..., d) of x (..., d), gamma (d).

    Raises ValueError if the shapes do not fit.

    >>> rmsnorm_forward(np.array([[2.0, -2.0]]), np.array([3.0, 4.0]), eps=0.0)[0].tolist()
    [[3.0, -4.0]]
    """
    if gamma.shape != x.shape[-1:]:
        raise ValueError(f"x {x.shape} and gamma {gamma.shape} do not fit")
    inverse_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    x_hat = x * inverse_rms
    return gamma * x_hat, (x_hat, gamma, inverse_rms)


def rmsnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array]:
    """The gradients of x and gamma, given dout (..., d)."""
    x_hat, gamma, inverse_rms = cache
    dgamma = (dout * x_hat).sum(axis=tuple(range(dout.ndim - 1)))
    g = gamma * dout
    dx = inverse_rms * (g - x_hat * (g * x_hat).mean(axis=-1, keepdims=True))
    return dx, dgamma


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "rmsnorm": [
            {"x": "normal(8, 5)", "gamma": "normal(5)"},
            {"x": "normal(2, 3, 7, mean=1, std=2)", "gamma": "normal(7)", "eps": 1e-3},
        ]
    }
