"""Order: axes are permuted, or gradients of the same shape are handed to the wrong argument."""

import numpy as np


def scale_shift_forward(x, gamma, beta):
    return x * gamma + beta, (x, gamma)


def scale_shift_backward(dout, cache):
    x, gamma = cache
    return dout * gamma, dout.sum(axis=0), (dout * x).sum(axis=0)


def attention_forward(q, k, v):
    scores = np.einsum("btd,bsd->bts", q, k) / np.sqrt(q.shape[-1])
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p @ v, {"q": q, "k": k, "v": v, "p": p}


def attention_backward(dout, cache):
    q, k, v, p = cache["q"], cache["k"], cache["v"], cache["p"]
    dp = np.einsum("btd,bsd->bts", dout, v)
    ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return {
        "dq": np.einsum("bts,btd->bsd", ds, q),
        "dk": np.einsum("bts,bsd->btd", ds, k),
        "dv": np.einsum("bts,btd->bsd", p, dout),
    }


def permute_forward(x, axes):
    return np.transpose(x, axes), tuple(axes)


def permute_backward(dout, cache):
    return np.transpose(dout, cache)


class SplitHeads:
    """(B, T, H d) to (B, H, T, d)."""

    def __init__(self, heads: int) -> None:
        self.heads = heads

    def forward(self, x: np.ndarray) -> np.ndarray:
        batch, time, width = self.shape = x.shape
        return x.reshape(batch, time, self.heads, width // self.heads).transpose(0, 2, 1, 3)

    def backward(self, grad: np.ndarray) -> np.ndarray:
        return grad.reshape(self.shape)


def concat(left, right):
    n = left.shape[1]

    def backprop(dy):
        return dy[:, n:], dy[:, :n]

    return np.concatenate([left, right], axis=1), backprop


PLANTED = {
    "scale_shift": {
        "argument": "gamma",
        "cause": "gamma and beta swapped",
        "also": ("beta",),
        "index": None,
        "code": {"gamma": "L132", "beta": "L132"},
    },
    "attention": {
        "argument": "q",
        "cause": "q and k swapped",
        "also": ("k",),
        "index": None,
        "code": {"q": "L132", "k": "L132"},
    },
    "permute": {
        "argument": "x",
        "cause": "the permutation for its inverse",
        "also": (),
        "index": None,
        "code": {"x": "L115"},
    },
    "SplitHeads": {
        "argument": "x",
        "cause": "reshaped without transposing back",
        "also": (),
        "index": None,
        "code": {"x": "L116"},
    },
    "concat": {
        "argument": "left",
        "cause": "left and right swapped",
        "also": ("right",),
        "index": None,
        "code": {"left": "L132", "right": "L132"},
    },
}


def gradcheck_cases():
    return {
        "scale_shift": {"x": "normal(6, 4)", "gamma": "normal(4)", "beta": "normal(4)"},
        "attention": {"q": "normal(2, 4, 3)", "k": "normal(2, 4, 3)", "v": "normal(2, 4, 3)"},
        "permute": {"x": "normal(3, 3, 3)", "axes": [1, 2, 0]},
        "SplitHeads": {"heads": 2, "x": "normal(2, 3, 4)"},
        "concat": {"left": "normal(4, 3)", "right": "normal(4, 3)"},
    }
