"""Half line: right for inputs of one sign and wrong for the other."""

import numpy as np


def elu_forward(x, alpha=0.7):
    out = np.where(x > 0, x, alpha * np.expm1(x))
    return out, (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    return dout * np.where(x > 0, alpha, alpha * np.exp(x))


def absolute(x):
    def backprop(dy):
        return dy

    return np.abs(x), backprop


class LeakyReLU:
    def __init__(self, negative_slope=0.2):
        self.negative_slope = negative_slope

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.negative_slope * x)

    def backward(self, delta):
        return delta * np.where(self.mask, 1.0, -self.negative_slope)


def quantile_loss(predicted, observed, q=0.9):
    r = observed - predicted
    loss = np.mean(np.maximum(q * r, (q - 1) * r))
    grad = np.where(r > 0, -q, q) / r.size
    return loss, grad


def softplus_forward(x):
    """Stable for large |x|."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), {"x": x}


def softplus_backward(dout, cache):
    x = cache["x"]
    return dout * np.where(x > 0, 1.0, 1 / (1 + np.exp(-x)))


PLANTED = {
    "elu": {
        "argument": "x",
        "cause": "slope alpha for 1 where x > 0",
        "also": (),
        "index": None,
        "code": {"x": "L127"},
    },
    "absolute": {
        "argument": "x",
        "cause": "slope 1 for -1 where x < 0",
        "also": (),
        "index": None,
        "code": {"x": "L127"},
    },
    "LeakyReLU": {
        "argument": "x",
        "cause": "the wrong sign where x < 0",
        "also": (),
        "index": None,
        "code": {"x": "L127"},
    },
    "quantile_loss": {
        "argument": "predicted",
        "cause": "q for 1 - q where r < 0",
        "also": (),
        "index": None,
        "code": {"predicted": "L127"},
    },
    "softplus": {
        "argument": "x",
        "cause": "slope 1 for sigmoid where x > 0",
        "also": (),
        "index": None,
        "code": {"x": "L117"},
    },
}


def gradcheck_cases():
    return {
        "elu": {"x": "normal(6, 5)"},
        "absolute": {"x": "normal(6, 5)"},
        "LeakyReLU": {"negative_slope": 0.2, "x": "normal(6, 5)"},
        "quantile_loss": {"predicted": "normal(8, 3)", "observed": "normal(8, 3)"},
        "softplus": {"x": "normal(6, 5)"},
    }
