"""Factor: the gradient is a constant multiple of what it should be."""

import numpy as np


def mse(y, t):
    return ((y - t) ** 2).mean(), (y - t) / y.size


def ridge_loss(w, x, t, reg=0.1):
    r = x @ w - t
    loss = (r @ r) / len(t) + reg * (w @ w)
    dw = 2 * x.T @ r / len(t) + reg * w
    return loss, {"w": dw}


class AvgPool2d:
    """2 x 2, no overlap."""

    def forward(self, x):
        N, C, H, W = x.shape
        return x.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))

    def backward(self, dout):
        return np.repeat(np.repeat(dout, 2, axis=2), 2, axis=3)


def pairwise_distance(a, b):
    """|a_i - b_j|^2 for all i, j."""

    def backprop(dd):
        da = 2 * (dd.sum(axis=1)[:, None] * a - dd @ b)
        db = dd.sum(axis=0)[:, None] * b - dd.T @ a
        return da, db

    return (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T, backprop


def label_smoothing_forward(logp, target, smoothing=0.1):
    """Expects log-probabilities; target one-hot."""
    k = logp.shape[1]
    q = (1 - smoothing) * target + smoothing / k
    return -(q * logp).sum(axis=1), q


def label_smoothing_backward(dout, cache):
    return -dout[:, None] * cache * cache.shape[1]


PLANTED = {
    "mse": {"argument": "y", "cause": "1 for 2", "also": (), "index": None, "code": {"y": "L113"}},
    "ridge_loss": {
        "argument": "w",
        "cause": "reg for 2 reg",
        "also": (),
        "index": None,
        "code": {"w": "L124"},
    },
    "AvgPool2d": {
        "argument": "x",
        "cause": "1/4 is missing",
        "also": (),
        "index": None,
        "code": {"x": "L113"},
    },
    "pairwise_distance": {
        "argument": "b",
        "cause": "1 for 2",
        "also": (),
        "index": None,
        "code": {"b": "L113"},
    },
    "label_smoothing": {
        "argument": "logp",
        "cause": "k for 1",
        "also": (),
        "index": None,
        "code": {"logp": "L113"},
    },
}


def gradcheck_cases():
    return {
        "mse": {"y": "normal(6, 3)", "t": "normal(6, 3)"},
        "ridge_loss": {"w": "normal(4)", "x": "normal(8, 4)", "t": "normal(8)"},
        "AvgPool2d": {"x": "normal(2, 2, 4, 4)"},
        "pairwise_distance": {"a": "normal(4, 3)", "b": "normal(5, 3)"},
        "label_smoothing": {"logp": "uniform(6, 4, low=-3, high=-0.5)", "target": "onehot(6, 4)"},
    }
