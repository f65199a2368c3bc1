"""Group normalisation: the channels of an example in groups, each group normalised by itself.

Per example and group of n entries:  μ = (1/n) Σ x,  σ² = (1/n) Σ (x − μ)²,  x̂ = (x − μ) / √(σ² + ε);
then per channel c:  y = γ_c x̂ + β_c.

With g = γ_c dL/dy, means over the group:  dL/dx = (g − mean(g) − x̂ mean(g x̂)) / √(σ² + ε);
dL/dγ_c = Σ dL/dy x̂,  dL/dβ_c = Σ dL/dy, over examples and positions.

Source: Wu and He, "Group Normalization" (2018).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array]


def groupnorm_forward(
    x: Array, gamma: Array, beta: Array, groups: int, eps: float = 1e-5
) -> tuple[Array, Cache]:
    """y, shaped like x (m, c, ...), of gamma (c), beta (c); ``groups`` divides c.

    Raises ValueError if the shapes do not fit or the channels do not divide into the groups.

    >>> groupnorm_forward(np.array([[1.0, 3.0, 4.0, 8.0]]), np.ones(4), np.zeros(4), 2, eps=0.0)[0].tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """
    m, c, *positions = x.shape
    if not gamma.shape == beta.shape == (c,):
        raise ValueError(f"x {x.shape}, gamma {gamma.shape} and beta {beta.shape} do not fit")
    if groups < 1 or c % groups:
        raise ValueError(f"{c} channels do not divide into {groups} groups")
    # The length is written out because reshape cannot infer it from an empty batch.
    grouped = x.reshape(m, groups, c // groups * math.prod(positions))
    centred = grouped - grouped.mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)
    x_hat = (centred * inverse_std).reshape(x.shape)
    per_channel = (c, *(1,) * len(positions))
    return gamma.reshape(per_channel) * x_hat + beta.reshape(per_channel), (x_hat, gamma, inverse_std)


def groupnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of x, gamma and beta, given dout (m, c, ...)."""
    x_hat, gamma, inverse_std = cache
    m, c, *positions = dout.shape
    all_but_channel = (0, *range(2, dout.ndim))
    dbeta = dout.sum(axis=all_but_channel)
    dgamma = (dout * x_hat).sum(axis=all_but_channel)
    grouped = (m, inverse_std.shape[1], c // inverse_std.shape[1] * math.prod(positions))
    g = (gamma.reshape(c, *(1,) * len(positions)) * dout).reshape(grouped)
    x_hat = x_hat.reshape(grouped)
    dx = g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)
    dx = (inverse_std * dx).reshape(dout.shape)
    return dx, dgamma, dbeta


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "groupnorm": [
            {"x": "normal(2, 6, 3, 2)", "gamma": "normal(6)", "beta": "normal(6)", "groups": 3},
            {"x": "normal(3, 4, 5, mean=1, std=2)", "gamma": "normal(4)", "beta": "normal(4)", "groups": 1},
            {"x": "normal(2, 4, 3)", "gamma": "normal(4)", "beta": "normal(4)", "groups": 4, "eps": 1e-3},
        ]
    }
