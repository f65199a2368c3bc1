"""Stride: the backward takes windows at other positions than the forward."""

import numpy as np


def conv_forward(x, w, stride=2):
    N, _, H, W = x.shape
    F, _, k, _ = w.shape
    Ho, Wo = (H - k) // stride + 1, (W - k) // stride + 1
    y = np.zeros((N, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3]))
    return y, (x, w, stride)


def conv_backward(dy, cache):
    x, w, stride = cache
    k = w.shape[2]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            patch = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            dw += np.tensordot(dy[:, :, i, j], patch, axes=(0, 0))
            dx[:, :, i : i + k, j : j + k] += np.tensordot(dy[:, :, i, j], w, axes=(1, 0))
    return dx, dw


def max_pool_forward(X, size=2, stride=2):
    n, h, w = X.shape
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    A = np.zeros((n, rows, cols))
    for i in range(rows):
        for j in range(cols):
            A[:, i, j] = X[:, i * stride : i * stride + size, j * stride : j * stride + size].max(axis=(1, 2))
    return A, {"X": X, "size": size, "stride": stride}


def max_pool_backward(dA, cache):
    X, size = cache["X"], cache["size"]
    dX = np.zeros(X.shape)
    for i in range(dA.shape[1]):
        for j in range(dA.shape[2]):
            window = X[:, i : i + size, j : j + size]
            mask = window == window.max(axis=(1, 2), keepdims=True)
            dX[:, i : i + size, j : j + size] += mask * dA[:, i, j][:, None, None]
    return dX


class Conv1D:
    def __init__(self, W, b, stride):
        self.W, self.b, self.stride = W, b, stride

    def forward(self, x):
        self.x = x
        F, _, K = self.W.shape
        self.T = (x.shape[2] - K) // self.stride + 1
        out = np.zeros((x.shape[0], F, self.T))
        for k in range(K):
            taps = x[:, :, k : k + self.stride * self.T : self.stride]
            out += np.einsum("nct,fc->nft", taps, self.W[:, :, k])
        return out + self.b[:, None]

    def backward(self, dout):
        self.dW, dx = np.zeros_like(self.W), np.zeros_like(self.x)
        self.db = dout.sum(axis=(0, 2))
        for k in range(self.W.shape[2]):
            self.dW[:, :, k] = np.einsum("nft,nct->fc", dout, self.x[:, :, k : k + self.T])
            dx[:, :, k : k + self.stride * self.T : self.stride] += np.einsum(
                "nft,fc->nct", dout, self.W[:, :, k]
            )
        return dx


def subsample(signal):
    """Every second sample."""

    def backprop(dy):
        return np.repeat(dy, 2, axis=1)

    return signal[:, ::2], backprop


PLANTED = {
    "conv": {
        "argument": "x",
        "cause": "the stride is forgotten",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "max_pool": {
        "argument": "X",
        "cause": "the stride is forgotten",
        "also": (),
        "index": None,
        "code": {"X": "L116"},
    },
    "Conv1D": {"argument": "W", "cause": "the stride is forgotten", "also": (), "index": None},
    "subsample": {
        "argument": "signal",
        "cause": "spread over the gaps",
        "also": (),
        "index": None,
        "code": {"signal": "L127"},
    },
}


def gradcheck_cases():
    return {
        "conv": {"x": "normal(2, 2, 5, 5)", "w": "normal(3, 2, 3, 3)"},
        "max_pool": {"X": "normal(3, 6, 6)"},
        "Conv1D": {"W": "normal(3, 2, 3)", "b": "normal(3)", "stride": 2, "x": "normal(2, 2, 9)"},
        "subsample": {"signal": "normal(3, 8)"},
    }
