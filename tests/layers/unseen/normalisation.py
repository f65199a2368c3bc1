"""Normalisations with one mistake each, named as they are not named elsewhere."""

import numpy as np


def group_standardise_forward(t, shift, groups=2):
    b, c, n = t.shape
    folded = t.reshape(b, groups, -1)
    m = folded.mean(axis=-1, keepdims=True)
    v = folded.var(axis=-1, keepdims=True)
    unit = (folded - m) / np.sqrt(v + 1e-4)
    return unit.reshape(b, c, n) + shift[:, None], (unit, v, groups)


def group_standardise_backward(up, kept):
    unit, v, _ = kept
    folded = up.reshape(unit.shape)
    d = folded - unit * (folded * unit).mean(axis=-1, keepdims=True)
    return (d / np.sqrt(v + 1e-4)).reshape(up.shape), up.sum(axis=(0, 2))


def root_mean_square_forward(signal, gain):
    r = np.sqrt((signal**2).mean(axis=-1, keepdims=True) + 1e-3)
    return gain * signal / r, (signal, gain, r)


def root_mean_square_backward(up, kept):
    signal, gain, r = kept
    d = up * gain
    n = signal.shape[-1]
    dsignal = d / r + signal * (d * signal).sum(axis=-1, keepdims=True) / (n * r**3)
    return dsignal, (up * signal / r).sum(axis=0)


def whiten_forward(data):
    centred = data - data.mean(axis=0)
    s = np.sqrt((centred**2).sum(axis=0) / (len(data) - 1))
    return centred / s, (centred, s)


def whiten_backward(up, kept):
    centred, s = kept
    n = len(up)
    along = (up * centred).sum(axis=0)
    return up / s - up.mean(axis=0) / s - centred * along / (n * s**3)


def feature_scale_forward(m, k):
    mu = m.mean(axis=1, keepdims=True)
    sd = np.sqrt(m.var(axis=1, keepdims=True) + 0.01)
    z = (m - mu) / sd
    return z * k, (z, sd, k)


def feature_scale_backward(up, kept):
    z, sd, k = kept
    d = up * k
    dm = d - d.mean(axis=1, keepdims=True) - 2 * z * (d * z).mean(axis=1, keepdims=True)
    return dm / sd, (up * z).sum(axis=0)


def channel_standardise_forward(img, a, b):
    mu = img.mean(axis=(0, 2, 3), keepdims=True)
    sd = np.sqrt(img.var(axis=(0, 2, 3), keepdims=True) + 1e-5)
    z = (img - mu) / sd
    return z * a[:, None, None] + b[:, None, None], (z, sd, a)


def channel_standardise_backward(up, kept):
    z, sd, a = kept
    d = up * a[:, None, None]
    along = (d * z).mean(axis=(0, 2, 3), keepdims=True)
    dimg = (d - d.mean(axis=(0, 2, 3), keepdims=True) - z * along) / sd
    return dimg, (up * z).mean(axis=(0, 2, 3)), up.sum(axis=(0, 2, 3))


def direction_of_forward(vec):
    size = np.sqrt((vec * vec).sum(axis=1, keepdims=True) + 0.01)
    return vec / size, (vec, size)


def direction_of_backward(up, kept):
    vec, _ = kept
    bare = np.sqrt((vec * vec).sum(axis=1, keepdims=True))
    return up / bare - vec * (up * vec).sum(axis=1, keepdims=True) / bare**3


def remove_average_forward(q):
    return q - q.mean(axis=1, keepdims=True), None


def remove_average_backward(up, kept):
    return up + up.mean(axis=1, keepdims=True)


def unit_sum_forward(w):
    total = w.sum(axis=1, keepdims=True)
    return w / total, (w, total)


def unit_sum_backward(up, kept):
    _, total = kept
    return up / total


WRONG = {
    "group_standardise": {"t": {"L120"}},
    "root_mean_square": {"signal": {"L121"}},
    "whiten": {"data": {"L121"}},
    "feature_scale": {"m": {"L121"}},
    "channel_standardise": {"a": {"L113"}},
    "direction_of": {"vec": {"L122"}},
    "remove_average": {"q": {"L120"}},
    "unit_sum": {"w": {"L120"}},
}


def gradcheck_cases():
    return {
        "group_standardise": {"t": "normal(2, 4, 3)", "shift": "normal(4)"},
        "root_mean_square": {"signal": "normal(5, 6)", "gain": "normal(6, mean=1)"},
        "whiten": {"data": "normal(7, 4, std=2)"},
        "feature_scale": {"m": "normal(4, 6)", "k": "normal(6, mean=1)"},
        "channel_standardise": {"img": "normal(2, 3, 3, 2)", "a": "normal(3, mean=1)", "b": "normal(3)"},
        "direction_of": {"vec": "normal(6, 5)"},
        "remove_average": {"q": "normal(4, 5)"},
        "unit_sum": {"w": "uniform(4, 5, low=0.5, high=2)"},
    }
