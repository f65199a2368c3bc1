"""Exponent: a norm, a deviation or a distance enters the gradient with the wrong power."""

import numpy as np


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    xmu = x - mu
    var = (xmu**2).mean(axis=0)
    ivar = 1.0 / np.sqrt(var + eps)
    xhat = xmu * ivar
    return gamma * xhat + beta, (xhat, gamma, xmu, ivar, var, eps)


def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, var, eps = cache
    n = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    dvar = -0.5 * (dxhat * xmu).sum(axis=0) * (var + eps) ** -1.0
    dmu = -(dxhat * ivar).sum(axis=0) - 2.0 * dvar * xmu.mean(axis=0)
    dx = dxhat * ivar + 2.0 * dvar * xmu / n + dmu / n
    return dx, dgamma, dbeta


class LayerNorm:
    def __init__(self, gamma, beta, eps=1e-5):
        self.gamma, self.beta, self.eps = gamma, beta, eps

    def forward(self, x):
        self.centred = x - x.mean(axis=-1, keepdims=True)
        self.std = np.sqrt(np.mean(self.centred**2, axis=-1, keepdims=True) + self.eps)
        return self.gamma * self.centred / self.std + self.beta

    def backward(self, dout):
        self.dgamma = np.sum(dout * self.centred / self.std, axis=0)
        self.dbeta = np.sum(dout, axis=0)
        g = dout * self.gamma
        along = np.mean(g * self.centred, axis=-1, keepdims=True)
        return (g - g.mean(axis=-1, keepdims=True)) / self.std - self.centred * along / self.std**2


def rmsnorm(x, weight):
    d = x.shape[-1]
    r = np.sqrt((x**2).sum(-1, keepdims=True) / d + 1e-6)

    def backprop(dy):
        g = dy * weight
        dx = g / r - x * (g * x).sum(-1, keepdims=True) / (d * r**2)
        return dx, (dy * x / r).sum(0)

    return x / r * weight, backprop


def l2_normalize_forward(x):
    norm = np.linalg.norm(x, axis=1, keepdims=True)
    return x / norm, {"x": x, "norm": norm}


def l2_normalize_backward(dout, cache):
    x, norm = cache["x"], cache["norm"]
    dx = np.zeros_like(x)
    for i in range(x.shape[0]):
        dx[i] = dout[i] / norm[i] - x[i] * (x[i] @ dout[i]) / norm[i] ** 2
    return dx


def cauchy_kernel_forward(x, centre):
    """k = 1 / (1 + |x - c|^2)"""
    diff = x - centre
    k = 1.0 / (1.0 + (diff**2).sum(axis=1))
    return k, (diff, k)


def cauchy_kernel_backward(dout, cache):
    diff, k = cache
    ddiff = -2.0 * diff * (dout * k)[:, None]
    return ddiff, -ddiff.sum(axis=0)


PLANTED = {
    "batchnorm": {
        "argument": "x",
        "cause": "(var + eps)^-1 for ^-3/2",
        "also": (),
        "index": None,
        "code": {"x": "L121"},
    },
    "LayerNorm": {
        "argument": "x",
        "cause": "std^-2 for std^-3",
        "also": (),
        "index": None,
        "code": {"x": "L121"},
    },
    "rmsnorm": {"argument": "x", "cause": "r^-2 for r^-3", "also": (), "index": None, "code": {"x": "L121"}},
    "l2_normalize": {
        "argument": "x",
        "cause": "norm^-2 for norm^-3",
        "also": (),
        "index": None,
        "code": {"x": "L121"},
    },
    "cauchy_kernel": {
        "argument": "x",
        "cause": "k for k^2",
        "also": ("centre",),
        "index": None,
        "code": {"x": "L117", "centre": "L117"},
    },
}


def gradcheck_cases():
    scaled = {"gamma": "normal(5, mean=1)", "beta": "normal(5)"}
    return {
        "batchnorm": {"x": "normal(8, 5, mean=1, std=2)", **scaled},
        "LayerNorm": {"x": "normal(8, 5, mean=1, std=2)", **scaled},
        "rmsnorm": {"x": "normal(8, 5, std=2)", "weight": "normal(5, mean=1)"},
        "l2_normalize": {"x": "normal(8, 5)"},
        "cauchy_kernel": {"x": "normal(8, 3)", "centre": "normal(3)"},
    }
