"""Elementwise layers and gates with one mistake each."""

import numpy as np


def _logistic(v):
    return 1 / (1 + np.exp(-v))


def softsign_forward(v):
    return v / (1 + np.abs(v)), v


def softsign_backward(up, v):
    return up / (1 + np.abs(v))


def swish_forward(v, steep=1.5):
    s = _logistic(steep * v)
    return v * s, (v, s, steep)


def swish_backward(up, kept):
    _, s, _ = kept
    return up * s


def hard_sigmoid_forward(v):
    return np.clip(0.2 * v + 0.5, 0, 1), v


def hard_sigmoid_backward(up, v):
    return up * 0.2


def inverse_root_forward(v):
    return v**-0.5, v


def inverse_root_backward(up, v):
    return up * -0.5 * v**-0.5


def tanh_shrink_forward(v):
    t = np.tanh(v)
    return v - t, t


def tanh_shrink_backward(up, t):
    return up * (1 - t**2)


def logit_forward(prob):
    return np.log(prob / (1 - prob)), prob


def logit_backward(up, prob):
    return up * prob * (1 - prob)


def cube_forward(v):
    return v**3, v


def cube_backward(up, v):
    return 3 * up * v


def gaussian_forward(v):
    y = np.exp(-(v**2))
    return y, (v, y)


def gaussian_backward(up, kept):
    v, y = kept
    return -2 * up * v * y**2


def sine_forward(v):
    return np.sin(v), v


def sine_backward(up, v):
    return up * np.sin(v)


def double_sigmoid_forward(v):
    s = _logistic(v)
    return s, s


def double_sigmoid_backward(up, s):
    d = s * (1 - s)
    return up * d * d


def prelu_channels_forward(v, slope):
    return np.where(v > 0, v, slope * v), (v, slope)


def prelu_channels_backward(up, kept):
    v, slope = kept
    return up * np.where(v > 0, 1, slope), (up * v).sum(axis=0)


def highway_gate_forward(keep, new, old):
    g = _logistic(keep)
    return g * new + (1 - g) * old, (g, new, old)


def highway_gate_backward(up, kept):
    g, new, old = kept
    return up * (new - old), up * g, up * (1 - g)


def maxout_forward(v):
    pairs = v.reshape(len(v), -1, 2)
    return pairs.max(axis=2), pairs


def maxout_backward(up, pairs):
    chosen = pairs == pairs.max(axis=2, keepdims=True)
    return (up[..., None] * ~chosen).reshape(len(up), -1)


def threshold_forward(v):
    return np.where(v > 0.9, v, 0.0), {"v": v}


def threshold_backward(up, kept):
    return up * (kept["v"] > 0)


WRONG = {
    "softsign": {"v": {"L117"}},
    "swish": {"v": {"L117", "L124", "L125"}},
    "hard_sigmoid": {"v": {"L125", "L127", "L124", "L126"}},
    "inverse_root": {"v": {"L117"}},
    "tanh_shrink": {"v": {"L117", "L125", "L124"}},
    "logit": {"prob": {"L117"}},
    "cube": {"v": {"L117"}},
    "gaussian": {"v": {"L117"}},
    "sine": {"v": {"L117", "L125"}},
    "double_sigmoid": {"v": {"L117"}},
    "prelu_channels": {"slope": {"L127"}},
    "highway_gate": {"keep": {"L117"}},
    "maxout": {"v": {"L116"}},
    "threshold": {"v": {"L127", "L124", "L125", "L126", "L134"}},
}


def gradcheck_cases():
    return {
        "softsign": {"v": "normal(5, 4)"},
        "swish": {"v": "normal(5, 4)"},
        "hard_sigmoid": {"v": "normal(6, 5, std=3)"},
        "inverse_root": {"v": "uniform(5, 3, low=0.5, high=3)"},
        "tanh_shrink": {"v": "normal(5, 4)"},
        "logit": {"prob": "uniform(5, 4, low=0.1, high=0.9)"},
        "cube": {"v": "normal(4, 4)"},
        "gaussian": {"v": "normal(4, 4)"},
        "sine": {"v": "normal(4, 4)"},
        "double_sigmoid": {"v": "normal(4, 4)"},
        "prelu_channels": {"v": "normal(6, 3)", "slope": "uniform(3, low=0.1, high=0.5)"},
        "highway_gate": {"keep": "normal(4, 3)", "new": "normal(4, 3)", "old": "normal(4, 3)"},
        "maxout": {"v": "normal(4, 6)"},
        "threshold": {"v": "normal(6, 5)"},
    }
