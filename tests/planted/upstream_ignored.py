"""Upstream ignored: the backward returns the local derivative and leaves the upstream gradient out."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return (cache > 0).astype(float)


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = self.out * (1.0 - self.out)
        return dx


def linear(x, w, b):
    def backprop(dy):
        ones = np.ones_like(dy)
        return dy @ w.T, x.T @ ones, ones.sum(axis=0)

    return x @ w + b, backprop


def row_mean_forward(x):
    return x.mean(axis=1), x.shape


def row_mean_backward(dout, cache):
    n, d = cache
    return np.full((n, d), 1.0 / d)


class L2Penalty:
    """coefficient / 2 * |w|^2, to be weighted by what comes after"""

    def __init__(self, coefficient=0.1):
        self.coefficient = coefficient

    def forward(self, w):
        self.w = w
        return np.array(0.5 * self.coefficient * np.sum(w**2))

    def backward(self, grad):
        return self.coefficient * self.w


PLANTED = {
    "relu": {"argument": "x", "cause": "upstream ignored", "also": (), "index": None, "code": {"x": "L130"}},
    "Sigmoid": {
        "argument": "x",
        "cause": "upstream ignored",
        "also": (),
        "index": None,
        "code": {"x": "L130"},
    },
    "linear": {
        "argument": "w",
        "cause": "upstream ignored",
        "also": ("b",),
        "index": None,
        "code": {"w": "L130", "b": "L130"},
    },
    "row_mean": {
        "argument": "x",
        "cause": "upstream ignored",
        "also": (),
        "index": None,
        "code": {"x": "L130"},
    },
    "L2Penalty": {
        "argument": "w",
        "cause": "upstream ignored",
        "also": (),
        "index": None,
        "code": {"w": "L130"},
    },
}


def gradcheck_cases():
    return {
        "relu": {"x": "normal(6, 5)"},
        "Sigmoid": {"x": "normal(6, 5)"},
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 3)", "b": "normal(3)"},
        "row_mean": {"x": "normal(6, 4)"},
        "L2Penalty": {"coefficient": 0.1, "w": "normal(4, 3)"},
    }
