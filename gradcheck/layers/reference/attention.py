"""Scaled dot-product attention: y = p v,  p = softmax(s) over the keys,  s = q kᵀ / √d.

With ``causal``, query i sees the keys 0 to i only: s_ij = −∞ for j > i.

With dy = dL/dy:  dL/dv = pᵀ dy,  dp = dy vᵀ,  ds = p (dp − Σ_j dp p),
dL/dq = ds k / √d,  dL/dk = dsᵀ q / √d.

Source: Vaswani and others, "Attention Is All You Need" (2017).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[Array, Array, Array, Array]


def attention_forward(q: Array, k: Array, v: Array, causal: bool = False) -> tuple[Array, Cache]:
    """y (..., n, e) of the queries q (..., n, d), keys k (..., t, d) and values v (..., t, e), t at least 1.

    The leading axes, such as batch and heads, are the same for all three.
    Raises ValueError if the shapes do not fit.

    >>> attention_forward(np.ones((2, 1)), np.ones((2, 1)), np.array([[2.0], [4.0]]), causal=True)[0].tolist()
    [[2.0], [3.0]]
    """
    # Leading axes that broadcast would need gradients that are summed over them.
    if k.shape != (*q.shape[:-2], k.shape[-2], q.shape[-1]) or v.shape[:-1] != k.shape[:-1]:
        raise ValueError(f"q {q.shape}, k {k.shape} and v {v.shape} do not fit")
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=np.bool_), scores, -np.inf)
    # Every query sees key 0, so that the largest score is finite.
    exponential = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = exponential / exponential.sum(axis=-1, keepdims=True)
    return p @ v, (q, k, v, p)


def attention_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """The gradients of q, k and v, given dout (..., n, e). What is masked has p = 0 and passes nothing on."""
    q, k, v, p = cache
    dp = dout @ v.swapaxes(-1, -2)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) / math.sqrt(q.shape[-1])
    dq = ds @ k
    dk = ds.swapaxes(-1, -2) @ q
    dv = p.swapaxes(-1, -2) @ dout
    return dq, dk, dv


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at: one head, batched heads, causal, and more queries than keys."""
    return {
        "attention": [
            {"q": "normal(5, 3)", "k": "normal(4, 3)", "v": "normal(4, 2)"},
            {"q": "normal(2, 3, 4, 5)", "k": "normal(2, 3, 6, 5)", "v": "normal(2, 3, 6, 2)"},
            {"q": "normal(2, 4, 3)", "k": "normal(2, 4, 3)", "v": "normal(2, 4, 5)", "causal": True},
            {"q": "normal(5, 3)", "k": "normal(3, 3)", "v": "normal(3, 2)", "causal": True},
        ]
    }
