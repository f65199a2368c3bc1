"""Shape: the numbers may be right, but the gradient has not the shape of its argument."""

import numpy as np


def layer_norm_forward(x, gamma, beta, eps=1e-5):
    inv = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) * inv
    return gamma * xhat + beta, (xhat, inv, gamma)


def layer_norm_backward(dout, cache):
    xhat, inv, gamma = cache
    g = dout * gamma
    dx = inv * (g - g.mean(axis=1, keepdims=True) - xhat * (g * xhat).mean(axis=1, keepdims=True))
    dgamma = (dout * xhat).sum(axis=0)
    dbeta = dout
    return dx, dgamma, dbeta


class Linear:
    def __init__(self, in_features, out_features):
        rng = np.random.default_rng(1)
        self.W = rng.normal(size=(in_features, out_features)) / np.sqrt(in_features)
        self.b = np.zeros(out_features)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW = self.x.T @ dy
        self.db = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.T


def flatten(images):
    n = images.shape[0]

    def backprop(dy):
        return dy.ravel()

    return images.reshape(n, -1), backprop


def feature_scale_forward(x, scale):
    return x * scale, (x, scale)


def feature_scale_backward(dout, cache):
    x, scale = cache
    dx = dout * scale
    dscale = np.sum(dout * x)
    return dx, dscale


def dense_forward(x, w):
    """w is (out, in)"""
    return x @ w.T, {"x": x, "w": w}


def dense_backward(dout, cache):
    dx = dout @ cache["w"]
    dw = cache["x"].T @ dout
    return dx, dw


def squared_distance(x, centre):
    """Mean squared distance of the rows of x from one centre."""
    diff = x - centre
    n = x.shape[0]
    return np.sum(diff**2) / n, {"x": 2 * diff / n, "centre": -2 * diff / n}


PLANTED = {
    "layer_norm": {
        "argument": "beta",
        "finding": "shape",
        "cause": "not summed over the batch",
        "also": (),
        "index": None,
        "code": {"beta": "L106"},
    },
    "Linear": {
        "argument": "b",
        "finding": "shape",
        "cause": "keepdims left over",
        "also": (),
        "index": None,
        "code": {"b": "L106"},
    },
    "flatten": {
        "argument": "images",
        "finding": "shape",
        "cause": "ravelled",
        "also": (),
        "index": None,
        "code": {"images": "L106"},
    },
    "feature_scale": {
        "argument": "scale",
        "finding": "shape",
        "cause": "summed to a single number",
        "also": (),
        "index": None,
        "code": {"scale": "L106"},
    },
    "dense": {
        "argument": "w",
        "finding": "shape",
        "cause": "not transposed",
        "also": (),
        "index": None,
        "code": {"w": "L106"},
    },
    "squared_distance": {
        "argument": "centre",
        "finding": "shape",
        "cause": "not summed over the rows",
        "also": (),
        "index": None,
        "code": {"centre": "L106"},
    },
}


def gradcheck_cases():
    return {
        "layer_norm": {"x": "normal(6, 4)", "gamma": "normal(4, mean=1)", "beta": "normal(4)"},
        "Linear": {"in_features": 4, "out_features": 3, "x": "normal(6, 4)"},
        "flatten": {"images": "normal(2, 3, 4)"},
        "feature_scale": {"x": "normal(6, 4)", "scale": "normal(4)"},
        "dense": {"x": "normal(6, 4)", "w": "normal(3, 4)"},
        "squared_distance": {"x": "normal(6, 3)", "centre": "normal(3)"},
    }
