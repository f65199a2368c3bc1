"""For each rule about layers, a module that has the mistake and one that has not."""

from __future__ import annotations

from textwrap import indent

from gradcheck.example_modules import NORMAL, module, pair

_SQUARE = "return x**2, x"
_SQUARE_BACK = "return 2 * dout * cache"


def _bare(name: str, takes: str, forward: str, backward: str) -> str:
    """A pair whose inputs nobody gives."""
    text = pair(name, forward, backward, takes=takes)
    return text[: text.index("\n\n\ndef gradcheck_cases")] + "\n"


def _square(forward: str = _SQUARE, backward: str = _SQUARE_BACK) -> str:
    return pair("square", forward, backward)


def _keeping(keep: str) -> str:
    """A layer that keeps its argument outside of its cache."""
    backward = 'return 2 * dout * kept["x"]'
    return pair("square", f"{keep}\nreturn x**2, None", backward, above="kept = {}\n\n\n")


def _two(name: str, forward: str, backward: str) -> str:
    """A layer with a second argument that is added or multiplied to every row."""
    return pair(name, forward, backward, takes="x, w", inputs=f'{NORMAL}, "w": "normal(3)"')


def _single(backward: str) -> str:
    return pair("square", _SQUARE, backward, inputs='"x": "normal(4, 3, dtype=float32)"')


def _absolute(at_zero: str) -> str:
    backward = f"return dout * (np.heaviside(cache, {at_zero}) - np.heaviside(-cache, 0.0))"
    inputs = '"x": np.array([-1.3, 0.0, 2.1])'
    return pair("absolute", "return np.abs(x), x", backward, inputs=inputs)


def _sampling(seed: str) -> str:
    forward = f"sample = np.random.default_rng({seed}).normal(size=x.shape)\nreturn x + 100 * sample, None"
    return pair("sampling", forward, "return dout")


def _dropout(generator: str) -> str:
    forward = f"mask = {generator}.random(x.shape) < 0.5\nreturn x * mask, mask"
    return pair("dropout", forward, "return dout * cache")


def _scale(assign: str = "=", *, state: str = "", update: str = "") -> str:
    """A layer that keeps its gradient, and perhaps more, between calls."""
    definitions = (
        "class Scale:\n"
        "    def __init__(self, w):\n"
        "        self.w = w\n"
        f"        self.dw = np.zeros_like(w)\n{indent(state, ' ' * 8)}\n"
        "    def forward(self, x):\n"
        f"        self.x = x\n{indent(update, ' ' * 8)}"
        "        return x * self.w\n\n"
        "    def backward(self, dout):\n"
        f"        self.dw {assign} (dout * self.x).sum(axis=0)\n"
        "        return dout * self.w"
    )
    return module("Scale", definitions, f'"w": "normal(3)", {NORMAL}')


def _variance(divisor: str) -> str:
    """The variances of the columns in all, without bias."""
    forward = f"c = x - x.mean(axis=0)\nn = {divisor}\nreturn (c**2).sum() / n, (c, n)"
    return pair("variance", forward, "c, n = cache\nreturn 2 * dout * c / n")


_GRAM_BACK = "return (dout + dout.T) @ cache"
_ROOT = "root = np.sqrt(np.maximum(x, 0))\nreturn root, (x, root)"
_SAFE_ROOT = "x, root = cache\nreturn dout * np.where(x > 0, 0.5 / np.where(x > 0, root, 1), 0)"

EXAMPLES: dict[str, tuple[str, str]] = {
    "L101": (_square(backward="return dout * (2 * cache + np.sin(7 * cache + 1))"), _square()),
    "L102": (_sampling("list(x.tobytes())"), _sampling("0")),
    "L103": (_square(backward="return 2 * np.abs(dout) * cache"), _square()),
    "L104": (_absolute("2.0"), _absolute("0.0")),
    "L105": (
        _two("scale", "return x * w, (x, w)", "x, w = cache\ndx = dout * w\nreturn dx, None"),
        _two(
            "scale",
            "return x * w, (x, w)",
            "x, w = cache\ndx = dout * w\ndw = (dout * x).sum(axis=0)\nreturn dx, dw",
        ),
    ),
    "L106": (
        _two("add", "return x + w, None", "dx, dw = dout, dout\nreturn dx, dw"),
        _two("add", "return x + w, None", "dx, dw = dout, dout.sum(axis=0)\nreturn dx, dw"),
    ),
    "L107": (
        pair("root", _ROOT, "x, root = cache\nreturn dout * (x > 0) * 0.5 / root"),
        pair("root", _ROOT, _SAFE_ROOT),
    ),
    "L108": (
        _single("big = dout.dtype.type(1000)\nreturn 2 * ((dout + big) - big) * cache"),
        _single(_SQUARE_BACK),
    ),
    "L109": (_keeping('kept.setdefault("x", x)'), _keeping('kept["x"] = x')),
    "L110": (
        _bare(
            "project", "x, w", "return x @ w, (x, w)", "x, w = cache\nreturn np.outer(dout, w), x.T @ dout"
        ),
        _bare("project", "x, w", "return x @ w, (x, w)", "x, w = cache\nreturn dout @ w.T, x.T @ dout"),
    ),
    "L201": (_square(backward="dout *= 2 * cache\nreturn dout"), _square()),
    "L202": (
        _square("return x**2, x.copy()", "cache *= 2\nreturn dout * cache"),
        _square("return x**2, x.copy()"),
    ),
    "L203": (_dropout("np.random.default_rng()"), _dropout("np.random.default_rng(0)")),
    "L204": (
        pair("transpose", "return x.T, None", "return dout.T"),
        pair("transpose", "return x.T.copy(), None", "return dout.T"),
    ),
    "L205": (_scale("+="), _scale()),
    "L206": (
        _scale(state="self.mean = 0.0\n", update="self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)\n"),
        _scale(),
    ),
    "L207": (_square(backward="return (2 * dout * cache).astype(np.float32)"), _square()),
    "L208": (
        _square("out = np.zeros(x.shape, dtype=np.float32)\nout[:] = x**2\nreturn out, x"),
        _square("out = np.zeros(x.shape, dtype=x.dtype)\nout[:] = x**2\nreturn out, x"),
    ),
    "L209": (_square('print("square of", x.shape)\nreturn x**2, x'), _square()),
    "L210": (_dropout("np.random"), _dropout("np.random.default_rng(0)")),
    "L301": (
        _two("add", "return x + w, None", "dx, dw = dout, dout.squeeze().sum(axis=0)\nreturn dx, dw"),
        _two("add", "return x + w, None", "dx, dw = dout, dout.sum(axis=0)\nreturn dx, dw"),
    ),
    "L302": (_variance("np.float64(len(x) - 1)"), _variance("max(len(x) - 1, 1)")),
    "L401": (
        pair("gram", "return x @ x, x", _GRAM_BACK),
        pair("gram", "return x @ x.T, x", _GRAM_BACK),
    ),
    "L402": (_square("out = x**2"), _square("out = x**2\nreturn out, x")),
    "L403": (_square("while True:\n    pass"), _square()),
    "L404": (_square("sys.exit(0)"), _square()),
    "L405": (
        _square(backward='return {"y": 2 * dout * cache}'),
        _square(backward='return {"x": 2 * dout * cache}'),
    ),
}
"""By code: the module that has the mistake, the module that has not."""
