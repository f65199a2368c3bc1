"""Reduction: a gradient is summed over the wrong axis, over too many or over too few; the shape is right."""

import numpy as np


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = np.sum(dout, axis=1)  # as many features as samples: nobody notices
    return dx, dw, db


def channel_scale_forward(x, gamma):
    """One factor per channel of an N, C, H, W image."""
    return x * gamma[None, :, None, None], (x, gamma)


def channel_scale_backward(dout, cache):
    x, gamma = cache
    dgamma = np.sum(dout * x, axis=(0, 1, 3))
    dx = dout * gamma[None, :, None, None]
    return dx, dgamma


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    def forward(self, x):
        self.x = x
        return x.dot(self.W) + self.b

    def backward(self, dout):
        self.dW[...] = self.x.T.dot(dout)
        self.db[...] = np.sum(dout)
        return dout.dot(self.W.T)


def add_position(tokens, position):
    """tokens (N, T, D) + position (T, D)"""

    def backprop(dy):
        return dy, dy[0]

    return tokens + position, backprop


def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, p


def softmax_backward(dp, cache):
    p = cache
    return p * (dp - (dp * p).sum(axis=0, keepdims=True))


def row_sum_forward(x):
    return x.sum(axis=1), x.shape


def row_sum_backward(dout, cache):
    n, d = cache
    dx = np.empty((n, d))
    for j in range(d):
        dx[:, j] = dout[j]
    return dx


PLANTED = {
    "affine": {
        "argument": "b",
        "cause": "summed over the wrong axis",
        "also": (),
        "index": None,
        "code": {"b": "L119"},
    },
    "channel_scale": {
        "argument": "gamma",
        "cause": "summed over the wrong axes",
        "also": (),
        "index": None,
        "code": {"gamma": "L119"},
    },
    "Dense": {
        "argument": "b",
        "cause": "summed over every axis",
        "also": (),
        "index": None,
        "code": {"b": "L119"},
    },
    "add_position": {
        "argument": "position",
        "cause": "not summed over the batch",
        "also": (),
        "index": None,
        "code": {"position": "L119"},
    },
    "softmax": {
        "argument": "z",
        "cause": "summed over the wrong axis",
        "also": (),
        "index": None,
        "code": {"z": "L119"},
    },
    "row_sum": {
        "argument": "x",
        "cause": "spread along the wrong axis",
        "also": (),
        "index": None,
        "code": {"x": "L115"},
    },
}


def gradcheck_cases():
    return {
        "affine": {"x": "normal(6, 4)", "w": "normal(4, 6)", "b": "normal(6)"},
        "channel_scale": {"x": "normal(2, 4, 4, 3)", "gamma": "normal(4)"},
        "Dense": {"W": "normal(5, 3)", "b": "normal(3)", "x": "normal(4, 5)"},
        "add_position": {"tokens": "normal(3, 4, 5)", "position": "normal(4, 5)"},
        "softmax": {"z": "normal(6, 5)"},
        "row_sum": {"x": "normal(5, 5)"},
    }
