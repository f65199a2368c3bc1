"""Averaging: divided by the batch size once too often, or a mean where the forward has a sum."""

import numpy as np


def mse_loss(prediction, target):
    n = prediction.shape[0]
    diff = (prediction - target) / n
    loss = n * np.sum(diff**2)
    return loss, 2 * diff / n


def softmax_loss(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = np.exp(log_probs) / N
    dx[np.arange(N), y] -= 1 / N
    dx /= N
    return loss, dx


def linear_forward(A, W, b):
    """Examples in columns; the gradients below already contain 1/m, as in the course."""
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return Z, cache


def linear_backward(dZ, cache):
    A_prev, W, _ = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def scale_shift_forward(x, gamma, beta):
    return x * gamma + beta, {"x": x, "gamma": gamma}


def scale_shift_backward(dout, cache):
    return {
        "x": dout * cache["gamma"],
        "gamma": np.mean(dout * cache["x"], axis=0),
        "beta": np.mean(dout, axis=0),
    }


class SquaredError:
    """0.5 * |y - t|^2 for each sample, summed over the features"""

    def forward(self, y, t):
        self.y, self.t = y, t
        return 0.5 * np.sum((y - t) ** 2, axis=1)

    def backward(self, dout):
        return dout[:, None] * (self.y - self.t) / self.y.shape[0]


PLANTED = {
    "mse_loss": {
        "argument": "prediction",
        "cause": "1/N twice",
        "also": (),
        "index": None,
        "code": {"prediction": "L113"},
    },
    "softmax_loss": {"argument": "x", "cause": "1/N twice", "also": (), "index": None, "code": {"x": "L113"}},
    "linear": {
        "argument": "W",
        "cause": "mean for sum",
        "also": ("b",),
        "index": None,
        "code": {"W": "L113", "b": "L113"},
    },
    "scale_shift": {
        "argument": "gamma",
        "cause": "mean for sum",
        "also": ("beta",),
        "index": None,
        "code": {"gamma": "L113", "beta": "L113"},
    },
    "SquaredError": {
        "argument": "y",
        "cause": "divided by N",
        "also": (),
        "index": None,
        "code": {"y": "L113"},
    },
}


def gradcheck_cases():
    return {
        "mse_loss": {"prediction": "normal(8, 3)", "target": "normal(8, 3)"},
        "softmax_loss": {"x": "normal(6, 5)", "y": "integers(0, 5, 6)"},
        "linear": {"A": "normal(4, 6)", "W": "normal(3, 4)", "b": "normal(3, 1)"},
        "scale_shift": {"x": "normal(8, 5)", "gamma": "normal(5)", "beta": "normal(5)"},
        "SquaredError": {"y": "normal(6, 3)", "t": "normal(6, 3)"},
    }
