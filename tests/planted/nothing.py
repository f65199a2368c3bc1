"""Nothing: the gradient is zero, None, not a number, or cut to integers."""

import numpy as np


def batch_norm_forward(x, gamma, beta):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return gamma * xhat + beta, xhat


def batch_norm_backward(dout, cache):
    dx = np.zeros_like(dout)  # later
    return dx, (dout * cache).sum(axis=0), dout.sum(axis=0)


def relu6(x):
    def backprop(dy):
        return dy * ((x > 6) & (x < 0))

    return np.clip(x, 0, 6), backprop


def linear_forward(x, w, b):
    return x @ w + b, (x, w)


def linear_backward(dout, cache):
    x, w = cache
    db = None
    return dout @ w.T, x.T @ dout, db


class Mask:
    """Inverted dropout with a given mask; 0 / 0 in the backward."""

    def forward(self, x, mask):
        self.x, self.out = x, x * mask * 1.25
        return self.out

    def backward(self, dout):
        with np.errstate(invalid="ignore"):
            return dout * 1.25 * self.out / self.out


def gather_forward(x, columns):
    return x[:, columns], (x.shape, columns)


def gather_backward(dout, cache):
    shape, columns = cache
    dx = np.zeros(shape, dtype=int)
    dx[:, columns] = dout
    return dx


PLANTED = {
    "batch_norm": {"argument": "x", "cause": "zero", "also": (), "index": None, "code": {"x": "L111"}},
    "relu6": {
        "argument": "x",
        "cause": "zero, for the mask is never true",
        "also": (),
        "index": None,
        "code": {"x": "L111"},
    },
    "linear": {
        "argument": "b",
        "finding": "missing",
        "cause": "None",
        "also": (),
        "index": None,
        "code": {"b": "L105"},
    },
    "Mask": {
        "argument": "x",
        "finding": "nan",
        "cause": "0 / 0",
        "also": (),
        "index": None,
        "code": {"x": "L107"},
    },
    "gather": {
        "argument": "x",
        "finding": "dtype",
        "cause": "made integers",
        "also": (),
        "index": None,
        "code": {"x": "L137"},
    },
}


def gradcheck_cases():
    return {
        "batch_norm": {"x": "normal(8, 5)", "gamma": "normal(5, mean=1)", "beta": "normal(5)"},
        "relu6": {"x": "normal(6, 5, mean=3, std=3)"},
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 3)", "b": "normal(3)"},
        "Mask": {"x": "normal(8, 5)", "mask": "bernoulli(8, 5, p=0.8)"},
        "gather": {"x": "normal(4, 6)", "columns": [4, 0, 3]},
    }
