"""The derivatives of functions that people use as activations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradcheck.layers.target import Array


def _erf(z: Array) -> Array:
    return np.array([math.erf(v) for v in z.ravel()]).reshape(z.shape)


def _sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


def _gelu_tanh(z: Array) -> Array:
    u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    t = np.tanh(u)
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    result: Array = 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * inner
    return result


def _gelu_sigmoid(z: Array) -> Array:
    s = _sigmoid(1.702 * z)
    result: Array = s + 1.702 * z * s * (1 - s)
    return result


def _gelu(z: Array) -> Array:
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    result: Array = 0.5 * (1 + _erf(z / math.sqrt(2))) + z * density
    return result


def _silu(z: Array) -> Array:
    s = _sigmoid(z)
    result: Array = s * (1 + z * (1 - s))
    return result


def _mish(z: Array) -> Array:
    t = np.tanh(np.log1p(np.exp(z)))
    result: Array = t + z * (1 - t**2) * _sigmoid(z)
    return result


Function = Callable[[Array], Array]


SLOPES: dict[str, Function] = {
    "the identity, 1": np.ones_like,
    "a sigmoid, σ·(1 - σ)": lambda z: _sigmoid(z) * _sigmoid(-z),
    "a tanh, 1 - tanh²": lambda z: 1 - np.tanh(z) ** 2,
    "a softplus, σ(x)": _sigmoid,
    "a ReLU, 1 where x > 0": lambda z: (z > 0).astype(float),
    "the exact GELU, Φ(x) + x·φ(x)": _gelu,
    "the tanh approximation of GELU": _gelu_tanh,
    "the sigmoid approximation of GELU, x·σ(1.702·x)": _gelu_sigmoid,
    "a SiLU (swish), σ·(1 + x·(1 - σ))": _silu,
    "a Mish": _mish,
    "an exponential, exp(x)": np.exp,
    "a logarithm, 1/x": lambda z: 1 / z,
    "a sine, cos(x)": np.cos,
    "a cosine, -sin(x)": lambda z: -np.sin(z),
    "a square, 2·x": lambda z: 2 * z,
    "a softsign, 1/(1 + |x|)²": lambda z: 1 / (1 + np.abs(z)) ** 2,
    "an arctangent, 1/(1 + x²)": lambda z: 1 / (1 + z**2),
    "a Gaussian, -2·x·exp(-x²)": lambda z: -2 * z * np.exp(-(z**2)),
    "log(1 + x)": lambda z: 1 / (1 + z),
}
