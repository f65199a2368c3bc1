"""Overlap: where windows overlap or ids repeat, the gradient is assigned instead of added."""

import numpy as np


def maxpool_forward(x, pool_param):
    """x: (N, C, H, W); windows overlap when the stride is smaller than the window."""
    k, s = pool_param["size"], pool_param["stride"]
    N, C, H, W = x.shape
    Ho, Wo = (H - k) // s + 1, (W - k) // s + 1
    out = np.zeros((N, C, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = x[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return out, (x, pool_param)


def maxpool_backward(dout, cache):
    x, pool_param = cache
    k, s = pool_param["size"], pool_param["stride"]
    dx = np.zeros_like(x)
    N, C, Ho, Wo = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    window = x[n, c, i * s : i * s + k, j * s : j * s + k]
                    r, t = np.unravel_index(window.argmax(), window.shape)
                    dx[n, c, i * s + r, j * s + t] = dout[n, c, i, j]
    return dx


def conv_forward(x, w, b):
    """Valid 2-D correlation of (N, C, H, W) with (F, C, k, k)."""
    F, _, k, _ = w.shape
    N, _, H, W = x.shape
    out = np.empty((N, F, H - k + 1, W - k + 1))
    for i in range(H - k + 1):
        for j in range(W - k + 1):
            out[:, :, i, j] = np.tensordot(x[:, :, i : i + k, j : j + k], w, ([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w)


def conv_backward(dout, cache):
    x, w = cache
    k = w.shape[-1]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            dw += np.tensordot(d, x[:, :, i : i + k, j : j + k], (0, 0))
            dx[:, :, i : i + k, j : j + k] = np.tensordot(d, w, (1, 0))
    return dx, dw, db


def embed(table, ids):
    def backprop(dy):
        dtable = np.zeros_like(table)
        dtable[ids] += dy  # fancy indexing: of repeated ids only the last one counts
        return dtable

    return table[ids], backprop


class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        (W,) = self.params
        self.idx = idx
        return W[idx]

    def backward(self, dout):
        (dW,) = self.grads
        dW[...] = 0
        for i, word_id in enumerate(self.idx):
            dW[word_id] = dout[i]


def moving_average_forward(x, width=3):
    n = x.shape[1] - width + 1
    y = np.stack([x[:, t : t + width].mean(axis=1) for t in range(n)], axis=1)
    return y, (x.shape, width)


def moving_average_backward(dy, cache):
    shape, width = cache
    dx = np.zeros(shape)
    for t in range(dy.shape[1]):
        dx[:, t : t + width] = dy[:, t : t + 1] / width
    return dx


PLANTED = {
    "maxpool": {
        "argument": "x",
        "cause": "= for += where windows overlap",
        "also": (),
        "index": None,
        "code": {"x": "L129"},
    },
    "conv": {
        "argument": "x",
        "cause": "= for += where windows overlap",
        "also": (),
        "index": None,
        "code": {"x": "L129"},
    },
    "embed": {
        "argument": "table",
        "cause": "repeated ids count once",
        "also": (),
        "index": None,
        "code": {"table": "L129"},
    },
    "Embedding": {
        "argument": "W",
        "cause": "repeated ids count once",
        "also": (),
        "index": None,
        "code": {"W": "L129"},
    },
    "moving_average": {
        "argument": "x",
        "cause": "= for += where windows overlap",
        "also": (),
        "index": None,
        "code": {"x": "L129"},
    },
}


def gradcheck_cases():
    return {
        "maxpool": {"x": "normal(2, 2, 5, 5)", "pool_param": {"size": 3, "stride": 1}},
        "conv": {"x": "normal(2, 2, 5, 5)", "w": "normal(3, 2, 3, 3)", "b": "normal(3)"},
        "embed": {"table": "normal(4, 3)", "ids": "integers(0, 4, 10)"},
        "Embedding": {"W": "normal(5, 3)", "idx": "integers(0, 5, 12)"},
        "moving_average": {"x": "normal(3, 7)"},
    }
