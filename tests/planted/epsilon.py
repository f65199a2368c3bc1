"""Epsilon: the forward adds an epsilon that the backward forgets, so that the error is small everywhere."""

import numpy as np


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, var, gamma)


def batchnorm_backward(dout, cache):
    x_hat, var, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma / (N * np.sqrt(var)) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


class LayerNorm:
    eps = 1e-3

    def __init__(self, dim):
        self.g = np.linspace(0.5, 1.5, dim)
        self.b = np.linspace(-1.0, 1.0, dim)

    def forward(self, x):
        self.x = x
        self.mu = x.mean(axis=-1, keepdims=True)
        self.var = x.var(axis=-1, keepdims=True)
        return self.g * (x - self.mu) / np.sqrt(self.var + self.eps) + self.b

    def backward(self, grad):
        d = grad.shape[-1]
        self.dg = (grad * (self.x - self.mu) / np.sqrt(self.var + self.eps)).sum(axis=0)
        self.db = grad.sum(axis=0)
        std = np.sqrt(self.var)
        dxhat = grad * self.g
        dvar = (dxhat * (self.x - self.mu)).sum(axis=-1, keepdims=True) * -0.5 / std**3
        dmu = -(dxhat / std).sum(axis=-1, keepdims=True)
        return dxhat / std + 2 * dvar * (self.x - self.mu) / d + dmu / d


def binary_cross_entropy(p, t, eps=1e-5):
    loss = -np.mean(t * np.log(p + eps) + (1 - t) * np.log(1 - p + eps))
    grad = -(t / p - (1 - t) / (1 - p)) / p.size
    return loss, grad


def cosine_similarity_forward(a, b, eps=1e-4):
    dot = np.sum(a * b, axis=1)
    na, nb = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    return dot / (na * nb + eps), (a, b, dot, na, nb)


def cosine_similarity_backward(dout, cache):
    a, b, dot, na, nb = cache
    cos = dot / (na * nb)
    da = dout[:, None] * (b / (na * nb)[:, None] - (cos / na**2)[:, None] * a)
    db = dout[:, None] * (a / (na * nb)[:, None] - (cos / nb**2)[:, None] * b)
    return da, db


def rms_norm(x, scale):
    ms = np.mean(x * x, axis=-1, keepdims=True)
    inv = 1 / np.sqrt(ms + 1e-5)

    def pullback(ct):
        inv0 = ms**-0.5
        weighted = ct * scale
        dx = inv0 * weighted - x * inv0**3 * np.mean(weighted * x, axis=-1, keepdims=True)
        return {"x": dx, "scale": np.sum(ct * x * inv, axis=0)}

    return x * inv * scale, pullback


PLANTED = {
    "batchnorm": {
        "argument": "x",
        "cause": "1/sqrt(var) for 1/sqrt(var + eps)",
        "also": (),
        "index": None,
        "code": {"x": "L122"},
    },
    "LayerNorm": {
        "argument": "x",
        "cause": "std without eps",
        "also": (),
        "index": None,
        "code": {"x": "L122"},
    },
    "binary_cross_entropy": {
        "argument": "p",
        "cause": "1/p for 1/(p + eps)",
        "also": (),
        "index": None,
        "code": {"p": "L122"},
    },
    "cosine_similarity": {"argument": "a", "cause": "eps left out", "also": ("b",), "index": None},
    "rms_norm": {
        "argument": "x",
        "cause": "ms^-1/2 for (ms + eps)^-1/2",
        "also": (),
        "index": None,
        "code": {"x": "L122"},
    },
}


def gradcheck_cases():
    return {
        "batchnorm": {"x": "normal(8, 5)", "gamma": "normal(5, mean=1)", "beta": "normal(5)"},
        "LayerNorm": {"dim": 6, "x": "normal(4, 6, mean=1)"},
        "binary_cross_entropy": {"p": "uniform(6, 4, low=0.1, high=0.9)", "t": "bernoulli(6, 4, p=0.5)"},
        "cosine_similarity": {"a": "normal(6, 4)", "b": "normal(6, 4)"},
        "rms_norm": {"x": "normal(5, 4)", "scale": "normal(4, mean=1)"},
    }
