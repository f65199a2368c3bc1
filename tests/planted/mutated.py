"""Mutation: forward or backward writes into an argument, the upstream gradient or the cache."""

import numpy as np


def scale_norm_forward(x, g):
    norm = np.linalg.norm(x, axis=1, keepdims=True)
    unit = x / norm
    return g * unit, {"unit": unit, "norm": norm, "g": g}


def scale_norm_backward(dout, cache):
    """Right the first time; the second call finds a cache that is used up."""
    unit, norm = cache["unit"], cache["norm"]
    dg = np.array([np.sum(dout * unit)])
    dunit = cache["g"] * dout
    along = np.sum(dunit * unit, axis=1, keepdims=True)
    unit *= along
    dx = (dunit - unit) / norm
    return {"x": dx, "g": dg}


def relu_forward(x):
    x[x < 0] = 0
    return x, x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def prelu_forward(x, a):
    return np.where(x > 0, x, a * x), (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    negative = x <= 0
    dx = dout
    dx[negative] *= a
    da = (dout * x)[negative].sum()
    return dx, np.array([da])


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out.copy()

    def backward(self, dout):
        self.out **= 2
        return dout * (1 - self.out)


def demean(x):
    """Columns with mean zero, in place: no copy, no memory."""
    x -= x.mean(axis=0)

    def backprop(dy):
        return dy - dy.mean(axis=0)

    return x.copy(), backprop


def cross_entropy(scores, labels):
    rows = np.arange(len(labels))
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=1, keepdims=True)
    loss = -np.log(probs[rows, labels]).mean()
    probs[rows, labels] -= 1
    return loss, probs / len(labels)


PLANTED = {
    "scale_norm": {
        "argument": None,
        "finding": "mutated",
        "cause": "the backward overwrites the cache",
        "also": (),
        "index": None,
    },
    "relu": {
        "argument": None,
        "finding": "mutated",
        "cause": "the forward overwrites x",
        "also": (),
        "index": None,
    },
    "prelu": {
        "argument": "a",
        "finding": "mutated",
        "cause": "dout is overwritten before its last use",
        "also": (),
        "index": None,
        "code": {"a": "L117"},
    },
    "Tanh": {
        "argument": None,
        "finding": "mutated",
        "cause": "the backward overwrites the cache",
        "also": (),
        "index": None,
    },
    "demean": {
        "argument": None,
        "finding": "mutated",
        "cause": "the forward overwrites x",
        "also": (),
        "index": None,
    },
    "cross_entropy": {
        "argument": None,
        "finding": "mutated",
        "cause": "the forward overwrites the scores",
        "also": (),
        "index": None,
    },
}


def gradcheck_cases():
    return {
        "scale_norm": {"x": "normal(5, 4)", "g": "uniform(1, low=0.5, high=2)"},
        "relu": {"x": "normal(6, 5)"},
        "prelu": {"x": "normal(6, 5)", "a": "uniform(1, low=0.1, high=0.5)"},
        "Tanh": {"x": "normal(6, 5)"},
        "demean": {"x": "normal(6, 4, mean=1)"},
        "cross_entropy": {"scores": "normal(6, 5)", "labels": "integers(0, 5, 6)"},
    }
