"""Off by one: a slice of the backward begins or ends one place too early or too late."""

import numpy as np


def difference_forward(x):
    """x[t + 1] - x[t]"""
    return x[:, 1:] - x[:, :-1], x.shape


def difference_backward(dout, cache):
    dx = np.zeros(cache)
    dx[:, 1:] += dout
    dx[:, :-2] -= dout[:, :-1]
    return dx


class Concat:
    def forward(self, a, b):
        self.n = a.shape[1]
        return np.hstack((a, b))

    def backward(self, dout):
        return dout[:, : self.n], dout[:, self.n - 1 : -1]


def cumulative_sum(x):
    def backprop(dy):
        reversed_sum = np.cumsum(dy[:, ::-1], axis=1)[:, ::-1]
        return np.hstack([reversed_sum[:, 1:], np.zeros((len(x), 1))])

    return np.cumsum(x, axis=1), backprop


def trailing_mean_forward(x, k=3):
    """Mean of the last k steps, of fewer at the beginning."""
    y = np.stack([x[:, max(0, t - k + 1) : t + 1].mean(axis=1) for t in range(x.shape[1])], axis=1)
    return y, {"x": x, "k": k}


def trailing_mean_backward(dy, cache):
    x, k = cache["x"], cache["k"]
    dx = np.zeros_like(x)
    for t in range(x.shape[1]):
        count = min(k, t + 1)
        dx[:, max(0, t - k) : t] += dy[:, t : t + 1] / count
    return dx


class PeepholeGates:
    """Three gates from one matrix product: sigmoid, sigmoid, tanh."""

    def __init__(self, W):
        self.W, self.H = W, W.shape[1] // 3

    def forward(self, x):
        H = self.H
        z = x @ self.W
        out = np.empty_like(z)
        out[:, : 2 * H] = 1 / (1 + np.exp(-z[:, : 2 * H]))
        out[:, 2 * H :] = np.tanh(z[:, 2 * H :])
        self.x, self.out = x, out
        return out.copy()

    def backward(self, dout):
        H, out = self.H, self.out
        dz = dout * out * (1 - out)
        dz[:, 2 * H + 1 :] = dout[:, 2 * H + 1 :] * (1 - out[:, 2 * H + 1 :] ** 2)
        self.dW = self.x.T @ dz
        return dz @ self.W.T


PLANTED = {
    "difference": {
        "argument": "x",
        "cause": "the last but one is left out",
        "also": (),
        "index": None,
        "code": {"x": "L134"},
    },
    "Concat": {
        "argument": "b",
        "cause": "one place too early",
        "also": (),
        "index": None,
        "code": {"b": "L118"},
    },
    "cumulative_sum": {
        "argument": "x",
        "cause": "the term itself is left out",
        "also": (),
        "index": None,
        "code": {"x": "L124"},
    },
    "trailing_mean": {
        "argument": "x",
        "cause": "one step too early",
        "also": (),
        "index": None,
        "code": {"x": "L118"},
    },
    "PeepholeGates": {
        "argument": "W",
        "cause": "one place too late",
        "also": ("x",),
        "index": None,
        "code": {"x": "L117", "W": "L117"},
    },
}


def gradcheck_cases():
    return {
        "difference": {"x": "normal(4, 6)"},
        "Concat": {"a": "normal(4, 3)", "b": "normal(4, 5)"},
        "cumulative_sum": {"x": "normal(4, 5)"},
        "trailing_mean": {"x": "normal(3, 6)"},
        "PeepholeGates": {"W": "normal(4, 6, std=0.5)", "x": "normal(5, 4)"},
    }
