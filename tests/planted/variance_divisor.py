"""Variance divisor: the forward divides the variance by m and the backward by m - 1, or the reverse."""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_norm = (x - mu) / std
    out = gamma * x_norm + beta
    return out, (x, x_norm, mu, std, gamma)


def batchnorm_backward(dout, cache):
    x, x_norm, mu, std, gamma = cache
    m = x.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_norm, axis=0)
    dx_norm = dout * gamma
    dvar = np.sum(dx_norm * (x - mu) * -0.5 * std**-3, axis=0)
    dmu = np.sum(-dx_norm / std, axis=0)
    dx = dx_norm / std + dvar * 2 * (x - mu) / (m - 1) + dmu / m
    return dx, dgamma, dbeta


def standardize(x):
    """Columns with mean zero and sample deviation one."""
    m = len(x)
    s = x.std(axis=0, ddof=1)
    z = (x - x.mean(axis=0)) / s

    def backprop(dz):
        return (dz - dz.mean(axis=0) - z * (dz * z).sum(axis=0) / m) / s

    return z, backprop


class GroupNorm:
    def __init__(self, num_groups, gamma, beta):
        self.G = num_groups
        self.params = {"gamma": gamma, "beta": beta}
        self.grads = {}

    def forward(self, x):
        N, C, L = x.shape
        xg = x.reshape(N, self.G, -1)
        self.n = xg.shape[2]
        self.inv = 1 / np.sqrt(xg.var(axis=2, keepdims=True) + 1e-5)
        self.xhat = ((xg - xg.mean(axis=2, keepdims=True)) * self.inv).reshape(N, C, L)
        return self.xhat * self.params["gamma"][:, None] + self.params["beta"][:, None]

    def backward(self, dout):
        self.grads["gamma"] = (dout * self.xhat).sum(axis=(0, 2))
        self.grads["beta"] = dout.sum(axis=(0, 2))
        shape = (len(dout), self.G, -1)
        d = (dout * self.params["gamma"][:, None]).reshape(shape)
        h = self.xhat.reshape(shape)
        corr = np.sum(d * h, axis=2, keepdims=True) / (self.n - 1)
        return (self.inv * (d - d.mean(axis=2, keepdims=True) - h * corr)).reshape(dout.shape)


def variance_penalty(activations):
    """VICReg's idea: the sum of the unbiased variances of the columns."""
    m = activations.shape[0]
    centred = activations - activations.mean(axis=0)
    loss = float((centred**2).sum() / (m - 1))
    return loss, 2 * centred / m


PLANTED = {
    "batchnorm": {"argument": "x", "cause": "m - 1 for m", "also": (), "index": None, "code": {"x": "L121"}},
    "standardize": {
        "argument": "x",
        "cause": "m for m - 1",
        "also": (),
        "index": None,
        "code": {"x": "L121"},
    },
    "GroupNorm": {"argument": "x", "cause": "n - 1 for n", "also": (), "index": None, "code": {"x": "L121"}},
    "variance_penalty": {
        "argument": "activations",
        "cause": "m for m - 1",
        "also": (),
        "index": None,
        "code": {"activations": "L113"},
    },
}


def gradcheck_cases():
    return {
        "batchnorm": {
            "x": "normal(8, 5, mean=1, std=2)",
            "gamma": "normal(5, mean=1)",
            "beta": "normal(5)",
            "bn_param": {"mode": "train", "eps": 1e-5},
        },
        "standardize": {"x": "normal(7, 4, mean=-1, std=3)"},
        "GroupNorm": {
            "num_groups": 2,
            "gamma": "normal(4, mean=1)",
            "beta": "normal(4)",
            "x": "normal(3, 4, 5)",
        },
        "variance_penalty": {"activations": "normal(8, 5)"},
    }
