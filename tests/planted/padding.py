"""Padding: the backward crops, counts or folds back the padded border differently from the forward."""

import numpy as np


def conv_forward(x, w, b, conv_param):
    pad, stride = conv_param["pad"], conv_param["stride"]
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.zeros((N, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            window = xp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = np.einsum("nchw,fchw->nf", window, w) + b
    return out, (xp, w, conv_param)


def conv_backward(dout, cache):
    xp, w, conv_param = cache
    pad, stride = conv_param["pad"], conv_param["stride"]
    HH, WW = w.shape[2:]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)
            dw += np.einsum("nf,nchw->fchw", dout[:, :, i, j], xp[:, :, rows, cols])
            dxp[:, :, rows, cols] += np.einsum("nf,fchw->nchw", dout[:, :, i, j], w)
    dx = dxp[:, :, : -2 * pad, : -2 * pad]
    return dx, dw, dout.sum(axis=(0, 2, 3))


def causal_conv(x, kernel):
    """y[t] = sum_k kernel[k] x[t - k] for a batch of signals, zero before the beginning."""
    K, T = len(kernel), x.shape[1]
    padded = np.pad(x, ((0, 0), (K - 1, 0)))
    y = sum(kernel[k] * padded[:, K - 1 - k : K - 1 - k + T] for k in range(K))

    def backprop(dy):
        dpadded = np.zeros_like(padded)
        dkernel = np.zeros_like(kernel)
        for k in range(K):
            window = slice(K - 1 - k, K - 1 - k + T)
            dpadded[:, window] += kernel[k] * dy
            dkernel[k] = (dy * padded[:, window]).sum()
        return dpadded[:, : -(K - 1)], dkernel

    return y, backprop


def replicate_pad_forward(x, p=2):
    return np.pad(x, ((0, 0), (p, p)), mode="edge"), p


def replicate_pad_backward(dout, cache):
    p = cache
    return dout[:, p:-p].copy()


def reflect_pad(x, p):
    def backprop(dy):
        dx = dy[:, p:-p].copy()
        dx[:, 1 : p + 1] += dy[:, :p]
        dx[:, -p - 1 : -1] += dy[:, -p:]
        return dx

    return np.pad(x, [(0, 0), (p, p)], mode="reflect"), backprop


class AvgPool1d:
    """Same-size average pooling that leaves the padding out of the count."""

    def __init__(self, kernel_size=3):
        self.k = kernel_size

    def forward(self, x):
        half = self.k // 2
        self.length = x.shape[1]
        out = np.zeros_like(x)
        for t in range(self.length):
            out[:, t] = x[:, max(0, t - half) : t + half + 1].mean(axis=1)
        return out

    def backward(self, dout):
        half = self.k // 2
        dx = np.zeros_like(dout)
        for t in range(self.length):
            dx[:, max(0, t - half) : t + half + 1] += dout[:, t : t + 1] / self.k
        return dx


PLANTED = {
    "conv": {
        "argument": "x",
        "cause": "the padding is cropped on one side only",
        "also": (),
        "index": None,
        "code": {"x": "L118"},
    },
    "causal_conv": {
        "argument": "x",
        "cause": "the padding is cropped at the end",
        "also": (),
        "index": None,
        "code": {"x": "L118"},
    },
    "replicate_pad": {
        "argument": "x",
        "cause": "the border is not added back",
        "also": (),
        "index": None,
        "code": {"x": "L128"},
    },
    "reflect_pad": {
        "argument": "x",
        "cause": "the border is added unreflected",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "AvgPool1d": {
        "argument": "x",
        "cause": "the padding is counted",
        "also": (),
        "index": None,
        "code": {"x": "L134"},
    },
}


def gradcheck_cases():
    return {
        "conv": {
            "x": "normal(2, 2, 4, 4)",
            "w": "normal(3, 2, 3, 3)",
            "b": "normal(3)",
            "conv_param": {"stride": 1, "pad": 1},
        },
        "causal_conv": {"x": "normal(3, 8)", "kernel": "normal(3)"},
        "replicate_pad": {"x": "normal(3, 5)"},
        "reflect_pad": {"x": "normal(3, 6)", "p": 2},
        "AvgPool1d": {"kernel_size": 3, "x": "normal(3, 6)"},
    }
