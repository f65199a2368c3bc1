"""Dropout: the backward forgets the scale of the mask, has one too many, or draws another mask."""

import numpy as np


def dropout_forward(x, mask, keep=0.8):
    return x * mask / keep, mask


def dropout_backward(dout, cache):
    mask = cache
    return dout * mask


class Dropout:
    """Draws the same mask at each forward, for tests."""

    def __init__(self, p=0.5, seed=0):
        self.p = p
        self.seed = seed

    def forward(self, x):
        rng = np.random.default_rng(self.seed)
        self.mask = rng.random(x.shape) >= self.p
        return x * self.mask / (1 - self.p)

    def backward(self, dout):
        return dout * self.mask


def feature_dropout(x, kept):
    """Whole features are dropped; the scale is left to inference, as in the first paper."""
    keep = 0.75

    def backprop(dy):
        return dy * kept / keep

    return x * kept, backprop


def dropconnect_forward(x, w, mask, dropconnect_param):
    keep = dropconnect_param["keep"]
    masked = w * mask / keep
    return x @ masked, (x, masked, mask)


def dropconnect_backward(dout, cache):
    x, masked, mask = cache
    dx = dout @ masked.T
    dw = (x.T @ dout) * mask
    return dx, dw


class ResampledDropout:
    """The mask is to be the same in both directions, but its shape is drawn transposed."""

    def __init__(self, rate, seed):
        self.rate, self.seed = rate, seed

    def _mask(self, *shape):
        return (np.random.default_rng(self.seed).random(shape) >= self.rate) / (1 - self.rate)

    def forward(self, x):
        return x * self._mask(*x.shape)

    def backward(self, grad):
        return grad * self._mask(*grad.shape[::-1]).T


PLANTED = {
    "dropout": {
        "argument": "x",
        "cause": "1 / keep is missing",
        "also": (),
        "index": None,
        "code": {"x": "L113"},
    },
    "Dropout": {
        "argument": "x",
        "cause": "1 / (1 - p) is missing",
        "also": (),
        "index": None,
        "code": {"x": "L113"},
    },
    "feature_dropout": {
        "argument": "x",
        "cause": "1 / keep too many",
        "also": (),
        "index": None,
        "code": {"x": "L113"},
    },
    "dropconnect": {
        "argument": "w",
        "cause": "1 / keep is missing",
        "also": (),
        "index": None,
        "code": {"w": "L113"},
    },
    "ResampledDropout": {
        "argument": "x",
        "cause": "another mask",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
}


def gradcheck_cases():
    return {
        "dropout": {"x": "normal(6, 5)", "mask": "bernoulli(6, 5, p=0.8)"},
        "Dropout": {"p": 0.3, "seed": 3, "x": "normal(6, 5)"},
        "feature_dropout": {"x": "normal(4, 8)", "kept": "bernoulli(8, p=0.75)"},
        "dropconnect": {
            "x": "normal(6, 4)",
            "w": "normal(4, 3)",
            "mask": "bernoulli(4, 3, p=0.8)",
            "dropconnect_param": {"keep": 0.8},
        },
        "ResampledDropout": {"rate": 0.4, "seed": 5, "x": "normal(6, 5)"},
    }
