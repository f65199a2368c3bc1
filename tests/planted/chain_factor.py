"""Chain factor: the derivative of one step of a composition is left out."""

import numpy as np


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh = cache
    da = dnext_h
    dx, dprev_h = da @ Wx.T, da @ Wh.T
    dWx, dWh = x.T @ da, prev_h.T @ da
    return dx, dprev_h, dWx, dWh, da.sum(axis=0)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = _sigmoid(ai), _sigmoid(af), _sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tc**2)
    dai = dc * g * i * (1 - i)
    daf = dc * prev_c
    dao = dnext_h * tc * o * (1 - o)
    dag = dc * i * (1 - g**2)
    da = np.hstack([dai, daf, dao, dag])
    dx, dprev_h, dprev_c = da @ Wx.T, da @ Wh.T, dc * f
    dWx, dWh, db = x.T @ da, prev_h.T @ da, da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def attention(q, k, v):
    s = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)

    def backprop(dy):
        dp = dy @ v.T
        ds = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
        return ds @ k, ds.T @ q, p.T @ dy

    return p @ v, backprop


class GLU:
    """a * sigmoid(b) for the two halves of the features."""

    def forward(self, x):
        self.a, b = np.split(x, 2, axis=-1)
        self.gate = _sigmoid(b)
        return self.a * self.gate

    def backward(self, dout):
        return np.concatenate([dout * self.gate, dout * self.a], axis=-1)


def tempered_softmax_forward(logits, temperature=2.0):
    z = logits / temperature
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y, {"y": y, "temperature": temperature}


def tempered_softmax_backward(dout, cache):
    y = cache["y"]
    return y * (dout - np.sum(dout * y, axis=-1, keepdims=True))


PLANTED = {
    "rnn_step": {
        "argument": "x",
        "cause": "1 - tanh^2 is missing",
        "also": ("prev_h", "Wx", "Wh", "b"),
        "index": None,
        "code": {"x": "L117", "prev_h": "L117", "Wx": "L117", "Wh": "L117", "b": "L117"},
    },
    "lstm_step": {
        "argument": "x",
        "cause": "f (1 - f) is missing",
        "also": ("prev_h", "Wx", "Wh", "b"),
        "index": None,
        "code": {"Wx": "L126", "Wh": "L126", "b": "L126"},
    },
    "attention": {
        "argument": "q",
        "cause": "1 / sqrt d is missing",
        "also": ("k",),
        "index": None,
        "code": {"q": "L113", "k": "L113"},
    },
    "GLU": {
        "argument": "x",
        "cause": "the slope of the gate is missing",
        "also": (),
        "index": None,
        "code": {"x": "L117"},
    },
    "tempered_softmax": {
        "argument": "logits",
        "cause": "1 / temperature is missing",
        "also": (),
        "index": None,
        "code": {"logits": "L113"},
    },
}


def gradcheck_cases():
    return {
        "rnn_step": {
            "x": "normal(4, 3)",
            "prev_h": "normal(4, 5)",
            "Wx": "normal(3, 5, std=0.5)",
            "Wh": "normal(5, 5, std=0.5)",
            "b": "normal(5)",
        },
        "lstm_step": {
            "x": "normal(4, 3)",
            "prev_h": "normal(4, 2)",
            "prev_c": "normal(4, 2)",
            "Wx": "normal(3, 8, std=0.5)",
            "Wh": "normal(2, 8, std=0.5)",
            "b": "normal(8)",
        },
        "attention": {"q": "normal(4, 3)", "k": "normal(5, 3)", "v": "normal(5, 2)"},
        "GLU": {"x": "normal(5, 6)"},
        "tempered_softmax": {"logits": "normal(5, 4)"},
    }
