"""Product rule: an argument occurs twice, and one of the two terms is missing."""

import numpy as np


def gram_forward(x):
    return x @ x.T, x


def gram_backward(dout, cache):
    return dout @ cache


class Highway:
    """g h + (1 - g) x"""

    def forward(self, x, h, g):
        self.x, self.h, self.g = x, h, g
        return g * h + (1 - g) * x

    def backward(self, dout):
        dx = dout * (1 - self.g)
        dh = dout * self.g
        dg = dout * self.h
        return dx, dh, dg


def factorization_machine(x, v):
    """0.5 sum_f ((x v)_f^2 - (x^2 v^2)_f)"""
    s = x @ v

    def backprop(dy):
        dx = dy[:, None] * (s @ v.T - x * (v**2).sum(axis=1))
        dv = x.T @ (dy[:, None] * s)
        return dx, dv

    return 0.5 * (s**2 - (x**2) @ (v**2)).sum(axis=1), backprop


def entropy(p):
    """-sum p log p, averaged over the rows"""
    n = p.shape[0]
    return -(p * np.log(p)).sum() / n, -np.log(p) / n


def mish_forward(x):
    t = np.tanh(np.log1p(np.exp(x)))
    return x * t, {"x": x, "t": t}


def mish_backward(dout, cache):
    x, t = cache["x"], cache["t"]
    return dout * x * (1 - t**2) / (1 + np.exp(-x))


PLANTED = {
    "gram": {
        "argument": "x",
        "cause": "dout x for (dout + dout.T) x",
        "also": (),
        "index": None,
        "code": {"x": "L134"},
    },
    "Highway": {"argument": "g", "cause": "h for h - x", "also": (), "index": None, "code": {"g": "L124"}},
    "factorization_machine": {
        "argument": "v",
        "cause": "-x^2 v is missing",
        "also": (),
        "index": None,
        "code": {"v": "L124"},
    },
    "entropy": {
        "argument": "p",
        "cause": "log p for log p + 1",
        "also": (),
        "index": None,
        "code": {"p": "L124"},
    },
    "mish": {
        "argument": "x",
        "cause": "tanh(softplus(x)) is missing",
        "also": (),
        "index": None,
        "code": {"x": "L124"},
    },
}


def gradcheck_cases():
    return {
        "gram": {"x": "normal(5, 3)"},
        "Highway": {"x": "normal(4, 3)", "h": "normal(4, 3)", "g": "uniform(4, 3, low=0.1, high=0.9)"},
        "factorization_machine": {"x": "normal(5, 4)", "v": "normal(4, 3)"},
        "entropy": {"p": "uniform(5, 4, low=0.1, high=0.9)"},
        "mish": {"x": "normal(6, 5)"},
    }
