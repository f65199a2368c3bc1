"""Cancelling: the errors add up to zero, so that the sum of the gradient is right."""

import numpy as np


def max_pool_forward(x, size):
    n, t = x.shape
    windows = x.reshape(n, t // size, size)
    return windows.max(axis=2), windows


def max_pool_backward(dout, cache):
    dx = np.zeros_like(cache)
    where = cache.argmin(axis=2)
    np.put_along_axis(dx, where[..., None], dout[..., None], axis=2)
    return dx.reshape(dx.shape[0], -1)


def sort_rows_forward(x):
    order = np.argsort(x, axis=1)
    return np.take_along_axis(x, order, axis=1), order


def sort_rows_backward(dout, cache):
    return np.take_along_axis(dout, cache, axis=1)


class Bias:
    def __init__(self, b):
        self.params, self.grads = {"b": b}, {}

    def forward(self, x):
        return x + self.params["b"]

    def backward(self, dout):
        db = dout.sum(axis=0)
        leak = 1e-3 * db[0]
        db[0] -= leak
        db[-1] += leak
        self.grads["b"] = db
        return dout.copy()


def roll(x):
    def backprop(dy):
        return np.roll(dy, 1, axis=1)

    return np.roll(x, 1, axis=1), backprop


def squared_error(x, t):
    """0.5 |x - t|^2, whose gradient is exchanged between two rows."""
    g = x - t
    loss = 0.5 * np.sum(g**2)
    g[[0, 1]] = g[[1, 0]]
    return loss, g


PLANTED = {
    "max_pool": {
        "argument": "x",
        "cause": "given to the smallest",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "sort_rows": {
        "argument": "x",
        "cause": "gathered for scattered",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "Bias": {
        "argument": "b",
        "cause": "the first leaks into the last",
        "also": (),
        "index": None,
        "code": {"b": "L136"},
    },
    "roll": {
        "argument": "x",
        "cause": "rolled on for rolled back",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "squared_error": {
        "argument": "x",
        "cause": "two rows exchanged",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
}


def gradcheck_cases():
    return {
        "max_pool": {"x": "normal(4, 6)", "size": 2},
        "sort_rows": {"x": "normal(4, 6)"},
        "Bias": {"b": "normal(5)", "x": "normal(6, 5)"},
        "roll": {"x": "normal(4, 6)"},
        "squared_error": {"x": "normal(5, 3)", "t": "normal(5, 3)"},
    }
