"""Rounded constant: a constant with six digits makes every element wrong by one part in 10^6."""

import numpy as np


def decibel_forward(power):
    return 10 * np.log10(power), power


def decibel_backward(dout, cache):
    return dout * 4.34294 / cache


class SELU:
    alpha = 1.6732632423543772
    scale = 1.0507009873554805

    def forward(self, x):
        self.x = x
        return self.scale * np.where(x > 0, x, self.alpha * np.expm1(x))

    def backward(self, dout):
        return 1.0507 * dout * np.where(self.x > 0, 1.0, self.alpha * np.exp(self.x))


def attention(q, k, v):
    """Eight features per head."""
    s = q @ k.T / np.sqrt(8)
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)

    def backprop(dy):
        dp = dy @ v.T
        ds = p * (dp - (dp * p).sum(axis=1, keepdims=True)) * 0.353553
        return ds @ k, ds.T @ q, p.T @ dy

    return p @ v, backprop


def fourier_forward(t, frequency):
    return np.sin(np.pi * t * frequency), {"t": t, "frequency": frequency}


def fourier_backward(grad_out, cache):
    t, frequency = cache["t"], cache["frequency"]
    inner = grad_out * np.cos(np.pi * t * frequency)
    return {"t": 3.14159 * inner * frequency, "frequency": np.pi * (inner * t).sum(axis=0)}


def nats_to_bits(probabilities):
    """The entropy in bits, averaged over the rows."""
    n = len(probabilities)
    log2 = np.log2(probabilities)
    loss = -(probabilities * log2).sum() / n
    return loss, -(np.log(probabilities) + 1) * 1.442694 / n


PLANTED = {
    "decibel": {
        "argument": "power",
        "cause": "4.34294 for 10 / ln 10",
        "also": (),
        "index": None,
        "code": {"power": "L114"},
    },
    "SELU": {
        "argument": "x",
        "cause": "1.0507 for 1.0507009873554805",
        "also": (),
        "index": None,
        "code": {"x": "L114"},
    },
    "attention": {
        "argument": "q",
        "cause": "0.353553 for 1 / sqrt 8",
        "also": ("k",),
        "index": None,
        "code": {"q": "L114", "k": "L114"},
    },
    "fourier": {"argument": "t", "cause": "3.14159 for pi", "also": (), "index": None, "code": {"t": "L114"}},
    "nats_to_bits": {
        "argument": "probabilities",
        "cause": "1.442694 for 1 / ln 2",
        "also": (),
        "index": None,
        "code": {"probabilities": "L114"},
    },
}


def gradcheck_cases():
    return {
        "decibel": {"power": "uniform(6, 5, low=0.5, high=2)"},
        "SELU": {"x": "normal(6, 5)"},
        "attention": {"q": "normal(4, 8)", "k": "normal(5, 8)", "v": "normal(5, 3)"},
        "fourier": {"t": "uniform(6, 4, low=-1, high=1)", "frequency": "normal(4)"},
        "nats_to_bits": {"probabilities": "uniform(5, 4, low=0.1, high=0.9)"},
    }
