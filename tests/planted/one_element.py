"""One element: a single entry in 10^4 is wrong by one part in 10^3."""

import numpy as np


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    dw[37, 61] *= 1.001
    db = dout.sum(axis=0)
    return dx, dw, db


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        dx = dy * self.y * (1 - self.y)
        dx[-1, -1] -= 1e-3 * dx[-1, -1]
        return dx


def embedding(table, ids):
    def backprop(dy):
        dtable = np.zeros_like(table)
        np.add.at(dtable, ids, dy)
        dtable[123, 7] *= 0.999
        return dtable

    return table[ids], backprop


def pointwise_conv_forward(x, w):
    """1 x 1 convolution: (N, C, H, W) with (F, C)."""
    return np.einsum("nchw,fc->nfhw", x, w, optimize=True), {"x": x, "w": w}


def pointwise_conv_backward(dout, cache):
    dw = np.einsum("nfhw,nchw->fc", dout, cache["x"], optimize=True)
    dw[0, 99] += 1e-3 * dw[0, 99]
    dx = np.einsum("nfhw,fc->nchw", dout, cache["w"], optimize=True)
    return dx, dw


PLANTED = {
    "affine": {
        "argument": "w",
        "cause": "1.001 at one weight",
        "also": (),
        "index": (37, 61),
        "code": {"w": "L126"},
    },
    "Sigmoid": {
        "argument": "x",
        "cause": "0.999 at the last element",
        "also": (),
        "index": (99, 99),
        "code": {"x": "L126"},
    },
    "embedding": {
        "argument": "table",
        "cause": "0.999 at one entry",
        "also": (),
        "index": (123, 7),
        "code": {"table": "L126"},
    },
    "pointwise_conv": {
        "argument": "w",
        "cause": "1.001 at a corner",
        "also": (),
        "index": (0, 99),
        "code": {"w": "L126"},
    },
}


def gradcheck_cases():
    return {
        "affine": {"x": "normal(20, 100)", "w": "normal(100, 100)", "b": "normal(100)"},
        "Sigmoid": {"x": "normal(100, 100)"},
        "embedding": {"table": "normal(500, 20)", "ids": list(range(499, -1, -1))},
        "pointwise_conv": {"x": "normal(2, 100, 3, 3)", "w": "normal(100, 100)"},
    }
