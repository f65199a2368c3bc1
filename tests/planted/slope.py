"""Slope: the derivative is that of another activation or another constant."""

import math

import numpy as np


def leaky_relu_forward(x, alpha=0.01):
    out = np.where(x > 0, x, alpha * x)
    return out, x


def leaky_relu_backward(dout, cache):
    dx = np.array(dout, copy=True)
    dx[cache <= 0] *= 0.1
    return dx


def gelu(x):
    """x Phi(x) with the error function itself."""
    cdf = 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))

    def backprop(dy):
        s = 1 / (1 + np.exp(-1.702 * x))
        return dy * (s + 1.702 * x * s * (1 - s))

    return x * cdf, backprop


class ELU:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, z):
        self.z = z
        self.a = np.where(z > 0, z, self.alpha * (np.exp(z) - 1))
        return self.a

    def backward(self, dz):
        return dz * np.where(self.z > 0, 1.0, self.a)


def softplus_forward(x, beta=2.0):
    return np.log1p(np.exp(beta * x)) / beta, (x, beta)


def softplus_backward(dout, cache):
    x, _ = cache
    return dout / (1 + np.exp(-x))


def silu_forward(x):
    sig = 1.0 / (1.0 + np.exp(-x))
    return x * sig, {"x": x, "sig": sig}


def silu_backward(grad_output, cache):
    x, sig = cache["x"], cache["sig"]
    return grad_output * sig * (1 + x) * (1 - sig)


def huber_loss(pred, target, delta=0.5):
    r = pred - target
    small = np.abs(r) <= delta
    loss = np.where(small, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta)).mean()
    grad = np.where(small, r, np.sign(r)) / r.size
    return loss, grad


PLANTED = {
    "leaky_relu": {
        "argument": "x",
        "cause": "slope 0.1 for 0.01",
        "also": (),
        "index": None,
        "code": {"x": "L127"},
    },
    "gelu": {
        "argument": "x",
        "cause": "the slope of the sigmoid approximation",
        "also": (),
        "index": None,
        "code": {"x": "L125"},
    },
    "ELU": {"argument": "z", "cause": "a for a + alpha", "also": (), "index": None, "code": {"z": "L124"}},
    "softplus": {
        "argument": "x",
        "cause": "sigmoid(x) for sigmoid(beta x)",
        "also": (),
        "index": None,
        "code": {"x": "L125"},
    },
    "silu": {
        "argument": "x",
        "cause": "a bracket in the wrong place",
        "also": (),
        "index": None,
        "code": {"x": "L124"},
    },
    "huber_loss": {
        "argument": "pred",
        "cause": "slope 1 for delta",
        "also": (),
        "index": None,
        "code": {"pred": "L113 L127"},
    },
}


def gradcheck_cases():
    return {
        "leaky_relu": {"x": "normal(6, 5)"},
        "gelu": {"x": "normal(6, 5)"},
        "ELU": {"alpha": 0.8, "z": "normal(6, 5)"},
        "softplus": {"x": "normal(6, 5)"},
        "silu": {"x": "normal(6, 5)"},
        "huber_loss": {"pred": "normal(6, 3, std=2)", "target": "normal(6, 3)"},
    }
