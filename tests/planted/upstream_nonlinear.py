"""Upstream non-linear: the backward is not a linear function of the upstream gradient."""

import numpy as np


def tanh_forward(x):
    y = np.tanh(x)
    return y, y


def tanh_backward(dout, cache):
    return np.abs(dout) * (1 - cache**2)


def relu_forward(x):
    """With the guided backward, which was written for pictures and is no derivative."""
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    dx = np.maximum(dout, 0)
    dx[cache <= 0] = 0
    return dx


class Scale:
    def __init__(self, gamma):
        self.gamma = gamma
        self.dgamma = None

    def forward(self, x):
        self.x = x
        return x * self.gamma

    def backward(self, dout):
        self.dgamma = np.sum(dout**2 * self.x, axis=0)
        return dout * self.gamma


def square(x):
    def backprop(dy):
        return 2 * x * np.sign(dy)

    return x**2, backprop


def linear_forward(x, w):
    return x @ w, (x, w)


def linear_backward(dout, cache):
    x, w = cache
    dout = np.clip(dout, -0.1, 0.1)  # against exploding gradients
    return dout @ w.T, x.T @ dout


class UnitGradient:
    """Identity whose gradient is scaled to length one."""

    def forward(self, x):
        return x.copy()

    def backward(self, grad):
        return grad / (np.linalg.norm(grad) + 1e-12)


PLANTED = {
    "tanh": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "|dy|",
        "also": ("x",),
        "index": None,
        "code": {"x": "L131"},
    },
    "relu": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "max(dy, 0)",
        "also": ("x",),
        "index": None,
        "code": {"x": "L131"},
    },
    "Scale": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "dy^2",
        "also": ("gamma",),
        "index": None,
        "code": {"gamma": "L131"},
    },
    "square": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "sign(dy)",
        "also": ("x",),
        "index": None,
        "code": {"x": "L131"},
    },
    "linear": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "clip",
        "also": ("x", "w"),
        "index": None,
        "code": {"x": "L131", "w": "L131"},
    },
    "UnitGradient": {
        "argument": None,
        "finding": "nonlinear",
        "cause": "dy / |dy|",
        "also": ("x",),
        "index": None,
        "code": {"x": "L131"},
    },
}


def gradcheck_cases():
    return {
        "tanh": {"x": "normal(6, 5)"},
        "relu": {"x": "normal(6, 5)"},
        "Scale": {"gamma": "normal(4)", "x": "normal(6, 4)"},
        "square": {"x": "normal(6, 5)"},
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 3)"},
        "UnitGradient": {"x": "normal(6, 5)"},
    }
