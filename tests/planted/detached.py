"""Detached path: something that depends on the argument is treated as a constant."""

import numpy as np


def layernorm_forward(x, gamma, beta):
    mu, sd = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    xhat = (x - mu) / sd
    return gamma * xhat + beta, {"xhat": xhat, "sd": sd, "gamma": gamma}


def layernorm_backward(dout, cache):
    dxhat = dout * cache["gamma"]
    dx = (dxhat - dxhat.mean(axis=-1, keepdims=True)) / cache["sd"]
    return {"x": dx, "gamma": (dout * cache["xhat"]).sum(axis=0), "beta": dout.sum(axis=0)}


def unit_length(v):
    norm = np.sqrt(np.sum(v**2, axis=1, keepdims=True))

    def backprop(dy):
        return dy / norm

    return v / norm, backprop


class Residual:
    """x + relu(x w)"""

    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        self.hidden = np.maximum(x @ self.w, 0)
        return x + self.hidden

    def backward(self, dout):
        dhidden = dout * (self.hidden > 0)
        self.dw = self.x.T @ dhidden
        return dhidden @ self.w.T


def self_attention(x, wq, wk, wv):
    """The gradient of x is taken through the values alone."""
    q, k, v = x @ wq, x @ wk, x @ wv
    scale = 1 / np.sqrt(wq.shape[1])
    s = q @ k.T * scale
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)

    def backprop(dy):
        dv = p.T @ dy
        dp = dy @ v.T
        ds = p * (dp - (dp * p).sum(axis=1, keepdims=True)) * scale
        return dv @ wv.T, x.T @ (ds @ k), x.T @ (ds.T @ q), x.T @ dv

    return p @ v, backprop


def rnn_forward(x, w, u):
    """x: (T, N, D); the last hidden state of h_t = tanh(x_t w + h_{t-1} u)."""
    hs = [np.zeros((x.shape[1], u.shape[0]))]
    for x_t in x:
        hs.append(np.tanh(x_t @ w + hs[-1] @ u))
    return hs[-1], (x, w, u, hs)


def rnn_backward(dh, cache):
    """Truncated after one step."""
    x, w, _, hs = cache
    da = dh * (1 - hs[-1] ** 2)
    dx = np.zeros_like(x)
    dx[-1] = da @ w.T
    return dx, x[-1].T @ da, hs[-2].T @ da


PLANTED = {
    "layernorm": {
        "argument": "x",
        "cause": "the deviation is a constant",
        "also": (),
        "index": None,
        "code": {"x": "L121"},
    },
    "unit_length": {
        "argument": "v",
        "cause": "the norm is a constant",
        "also": (),
        "index": None,
        "code": {"v": "L121"},
    },
    "Residual": {
        "argument": "x",
        "cause": "the skip connection is missing",
        "also": (),
        "index": None,
        "code": {"x": "L124"},
    },
    "self_attention": {"argument": "x", "cause": "the weights are constants", "also": (), "index": None},
    "rnn": {
        "argument": "x",
        "cause": "the previous state is a constant",
        "also": ("w", "u"),
        "index": None,
        "code": {"x": "L126"},
    },
}


def gradcheck_cases():
    return {
        "layernorm": {"x": "normal(5, 4)", "gamma": "normal(4, mean=1)", "beta": "normal(4)"},
        "unit_length": {"v": "normal(5, 4)"},
        "Residual": {"w": "normal(4, 4)", "x": "normal(6, 4)"},
        "self_attention": {
            "x": "normal(5, 4)",
            "wq": "normal(4, 3, std=0.5)",
            "wk": "normal(4, 3, std=0.5)",
            "wv": "normal(4, 2)",
        },
        "rnn": {"x": "normal(4, 2, 3)", "w": "normal(3, 5, std=0.5)", "u": "normal(5, 5, std=0.5)"},
    }
