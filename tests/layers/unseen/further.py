"""More mistakes of other kinds: several at once, inside a composition, in a maximum, in a broadcast gain."""

import numpy as np


def _logistic(v):
    return 1 / (1 + np.exp(-v))


def squash_forward(u, mix):
    y = np.tanh(u @ mix)
    return y, (u, mix, y)


def squash_backward(up, kept):
    u, mix, y = kept
    d = 2 * up * (1 - y)
    return d @ mix.T, u.T @ d / len(u)


def standard_signs_forward(u):
    s = np.sqrt(u.var(axis=0) + 1e-5)
    z = (u - u.mean(axis=0)) / s
    return z, (z, s)


def standard_signs_backward(up, kept):
    z, s = kept
    return (up + up.mean(axis=0) + z * (up * z).mean(axis=0)) / s


def standard_triple_forward(u):
    s = np.sqrt(u.var(axis=0) + 1e-5)
    z = (u - u.mean(axis=0)) / s
    return z, (z, s)


def standard_triple_backward(up, kept):
    z, s = kept
    return 3 * (up - z * (up * z).mean(axis=0)) / s


def ramp_forward(u, mix):
    z = u @ mix
    return np.maximum(z, 0), (u, mix, z)


def ramp_backward(up, kept):
    u, mix, z = kept
    return up @ mix.T, u.T @ (up * (z > 0))


def upside_down_forward(u, mix):
    z = u @ mix
    return np.maximum(z, 0), (u, mix, z)


def upside_down_backward(up, kept):
    u, mix, z = kept
    d = up * (z < 0)
    return d @ mix.T, u.T @ d


def fire_forward(u, mix):
    z = u @ mix
    return _logistic(z), (u, mix, z)


def fire_backward(up, kept):
    u, mix, z = kept
    d = up * z * (1 - z)
    return d @ mix.T, u.T @ d


def offset_square_forward(u, offset):
    return (u + offset) ** 2, (u, offset)


def offset_square_backward(up, kept):
    u, offset = kept
    return 2 * up * u, (2 * up * (u + offset)).sum(axis=0)


def scaled_rows_forward(u, gain):
    s = np.sqrt(u.var(axis=-1, keepdims=True) + 1e-5)
    z = (u - u.mean(axis=-1, keepdims=True)) / s
    return gain * z, (z, s)


def scaled_rows_backward(up, kept):
    z, s = kept
    d = up - up.mean(axis=-1, keepdims=True) - z * (up * z).mean(axis=-1, keepdims=True)
    return d / s, (up * z).sum(axis=0)


def unscaled_rows_forward(u, gain):
    s = np.sqrt(u.var(axis=-1, keepdims=True) + 1e-5)
    z = (u - u.mean(axis=-1, keepdims=True)) / s
    return gain * z, (u, z, gain)


def unscaled_rows_backward(up, kept):
    u, z, gain = kept
    d = up * gain
    d = d - d.mean(axis=-1, keepdims=True) - z * (d * z).mean(axis=-1, keepdims=True)
    return d, (up * u).sum(axis=0)


def products_forward(q, k):
    return q @ k.T, (q, k)


def products_backward(up, kept):
    q, k = kept
    return up @ k, up.T @ (q * q)


def smooth_ramp_forward(u):
    return np.log1p(np.exp(u)), {"u": u}


def smooth_ramp_backward(up, kept):
    return up * _logistic(-kept["u"])


def row_errors_forward(u, goal):
    return ((u - goal) ** 2).mean(axis=1), (u, goal)


def row_errors_backward(up, kept):
    u, goal = kept
    return 2 * up[:, None] * (u - goal), -2 * up[:, None] * (u - goal) / u.shape[1]


def running_product_forward(u):
    y = np.cumprod(u, axis=1)
    return y, (u, y)


def running_product_backward(up, kept):
    u, y = kept
    return up * y / u


def above_least_forward(u):
    return u - u.min(axis=1, keepdims=True), None


def above_least_backward(up, kept):
    return up.copy()


def by_peak_forward(u):
    peak = np.abs(u).max(axis=1, keepdims=True)
    return u / peak, peak


def by_peak_backward(up, peak):
    return up / peak


def first_again_forward(u, mix):
    return u @ mix + 0.5 * u[:, :1], (u, mix)


def first_again_backward(up, kept):
    u, mix = kept
    return up @ mix.T, u.T @ up


def bell_forward(u):
    return np.exp(-0.5 * (u**2).sum(axis=1)), {"u": u}


def bell_backward(up, kept):
    return -up[:, None] * kept["u"]


def labelled_forward(u, mark):
    p = _logistic(u)
    return -(mark * np.log(p) + (1 - mark) * np.log(1 - p)), (p, mark)


def labelled_backward(up, kept):
    p, mark = kept
    return {"u": up * (p - mark) * p * (1 - p)}


def square_matrix_forward(u):
    return u @ u, {"u": u}


def square_matrix_backward(up, kept):
    return 2 * up @ kept["u"].T


WRONG = {
    "squash": {"u": {"L117"}, "mix": {"L117"}},
    "standard_signs": {"u": {"L121"}},
    "standard_triple": {"u": {"L120"}},
    "ramp": {"u": {"L127"}},
    "upside_down": {"u": {"L127"}, "mix": {"L127"}},
    "fire": {"u": {"L135"}, "mix": {"L135"}},
    "offset_square": {"u": {"L125", "L117", "L124"}},
    "scaled_rows": {"u": {"L117"}},
    "unscaled_rows": {"u": {"L117"}, "gain": {"L125"}},
    "products": {"k": {"L117"}},
    "smooth_ramp": {"u": {"L125"}},
    "row_errors": {"u": {"L113"}},
    "running_product": {"u": {"L123"}},
    "above_least": {"u": {"L120"}},
    "by_peak": {"u": {"L120"}},
    "first_again": {"u": {"L124"}},
    "bell": {"u": {"L117"}},
    "labelled": {"u": {"L117"}},
    "square_matrix": {"u": set()},
}


def gradcheck_cases():
    table = {"u": "normal(6, 5)"}
    product = {"u": "normal(5, 4)", "mix": "normal(4, 3)"}
    scaled = {"u": "normal(5, 6)", "gain": "normal(6, mean=1)"}
    return {
        **dict.fromkeys(("squash", "ramp", "upside_down", "fire", "first_again"), product),
        **dict.fromkeys(("standard_signs", "standard_triple", "smooth_ramp", "above_least"), table),
        **dict.fromkeys(("by_peak", "bell"), table),
        **dict.fromkeys(("scaled_rows", "unscaled_rows"), scaled),
        "offset_square": {"u": "normal(5, 4)", "offset": "normal(4)"},
        "products": {"q": "normal(4, 3)", "k": "normal(5, 3)"},
        "row_errors": {"u": "normal(5, 4)", "goal": "normal(5, 4)"},
        "running_product": {"u": "uniform(3, 5, low=0.5, high=2)"},
        "labelled": {"u": "normal(5, 3)", "mark": "bernoulli(5, 3, p=0.5)"},
        "square_matrix": {"u": "normal(4, 4)"},
    }
