"""Batch normalisation in training, the variance with 1/m.

Per column:  μ = (1/m) Σ x_i,  σ² = (1/m) Σ (x_i − μ)²,  x̂_i = (x_i − μ) / √(σ² + ε),  y_i = γ x̂_i + β.

With dy = dL/dy:  dL/dβ = Σ dy_i,  dL/dγ = Σ dy_i x̂_i,
dL/dx_i = γ / √(σ² + ε) · (dy_i − (1/m) dL/dβ − (1/m) x̂_i dL/dγ).

Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
Internal Covariate Shift" (2015).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array]


def batchnorm_forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Cache]:
    """y (m, d) of x (m, d), gamma (d), beta (d).

    A batch of one gives β, an empty batch nothing. Raises ValueError if the shapes do not fit.

    >>> batchnorm_forward(np.array([[1.0], [3.0]]), np.ones(1), np.ones(1), eps=0.0)[0].tolist()
    [[0.0], [2.0]]
    """
    if not gamma.shape == beta.shape == x.shape[1:]:
        raise ValueError(f"x {x.shape}, gamma {gamma.shape} and beta {beta.shape} do not fit")
    m = max(len(x), 1)  # an empty batch has sums of 0: any divisor will do
    centred = x - x.sum(axis=0) / m
    inverse_std = 1 / np.sqrt((centred * centred).sum(axis=0) / m + eps)
    x_hat = centred * inverse_std
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std)


def batchnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of x, gamma and beta, given dout (m, d)."""
    x_hat, gamma, inverse_std = cache
    m = max(len(dout), 1)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = gamma * inverse_std * (dout - dbeta / m - x_hat * (dgamma / m))
    return dx, dgamma, dbeta


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "batchnorm": [
            {"x": "normal(8, 5)", "gamma": "normal(5)", "beta": "normal(5)"},
            {"x": "normal(3, 7, mean=1, std=2)", "gamma": "normal(7)", "beta": "normal(7)", "eps": 1e-3},
        ]
    }
