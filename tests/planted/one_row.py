"""One row: the gradient is right except in one row, one column or at the ends."""

import numpy as np


def homogeneous_forward(x, w):
    """[x, 1] w: the last row of w is the bias."""
    extended = np.hstack([x, np.ones((x.shape[0], 1))])
    return extended @ w, (extended, w)


def homogeneous_backward(dout, cache):
    extended, w = cache
    dw = extended.T @ dout
    dw[-1] = 0  # the bias is not to be decayed
    return dout @ w[:-1].T, dw


class Embedding:
    """The row of the padding id is read by the forward and left out by the backward."""

    def __init__(self, weight, padding_idx=0):
        self.weight, self.padding_idx = weight, padding_idx

    def forward(self, ids):
        self.ids = ids
        return self.weight[ids]

    def backward(self, grad_output):
        self.dweight = np.zeros_like(self.weight)
        np.add.at(self.dweight, self.ids, grad_output)
        self.dweight[self.padding_idx] = 0


def linear(x, w, b):
    def backprop(dy):
        dx, dw, db = dy @ w.T, x.T @ dy, dy.sum(axis=0)
        dw[:, 0] = 0.5 * (dw[:, 0] + dw[:, 1])
        return dx, dw, db

    return x @ w + b, backprop


def trapezoid_forward(f, h=0.5):
    return h * (f[:, 1:] + f[:, :-1]).sum(axis=1) / 2, (f.shape, h)


def trapezoid_backward(dout, cache):
    """The two ends count half; not here."""
    shape, h = cache
    return np.broadcast_to(h * dout[:, None], shape).copy()


def causal_average(x, log_weights):
    """y_t = sum over s <= t of exp(log_weights_s) x_s, (T, D)."""
    lower = np.tril(np.ones((len(x), len(x))))
    a = np.exp(log_weights)

    def backprop(dy):
        later = lower.T @ dy
        dx = a[:, None] * later
        later[0] = later[1]  # the first step has no past
        return dx, a * (x * later).sum(axis=1)

    return lower @ (a[:, None] * x), backprop


PLANTED = {
    "homogeneous": {
        "argument": "w",
        "cause": "the last row is zero",
        "also": (),
        "index": None,
        "code": {"w": "L126"},
    },
    "Embedding": {
        "argument": "weight",
        "cause": "the row of the padding is zero",
        "also": (),
        "index": None,
        "code": {"weight": "L126"},
    },
    "linear": {
        "argument": "w",
        "cause": "the first column is mixed",
        "also": (),
        "index": None,
        "code": {"w": "L136"},
    },
    "trapezoid": {
        "argument": "f",
        "cause": "the ends count twice",
        "also": (),
        "index": None,
        "code": {"f": "L126"},
    },
    "causal_average": {
        "argument": "log_weights",
        "cause": "the first step misses itself",
        "also": (),
        "index": (0,),
        "code": {"log_weights": "L128"},
    },
}


def gradcheck_cases():
    return {
        "homogeneous": {"x": "normal(6, 4)", "w": "normal(5, 3)"},
        "Embedding": {"weight": "normal(4, 3)", "padding_idx": 0, "ids": "integers(0, 4, 60)"},
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 3)", "b": "normal(3)"},
        "trapezoid": {"f": "normal(4, 6)"},
        "causal_average": {"x": "normal(5, 3)", "log_weights": "normal(5, std=0.5)"},
    }
