"""Matrix products, convolutions, pooling, recurrences and attention with one mistake each."""

import numpy as np


def _softmax(v):
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def bilinear_form_forward(left, core, right):
    return np.einsum("bi,oij,bj->bo", left, core, right), (left, core, right)


def bilinear_form_backward(up, kept):
    left, core, right = kept
    dleft = np.einsum("bo,oij,bj->bi", up, core, right)
    dcore = np.einsum("bo,bi,bj->oji", up, left, right)
    return dleft, dcore, np.einsum("bo,oij,bi->bj", up, core, left)


def tied_autoencoder_forward(u, w):
    return u @ w @ w.T, (u, w)


def tied_autoencoder_backward(up, kept):
    u, w = kept
    return up @ w @ w.T, u.T @ up @ w


def batch_matmul_forward(a, b):
    return a @ b, (a, b)


def batch_matmul_backward(up, kept):
    a, b = kept
    return up @ b.transpose(0, 2, 1), np.broadcast_to(
        (a.transpose(0, 2, 1) @ up).mean(axis=0), b.shape
    ).copy()


def causal_filter_forward(signal, taps):
    n = signal.shape[1] - len(taps) + 1
    y = sum(taps[k] * signal[:, k : k + n] for k in range(len(taps)))
    return y, (signal, taps)


def causal_filter_backward(up, kept):
    signal, taps = kept
    n = up.shape[1]
    ds = np.zeros_like(signal)
    for k in range(len(taps)):
        ds[:, k : k + n] += taps[len(taps) - 1 - k] * up
    dt = np.array([(up * signal[:, k : k + n]).sum() for k in range(len(taps))])
    return ds, dt


def patches_forward(img, kernel):
    n, h, w = img.shape
    k = len(kernel)
    out = np.zeros((n, h - k + 1, w - k + 1))
    for i in range(h - k + 1):
        for j in range(w - k + 1):
            out[:, i, j] = (img[:, i : i + k, j : j + k] * kernel).sum(axis=(1, 2))
    return out, (img, kernel)


def patches_backward(up, kept):
    img, kernel = kept
    k = len(kernel)
    dimg, dk = np.zeros_like(img), np.zeros_like(kernel)
    for i in range(up.shape[1]):
        for j in range(up.shape[2]):
            dimg[:, i : i + k, j : j + k] += up[:, i, j][:, None, None] * kernel
            dk = (up[:, i, j][:, None, None] * img[:, i : i + k, j : j + k]).sum(axis=0)
    return dimg, dk


def mean_pool_forward(seq, length=2):
    n, t = seq.shape
    return seq.reshape(n, t // length, length).mean(axis=2), length


def mean_pool_backward(up, length):
    return np.repeat(up, length, axis=1)


def global_pool_forward(maps):
    return maps.mean(axis=(2, 3)), maps.shape


def global_pool_backward(up, shape):
    h = shape[2]
    return np.broadcast_to(up[:, :, None, None] / h, shape).copy()


def lookup_forward(rows, where):
    return rows[where].sum(axis=1), (rows.shape, where)


def lookup_backward(up, kept):
    shape, where = kept
    d = np.zeros(shape)
    for i in range(len(where)):
        for j in where[i]:
            d[j] = up[i]
    return d


def crossed_attention_forward(query, memory, content):
    w = _softmax(query @ memory.T / np.sqrt(query.shape[1]))
    return w @ content, (query, memory, content, w)


def crossed_attention_backward(up, kept):
    query, memory, content, w = kept
    dw = up @ content.T
    ds = w * (dw - (dw * w).sum(axis=1, keepdims=True)) / np.sqrt(query.shape[1])
    return ds @ memory, ds.T @ query, w @ content


def attention_scale_forward(query, memory, content):
    w = _softmax(query @ memory.T / np.sqrt(query.shape[1]))
    return w @ content, (query, memory, content, w)


def attention_scale_backward(up, kept):
    query, memory, content, w = kept
    dw = up @ content.T
    ds = w * (dw - (dw * w).sum(axis=1, keepdims=True)) / query.shape[1]
    return ds @ memory, ds.T @ query, w.T @ up


def update_gate_forward(inp, state, wi, ws):
    z = 1 / (1 + np.exp(-(inp @ wi + state @ ws)))
    return z, (inp, state, wi, ws, z)


def update_gate_backward(up, kept):
    inp, state, wi, ws, z = kept
    da = up * z
    return da @ wi.T, da @ ws.T, inp.T @ da, state.T @ da


def outer_forward(u, v):
    return u[:, :, None] * v[:, None, :], (u, v)


def outer_backward(up, kept):
    u, v = kept
    return (up * v[:, None, :]).sum(axis=2), (up * u[:, :, None]).sum(axis=2)


def stacked_forward(top, bottom):
    return np.concatenate([top, bottom], axis=0), len(top)


def stacked_backward(up, n):
    return up[:n], up[n - 1 : -1]


def lag_forward(series):
    y = np.zeros_like(series)
    y[2:] = series[:-2]
    return y, None


def lag_backward(up, kept):
    d = np.zeros_like(up)
    d[2:] = up[:-2]
    return d


def moment_forward(data):
    return np.stack([data.sum(axis=0), (data**2).sum(axis=0)]), data


def moment_backward(up, data):
    return up[0] + data * up[1]


def trace_loss(m):
    return np.trace(m @ m), 2 * m


def distances_forward(points, centres):
    return ((points[:, None] - centres) ** 2).sum(axis=2), (points, centres)


def distances_backward(up, kept):
    points, centres = kept
    diff = points[:, None] - centres
    return 2 * (up[:, :, None] * diff).sum(axis=1), 2 * (up[:, :, None] * diff).sum(axis=0)


def masked_forward(v, mask):
    return v * mask / mask.mean(), mask


def masked_backward(up, mask):
    return up / mask.mean()


def rotary_forward(pair, angle):
    a, b = pair[:, 0], pair[:, 1]
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([a * c - b * s, a * s + b * c], axis=1), angle


def rotary_backward(up, angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([up[:, 0] * c - up[:, 1] * s, up[:, 0] * s + up[:, 1] * c], axis=1)


WRONG = {
    "bilinear_form": {"core": {"L115"}},
    "tied_autoencoder": {"w": set()},
    "batch_matmul": {"b": {"L124", "L119", "L134"}},
    "causal_filter": {"signal": {"L116", "L115"}},
    "patches": {"kernel": {"L129"}},
    "mean_pool": {"seq": {"L113"}},
    "global_pool": {"maps": {"L113"}},
    "lookup": {"rows": {"L129"}},
    "crossed_attention": {"content": {"L130"}},
    "attention_scale": {"query": {"L113"}, "memory": {"L113"}},
    "update_gate": {"wi": {"L117"}, "inp": {"L117"}},
    "outer": {"v": {"L119"}},
    "stacked": {"bottom": {"L118"}},
    "lag": {"series": {"L115", "L116", "L118"}},
    "moment": {"data": {"L134"}},
    "trace_loss": {"m": {"L115"}},
    "distances": {"centres": {"L112"}},
    "masked": {"v": {"L127", "L134"}},
    "rotary": {"pair": {"L115", "L134"}},
}


def gradcheck_cases():
    return {
        "bilinear_form": {"left": "normal(4, 3)", "core": "normal(2, 3, 3)", "right": "normal(4, 3)"},
        "tied_autoencoder": {"u": "normal(5, 4)", "w": "normal(4, 3)"},
        "batch_matmul": {"a": "normal(3, 2, 4)", "b": "normal(3, 4, 2)"},
        "causal_filter": {"signal": "normal(3, 7)", "taps": "normal(3)"},
        "patches": {"img": "normal(2, 5, 4)", "kernel": "normal(2, 2)"},
        "mean_pool": {"seq": "normal(3, 6)"},
        "global_pool": {"maps": "normal(2, 3, 4, 5)"},
        "lookup": {"rows": "normal(6, 3)", "where": [[0, 2], [2, 5], [1, 0], [3, 4]]},
        "crossed_attention": {"query": "normal(4, 3)", "memory": "normal(4, 3)", "content": "normal(4, 2)"},
        "attention_scale": {"query": "normal(4, 3)", "memory": "normal(5, 3)", "content": "normal(5, 2)"},
        "update_gate": {
            "inp": "normal(4, 3)",
            "state": "normal(4, 2)",
            "wi": "normal(3, 2)",
            "ws": "normal(2, 2)",
        },
        "outer": {"u": "normal(4, 3)", "v": "normal(4, 3)"},
        "stacked": {"top": "normal(3, 4)", "bottom": "normal(5, 4)"},
        "lag": {"series": "normal(8)"},
        "moment": {"data": "normal(5, 3)"},
        "trace_loss": {"m": "normal(4, 4)"},
        "distances": {"points": "normal(5, 3)", "centres": "normal(4, 3)"},
        "masked": {"v": "normal(5, 4)", "mask": "bernoulli(5, 4, p=0.7)"},
        "rotary": {"pair": "normal(6, 2)", "angle": "normal(6)"},
    }
