"""Stale state: the backward reads what an earlier forward, or the constructor, has left behind."""

import numpy as np

_ACTIVATIONS = {}


class Linear:
    """Right after the first forward and never again."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = None

    def forward(self, x):
        if self.x is None:
            self.x = x.copy()
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


def sigmoid_forward(x):
    """Keeps activations by shape, to save memory."""
    out = 1 / (1 + np.exp(-x))
    _ACTIVATIONS.setdefault(x.shape, out)
    return out, x.shape


def sigmoid_backward(dout, cache):
    s = _ACTIVATIONS[cache]
    return dout * s * (1 - s)


class BatchNorm:
    """Normalises with the statistics of the batch, and goes back with the running ones."""

    def __init__(self, gamma, beta, momentum=0.9, eps=1e-5):
        self.gamma, self.beta, self.momentum, self.eps = gamma, beta, momentum, eps
        self.running_mean = self.running_var = None

    def forward(self, x):
        mean, var = x.mean(axis=0), x.var(axis=0)
        if self.running_var is None:
            self.running_mean, self.running_var = np.zeros_like(mean), np.ones_like(var)
        self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
        self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        self.xhat = (x - mean) / np.sqrt(var + self.eps)
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        self.dgamma = (dout * self.xhat).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        g = dout * self.gamma
        inv = 1 / np.sqrt(self.running_var + self.eps)
        return inv * (g - g.mean(axis=0) - self.xhat * (g * self.xhat).mean(axis=0))


class MaxOverTime:
    def forward(self, x):
        self.shape = x.shape
        if not hasattr(self, "argmax"):
            self.argmax = x.argmax(axis=1)
        return x.max(axis=1)

    def backward(self, dout):
        dx = np.zeros(self.shape)
        dx[np.arange(self.shape[0]), self.argmax] = dout
        return dx


class TransposedLinear:
    """Transposes its weights once, when it is made; training changes W and leaves W_T behind."""

    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.default_rng(2).standard_normal((n_in, n_out))}
        self.W_T = self.params["W"].T.copy()
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"]

    def backward(self, dout):
        self.grads["W"] = self.x.T @ dout
        return dout @ self.W_T


PLANTED = {
    "Linear": {
        "argument": "W",
        "finding": "stale",
        "cause": "keeps the first x only",
        "also": (),
        "index": None,
        "code": {"W": "L109"},
    },
    "sigmoid": {
        "argument": "x",
        "finding": "stale",
        "cause": "a global keeps the first output of a shape",
        "also": (),
        "index": None,
        "code": {"x": "L109"},
    },
    "BatchNorm": {
        "argument": "x",
        "cause": "running variance for the batch's",
        "also": (),
        "index": None,
        "code": {"x": "L135"},
    },
    "MaxOverTime": {
        "argument": "x",
        "finding": "stale",
        "cause": "keeps the first argmax only",
        "also": (),
        "index": None,
    },
    "TransposedLinear": {
        "argument": "x",
        "finding": "stale",
        "cause": "keeps the first W only",
        "also": (),
        "index": None,
        "code": {"x": "L109"},
    },
}


def gradcheck_cases():
    return {
        "Linear": {"W": "normal(4, 3)", "b": "normal(3)", "x": "normal(6, 4)"},
        "sigmoid": {"x": "normal(6, 5)"},
        "BatchNorm": {
            "gamma": "normal(4, mean=1)",
            "beta": "normal(4)",
            "momentum": 0.9,
            "x": "normal(8, 4, std=2)",
        },
        "MaxOverTime": {"x": "normal(5, 6)"},
        "TransposedLinear": {"n_in": 4, "n_out": 3, "x": "normal(6, 4)"},
    }
