"""Layer normalisation over the last axis.

Per row:  μ = (1/d) Σ x_k,  σ² = (1/d) Σ (x_k − μ)²,  x̂_k = (x_k − μ) / √(σ² + ε),  y_k = γ_k x̂_k + β_k.

With g_k = γ_k dL/dy_k:  dL/dx_k = (g_k − mean(g) − x̂_k mean(g x̂)) / √(σ² + ε);
dL/dγ = Σ_rows dL/dy x̂,  dL/dβ = Σ_rows dL/dy.

Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array]


def layernorm_forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Cache]:
    """y (..., d) of x (..., d), gamma (d), beta (d).

    Raises ValueError if the shapes do not fit.

    >>> layernorm_forward(np.array([[1.0, 3.0]]), np.ones(2), np.ones(2), eps=0.0)[0].tolist()
    [[0.0, 2.0]]
    """
    if not gamma.shape == beta.shape == x.shape[-1:]:
        raise ValueError(f"x {x.shape}, gamma {gamma.shape} and beta {beta.shape} do not fit")
    centred = x - x.mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)
    x_hat = centred * inverse_std
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std)


def layernorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of x, gamma and beta, given dout (..., d)."""
    x_hat, gamma, inverse_std = cache
    rows = tuple(range(dout.ndim - 1))
    dbeta = dout.sum(axis=rows)
    dgamma = (dout * x_hat).sum(axis=rows)
    g = gamma * dout
    g_mean = g.mean(axis=-1, keepdims=True)
    dx = inverse_std * (g - g_mean - x_hat * (g * x_hat).mean(axis=-1, keepdims=True))
    return dx, dgamma, dbeta


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "layernorm": [
            {"x": "normal(8, 5)", "gamma": "normal(5)", "beta": "normal(5)"},
            {"x": "normal(2, 3, 7, mean=1, std=2)", "gamma": "normal(7)", "beta": "normal(7)", "eps": 1e-3},
        ]
    }
