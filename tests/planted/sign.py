"""Sign: a gradient or one of its terms has the opposite sign."""

import numpy as np


def mean_squared_error(y_pred, y_true):
    loss = np.mean(np.square(y_true - y_pred))
    grad = 2 * (y_true - y_pred) / y_true.size
    return loss, grad


def subtract_forward(a, b):
    return a - b, None


def subtract_backward(dout, cache):
    return dout, dout.copy()


def sigmoid_bce(logits, labels):
    """Binary cross-entropy of logits."""
    p = 1 / (1 + np.exp(-logits))
    loss = -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
    return loss, (labels - p) / logits.shape[0]


class Reciprocal:
    def forward(self, x):
        self.y = 1 / x
        return self.y

    def backward(self, dy):
        return dy * self.y**2


def gaussian_nll(mu, log_sigma, x):
    n = x.shape[0]
    z = (x - mu) / np.exp(log_sigma)
    loss = (0.5 * z**2 + log_sigma).sum() / n
    grads = {
        "mu": (z / np.exp(log_sigma)).sum(axis=0) / n,
        "log_sigma": (1 - z**2).sum(axis=0) / n,
    }
    return loss, grads


def complex_multiply(re, im, c, s):
    """(re + i im)(c + i s) for every pair, as in rotary embeddings; gives re and im side by side."""

    def backprop(d):
        dre_out, dim_out = np.split(d, 2, axis=1)
        dre = dre_out * c + dim_out * s
        dim = dre_out * s + dim_out * c
        dc = dre_out * re + dim_out * im
        ds = dim_out * re - dre_out * im
        return dre, dim, dc, ds

    return np.hstack([re * c - im * s, re * s + im * c]), backprop


PLANTED = {
    "mean_squared_error": {
        "argument": "y_pred",
        "cause": "t - y for y - t",
        "also": (),
        "index": None,
        "code": {"y_pred": "L112"},
    },
    "subtract": {"argument": "b", "cause": "+ for -", "also": (), "index": None, "code": {"b": "L112"}},
    "sigmoid_bce": {
        "argument": "logits",
        "cause": "t - p for p - t",
        "also": (),
        "index": None,
        "code": {"logits": "L112"},
    },
    "Reciprocal": {
        "argument": "x",
        "cause": "the minus of -1/x^2 is missing",
        "also": (),
        "index": None,
        "code": {"x": "L112"},
    },
    "gaussian_nll": {
        "argument": "mu",
        "cause": "the minus is missing",
        "also": (),
        "index": None,
        "code": {"mu": "L112"},
    },
    "complex_multiply": {
        "argument": "im",
        "cause": "one of two terms: + for -",
        "also": (),
        "index": None,
        "code": {"im": "L134"},
    },
}


def gradcheck_cases():
    return {
        "mean_squared_error": {"y_pred": "normal(6, 3)", "y_true": "normal(6, 3)"},
        "subtract": {"a": "normal(4, 3)", "b": "normal(4, 3)"},
        "sigmoid_bce": {"logits": "normal(9)", "labels": "bernoulli(9, p=0.5)"},
        "Reciprocal": {"x": "uniform(4, 3, low=0.5, high=2)"},
        "gaussian_nll": {"mu": "normal(3)", "log_sigma": "normal(3, std=0.3)", "x": "normal(6, 3)"},
        "complex_multiply": {
            "re": "normal(4, 3)",
            "im": "normal(4, 3)",
            "c": "normal(4, 3)",
            "s": "normal(4, 3)",
        },
    }
