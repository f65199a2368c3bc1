"""For each rule about causes, a module that has the mistake and one that has not."""

from __future__ import annotations

from gradcheck.example_modules import pair


def _one(forward: str, wrong: str, right: str, **inputs: str) -> tuple[str, str]:
    """A layer with the wrong and with the right backward; its inputs are draws."""
    given = inputs or {"x": "normal(4, 3)"}
    takes, drawn = ", ".join(given), ", ".join(f'"{n}": "{v}"' for n, v in given.items())
    return (
        pair("layer", forward, wrong, takes=takes, inputs=drawn),
        pair("layer", forward, right, takes=takes, inputs=drawn),
    )


_SQUARE = "return x**2, x"
_SQUARE_BACK = "return 2 * dout * cache"
_SOFTMAX = (
    "e = np.exp(x - x.max(axis=1, keepdims=True))\ny = e / e.sum(axis=1, keepdims=True)\nreturn y.copy(), y"
)
_SOFTMAX_BACK = "return cache * (dout - (dout * cache).sum(axis=1, keepdims=True))"
_NORM = (
    "c = x - x.mean(axis=0)\ns = np.sqrt((c**2).mean(axis=0) + 1e-3)\n"
    "return c / s, (c / s, s, np.sqrt((c**2).mean(axis=0)))"
)
_NORM_BACK = "h, s, bare = cache\nreturn (dout - dout.mean(axis=0) - h * (dout * h).mean(axis=0)) / s"
_WINDOWS = "return x[:, :-1] + x[:, 1:], x.shape"
_WINDOWS_BACK = "dx = np.zeros(cache)\ndx[:, :-1] += dout\ndx[:, 1:] += dout\nreturn dx"
_TALL = {"x": "normal(6, 4)"}
_SCALE = "return x * w, (x, w)"
_SCALE_BACK = "x, w = cache\nreturn dout * w, (dout * x).sum(axis=0)"
_SCALE_INPUTS = {"x": "normal(4, 3)", "w": "normal(3)"}

CAUSE_EXAMPLES: dict[str, tuple[str, str]] = {
    "L111": _one(_SQUARE, "return np.zeros_like(dout)", _SQUARE_BACK),
    "L112": _one(_SQUARE, "return -2 * dout * cache", _SQUARE_BACK),
    "L113": _one(_SQUARE, "return dout * cache", _SQUARE_BACK),
    "L114": _one("return np.pi * x**2, x", "return 6.2832 * dout * cache", "return 2 * np.pi * dout * cache"),
    "L115": _one(
        "return x @ w, (x, w)",
        "x, w = cache\nreturn dout @ w, x.T @ dout",
        "x, w = cache\nreturn dout @ w.T, x.T @ dout",
        x="normal(4, 3)",
        w="normal(3, 3)",
    ),
    "L116": _one(
        "return x.reshape(len(x), -1, 2).transpose(0, 2, 1).copy(), x.shape",
        "return dout.reshape(cache)",
        "return dout.transpose(0, 2, 1).reshape(cache)",
        x="normal(2, 6)",
    ),
    "L117": _one(
        "y = np.tanh(x @ w)\nreturn y.copy(), (w, x, y)",
        "w, x, y = cache\nda = dout\nreturn da @ w.T, x.T @ da",
        "w, x, y = cache\nda = dout * (1 - y**2)\nreturn da @ w.T, x.T @ da",
        x="normal(4, 3)",
        w="normal(3, 2)",
    ),
    "L118": _one(
        "return np.concatenate([x, w], axis=1), x.shape[1]",
        "return dout[:, :cache], dout[:, cache - 1 : -1]",
        "return dout[:, :cache], dout[:, cache:]",
        x="normal(4, 3)",
        w="normal(4, 5)",
    ),
    "L119": _one(
        "return x + w, None",
        "return dout, np.full(dout.shape[1], dout.sum())",
        "return dout, dout.sum(axis=0)",
        **_SCALE_INPUTS,
    ),
    "L120": _one("return x - x.mean(axis=0), None", "return dout", "return dout - dout.mean(axis=0)"),
    "L121": _one(_NORM, "h, s, bare = cache\nreturn (dout - dout.mean(axis=0)) / s", _NORM_BACK, **_TALL),
    "L122": _one(
        _NORM,
        "h, s, bare = cache\nreturn (dout - dout.mean(axis=0) - h * (dout * h).mean(axis=0)) / bare",
        _NORM_BACK,
        **_TALL,
    ),
    "L123": _one(_SOFTMAX, "return dout * cache * (1 - cache)", _SOFTMAX_BACK),
    "L124": _one(
        "h = np.tanh(x @ w)\nreturn x + h, (x, w, h)",
        "x, w, h = cache\nda = dout * (1 - h**2)\nreturn da @ w.T, x.T @ da",
        "x, w, h = cache\nda = dout * (1 - h**2)\nreturn dout + da @ w.T, x.T @ da",
        x="normal(4, 3)",
        w="normal(3, 3)",
    ),
    "L125": _one(
        "return np.tanh(x), x",
        "s = 1 / (1 + np.exp(-cache))\nreturn dout * s * (1 - s)",
        "return dout * (1 - np.tanh(cache) ** 2)",
    ),
    "L126": _one(_SQUARE, "dx = 2 * dout * cache\ndx[-1] *= 0.5\nreturn dx", _SQUARE_BACK),
    "L127": _one(
        "return np.where(x > 0, x, 0.1 * x), x",
        "return dout * np.where(cache > 0, 1, 0.2)",
        "return dout * np.where(cache > 0, 1, 0.1)",
    ),
    "L128": _one(
        "return x * w, (x, w)",
        "x, w = cache\nreturn dout * w, sum(dout[i] * x[i] for i in range(len(x) - 1))",
        _SCALE_BACK,
        **_SCALE_INPUTS,
    ),
    "L129": _one(
        _WINDOWS,
        "dx = np.zeros(cache)\nfor t in range(dout.shape[1]):\n    dx[:, t : t + 2] = dout[:, t : t + "
        "1]\nreturn dx",
        _WINDOWS_BACK,
        **_TALL,
    ),
    "L130": _one(_SQUARE, "return 2 * cache", _SQUARE_BACK),
    "L131": _one(_SQUARE, "return 2 * np.abs(dout) * cache", _SQUARE_BACK),
    "L132": _one(
        "return x * w + b, (x, w)",
        "x, w = cache\nreturn dout * w, dout.sum(axis=0), (dout * x).sum(axis=0)",
        "x, w = cache\nreturn dout * w, (dout * x).sum(axis=0), dout.sum(axis=0)",
        x="normal(4, 3)",
        w="normal(3)",
        b="normal(3)",
    ),
    "L133": _one(
        "e = np.exp(x)\np = e / e.sum(axis=1, keepdims=True)\nreturn (p**2).sum(axis=1), p",
        "return 2 * dout[:, None] * cache",
        "g = 2 * dout[:, None] * cache\nreturn cache * (g - (g * cache).sum(axis=1, keepdims=True))",
    ),
    "L134": _one("return x @ x.T, x", "return dout @ cache", "return (dout + dout.T) @ cache"),
    "L135": _one(
        _NORM,
        "h, s, bare = cache\nreturn (dout - dout.mean(axis=0) - h * (dout * h).mean(axis=0)) / (1 + s)",
        _NORM_BACK,
        **_TALL,
    ),
    "L136": _one(
        "return x * w, (x, w)",
        "x, w = cache\ndw = (dout * x).sum(axis=0)\ndw[0] += 0.25 * dw[1]\nreturn dout * w, dw",
        _SCALE_BACK,
        x="normal(6, 5)",
        w="normal(5)",
    ),
    "L137": _one(
        _SQUARE,
        "dx = np.zeros(cache.shape, dtype=int)\ndx[:] = 2 * dout * cache\nreturn dx.astype(float)",
        _SQUARE_BACK,
    ),
}
"""By code: the module that has the mistake, the module that has not."""
