"""Layers as data: what goes forward, and gradients that are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from terms import PI, Array, Term, World, evaluate, exp, fun, latex, size, sqrt, sym, term, total

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Layer:
    """``inputs`` maps a symbol to its size symbols; ``forward`` and ``right`` map a printed
    left side to its right side; ``upstream`` names the output whose gradient is given.
    """

    title: str
    ranges: dict[str, str]
    inputs: dict[str, tuple[str, ...]]
    forward: dict[Term, Term]
    right: dict[tuple[str, tuple[str, ...]], Term]
    upstream: str | None = None
    d: str = "\\partial"
    loss: str = "L"
    prose: str = ""
    positive: frozenset[str] = field(default_factory=frozenset)

    def gradient_name(self, name: str) -> str:
        """How the gradient by a symbol is printed, as the name of a symbol."""
        return rf"\frac{{{self.d} {self.loss}}}{{{self.d} {name}#}}"

    def lefts(self) -> list[Term]:
        """The left sides of the right equations."""
        return [sym(self.gradient_name(name), *index) for name, index in self.right]

    def world(self, seed: int, sizes: dict[str, int]) -> World:
        """Random inputs and everything that follows from them."""
        rng = np.random.default_rng(seed)
        world = World(sizes, self.ranges, {})
        for name, shape in self.inputs.items():
            value = rng.uniform(0.3, 1.7, tuple(sizes[s] for s in shape))
            flip = 1.0 if name in self.positive else rng.choice([-1.0, 1.0], value.shape)
            world.values[name] = np.asarray(value * flip)
        if self.upstream is not None:
            shape = self.shape_of(self.upstream, sizes)
            world.values[self.gradient_name(self.upstream)] = rng.normal(size=shape)
        self.run(world)
        return world

    def shape_of(self, name: str, sizes: dict[str, int]) -> tuple[int, ...]:
        """The shape of a symbol that the layer defines or is given."""
        if name in self.inputs:
            return tuple(sizes[s] for s in self.inputs[name])
        left = next(left for left in self.forward if left.name == name)
        return tuple(sizes[self.ranges[i]] for i in left.index)

    def run(self, world: World, fixed: str | None = None) -> None:
        """Go forward; a fixed symbol keeps the value that it has."""
        for left, right in self.forward.items():
            if left.name != fixed:
                world.values[left.name] = settle(evaluate(right, world), left.index, world)

    def loss_value(self, world: World) -> float:
        """The loss: the layer's own, or the product with the given upstream gradient."""
        if self.upstream is None:
            return float(world.values[self.loss])
        return float((world.values[self.gradient_name(self.upstream)] * world.values[self.upstream]).sum())

    def difference(self, name: str, world: World, step: float = 1e-5) -> Array:
        """Central differences of the loss by a symbol, everything behind it following."""
        start = world.values[name].copy()
        out = np.zeros_like(start)
        for at in np.ndindex(start.shape):
            sides = []
            for way in (step, -step):
                world.values[name] = start.copy()
                world.values[name][at] += way
                self.run(world, fixed=name)
                sides.append(self.loss_value(world))
            out[at] = (sides[0] - sides[1]) / (2 * step)
        world.values[name] = start
        self.run(world, fixed=name)
        return out

    def definitions(self) -> str:
        """The forward pass as displays."""
        lines = [display(left, right, self.ranges) for left, right in self.forward.items()]
        return f"# {self.title}\n\n{self.prose}\n\n" + "\n".join(lines)


def settle(value: Array, index: tuple[str, ...], world: World) -> Array:
    """A value on one axis per letter, brought to the axes of a left side in their order."""
    letters = world.letters
    shape = tuple(world.extent(i) for i in index)
    if value.ndim == 0:
        return np.full(shape, float(value))
    full = np.broadcast_to(value, tuple(world.extent(i) if i in index else 1 for i in letters))
    kept = full.reshape([world.extent(i) for i in letters if i in index])
    order = [sorted(index, key=letters.index).index(i) for i in index]
    return kept.transpose(order).copy()


def display(left: Term, right: Term, ranges: dict[str, str]) -> str:
    """One equation in a block of its own."""
    return f"$${latex(left, ranges)} = {latex(right, ranges)}$$\n"


def _batchnorm(unbiased: bool) -> Layer:
    n, d = ("n", "d") if unbiased else ("m", "\\partial")
    mean, var, hat = "\\mu", "v" if unbiased else "\\sigma^2", "\\hat{x}"
    x, mu, v, eps = sym("x", "i"), sym(mean), sym(var), sym("\\epsilon")
    g = lambda i: sym(rf"\frac{{{d} L}}{{{d} y#}}", i)  # noqa: E731
    h = lambda i: sym(hat, i)  # noqa: E731
    gamma, count, over = sym("\\gamma"), size(n), size(n, 1 if unbiased else 0)
    return Layer(
        f"Batch normalisation, the variance divided by {'n - 1' if unbiased else 'm'}",
        {"i": n, "j": n, "k": n, "q": n},
        {"x": (n,), "\\gamma": (), "\\beta": (), "\\epsilon": ()},
        {
            mu: 1 / count * total("i", x),
            v: 1 / over * total("i", (x - mu) ** 2),
            h("i"): (x - mu) / sqrt(v + eps),
            sym("y", "i"): gamma * h("i") + sym("\\beta"),
        },
        {
            ("\\gamma", ()): total("i", g("i") * h("i")),
            ("\\beta", ()): total("i", g("i")),
            (hat, ("i",)): gamma * g("i"),
            (var, ()): -term(HALF) * total("i", gamma * g("i") * (x - mu) * (v + eps) ** Fraction(-3, 2)),
            ("x", ("i",)): gamma / sqrt(v + eps)
            * (g("i") - 1 / count * total("j", g("j")) - h("i") / over * total("j", g("j") * h("j"))),
        },
        "y", d, positive=frozenset({"\\epsilon"}),
    )  # fmt: skip


def _softmax() -> Layer:
    z, p = (lambda i: sym("z", i)), (lambda i: sym("p", i))
    g = lambda i: sym(r"\frac{\partial L}{\partial p#}", i)  # noqa: E731
    return Layer(
        "Softmax",
        {"i": "K", "j": "K", "k": "K", "l": "K"},
        {"z": ("K",)},
        {p("i"): exp(z("i")) / total("j", exp(z("j")))},
        {("z", ("i",)): p("i") * (g("i") - total("j", g("j") * p("j")))},
        "p",
    )


def _softmax_entropy() -> Layer:
    z, p, t = (lambda *i: sym("z", *i)), (lambda *i: sym("p", *i)), (lambda *i: sym("t", *i))
    return Layer(
        "Softmax and cross entropy over a batch",
        {"n": "N", "k": "K", "j": "K", "l": "K", "q": "N"},
        {"z": ("N", "K"), "t": ("N", "K")},
        {
            p("n", "k"): exp(z("n", "k")) / total("j", exp(z("n", "j"))),
            sym("E"): -(1 / size("N")) * total("n", total("k", t("n", "k") * fun("\\ln", p("n", "k")))),
        },
        {
            ("z", ("n", "k")): 1 / size("N") * (p("n", "k") * total("j", t("n", "j")) - t("n", "k")),
            ("p", ("n", "k")): -t("n", "k") / (size("N") * p("n", "k")),
        },
        None, "\\partial", "E",
    )  # fmt: skip


def _layernorm() -> Layer:
    x, h, g = (lambda i: sym("x", "n", i)), (lambda i: sym("h", "n", i)), (lambda i: sym("\\gamma", i))
    up = lambda i: sym(r"\frac{d L}{d y#}", "n", i)  # noqa: E731
    mu, s, D = sym("\\mu", "n"), sym("s", "n"), size("D")
    inner = g("i") * up("i") - 1 / D * total("j", g("j") * up("j"))
    return Layer(
        "Layer normalisation",
        {"n": "N", "i": "D", "j": "D", "k": "D", "q": "N"},
        {"x": ("N", "D"), "\\gamma": ("D",), "\\beta": ("D",), "\\epsilon": ()},
        {
            mu: 1 / D * total("i", x("i")),
            s: sqrt(1 / D * total("i", (x("i") - mu) ** 2) + sym("\\epsilon")),
            h("i"): (x("i") - mu) / s,
            sym("y", "n", "i"): g("i") * h("i") + sym("\\beta", "i"),
        },
        {
            ("\\gamma", ("i",)): total("n", up("i") * h("i")),
            ("\\beta", ("i",)): total("n", up("i")),
            ("h", ("n", "i")): g("i") * up("i"),
            ("x", ("n", "i")): 1 / s * (inner - h("i") / D * total("j", g("j") * up("j") * h("j"))),
        },
        "y", "d", positive=frozenset({"\\epsilon"}),
    )  # fmt: skip


def _rmsnorm() -> Layer:
    x, g = (lambda i: sym("x", i)), (lambda i: sym("g", i))
    up = lambda i: sym(r"\frac{d \ell}{d y#}", i)  # noqa: E731
    r, n = sym("r"), size("n")
    return Layer(
        "RMS normalisation",
        {"i": "n", "j": "n", "k": "n", "l": "n"},
        {"x": ("n",), "g": ("n",), "\\varepsilon": ()},
        {
            r: sqrt(1 / n * total("k", x("k") ** 2) + sym("\\varepsilon")),
            sym("y", "i"): g("i") * x("i") / r,
        },
        {
            ("g", ("i",)): up("i") * x("i") / r,
            ("r", ()): -(1 / r**2) * total("i", up("i") * g("i") * x("i")),
            ("x", ("j",)): g("j") / r * up("j") - x("j") / (n * r**3) * total("i", g("i") * x("i") * up("i")),
        },
        "y", "d", "\\ell", positive=frozenset({"\\varepsilon"}),
    )  # fmt: skip


def _affine() -> Layer:
    x, w, y = (lambda *i: sym("x", *i)), (lambda *i: sym("w", *i)), sym("y", "n", "k")
    up = sym(r"\frac{\partial L}{\partial y#}", "n", "k")
    return Layer(
        "Affine layer",
        {"n": "N", "q": "N", "d": "D", "e": "D", "k": "K", "l": "K"},
        {"x": ("N", "D"), "w": ("D", "K"), "b": ("K",)},
        {y: total("d", x("n", "d") * w("d", "k")) + sym("b", "k")},
        {
            ("x", ("n", "d")): total("k", up * w("d", "k")),
            ("w", ("d", "k")): total("n", x("n", "d") * up),
            ("b", ("k",)): total("n", up),
        },
        "y",
    )


def _sigmoid_entropy() -> Layer:
    x, w, z, p, t = (
        (lambda j: sym("x", "i", j)),
        (lambda j: sym("w", j)),
        sym("z", "i"),
        sym("p", "i"),
        sym("t", "i"),
    )
    n = size("n")
    losses = t * fun("\\ln", p) + (1 - t) * fun("\\ln", 1 - p)
    return Layer(
        "Sigmoid and binary cross entropy",
        {"i": "n", "q": "n", "j": "d", "k": "d"},
        {"x": ("n", "d"), "w": ("d",), "b": (), "t": ("n",)},
        {
            z: total("j", w("j") * x("j")) + sym("b"),
            p: 1 / (1 + exp(-z)),
            sym("L"): -(1 / n) * total("i", losses),
        },
        {
            ("p", ("i",)): 1 / n * ((1 - t) / (1 - p) - t / p),
            ("z", ("i",)): 1 / n * (p - t),
            ("w", ("j",)): 1 / n * total("i", (p - t) * x("j")),
            ("b", ()): 1 / n * total("i", p - t),
        },
        positive=frozenset(),
    )


def _tanh() -> Layer:
    u, w, s, x, h = (
        (lambda *i: sym("u", *i)), (lambda *i: sym("w", *i)), (lambda i: sym("s", i)),
        (lambda i: sym("x", i)), (lambda i: sym("h", i)),
    )  # fmt: skip
    up = sym(r"\frac{\partial L}{\partial h#}", "i")
    local = up * (1 - h("i") ** 2)
    pre = total("j", u("i", "j") * x("j")) + total("k", w("i", "k") * s("k")) + sym("b", "i")
    return Layer(
        "One step of a recurrent net",
        {"i": "H", "k": "H", "l": "H", "j": "D", "q": "D"},
        {"u": ("H", "D"), "w": ("H", "H"), "x": ("D",), "s": ("H",), "b": ("H",)},
        {sym("a", "i"): pre, h("i"): fun("\\tanh", sym("a", "i"))},
        {
            ("a", ("i",)): local,
            ("b", ("i",)): local,
            ("u", ("i", "j")): local * x("j"),
            ("w", ("i", "k")): local * s("k"),
            ("s", ("k",)): total("i", w("i", "k") * local),
            ("x", ("j",)): total("i", u("i", "j") * local),
        },
        "h",
    )


def _unit_length() -> Layer:
    x, y, r = (lambda i: sym("x", i)), (lambda i: sym("y", i)), sym("r")
    up = lambda i: sym(r"\frac{\partial L}{\partial y#}", i)  # noqa: E731
    return Layer(
        "Division by the Euclidean length",
        {"i": "n", "j": "n", "k": "n", "l": "n"},
        {"x": ("n",)},
        {r: sqrt(total("k", x("k") ** 2)), y("i"): x("i") / r},
        {
            ("x", ("i",)): 1 / r * (up("i") - y("i") * total("j", y("j") * up("j"))),
            ("r", ()): -(1 / r**2) * total("i", up("i") * x("i")),
        },
        "y",
    )


def _attention() -> Layer:
    q, k, v, a, s = ((lambda *i, n=n: sym(n, *i)) for n in ("q", "k", "v", "a", "s"))
    up = lambda i, e: sym(r"\frac{\partial L}{\partial o#}", i, e)  # noqa: E731
    da = total("e", up("i", "e") * v("j", "e"))
    centre = total("l", a("i", "l") * total("e", up("i", "e") * v("l", "e")))
    ds = a("i", "j") * (da - centre)
    return Layer(
        "Attention",
        {"i": "T", "j": "T", "l": "T", "m": "T", "c": "D", "e": "E", "f": "E"},
        {"q": ("T", "D"), "k": ("T", "D"), "v": ("T", "E")},
        {
            s("i", "j"): 1 / sqrt(size("D")) * total("c", q("i", "c") * k("j", "c")),
            a("i", "j"): exp(s("i", "j")) / total("l", exp(s("i", "l"))),
            sym("o", "i", "e"): total("j", a("i", "j") * v("j", "e")),
        },
        {
            ("v", ("j", "e")): total("i", a("i", "j") * up("i", "e")),
            ("a", ("i", "j")): da,
            ("s", ("i", "j")): ds,
            ("q", ("i", "c")): 1 / sqrt(size("D")) * total("j", ds * k("j", "c")),
            ("k", ("j", "c")): 1 / sqrt(size("D")) * total("i", ds * q("i", "c")),
        },
        "o",
    )


def _log_sum_exp() -> Layer:
    x = lambda i: sym("x", i)  # noqa: E731
    return Layer(
        "Log-sum-exp",
        {"i": "n", "j": "n", "k": "n", "l": "n"},
        {"x": ("n",), "c": ("n",)},
        {sym("L"): fun("\\ln", total("j", exp(x("j")))) - total("j", sym("c", "j") * x("j"))},
        {("x", ("i",)): exp(x("i")) / total("j", exp(x("j"))) - sym("c", "i")},
    )


def _gelu() -> Layer:
    x, up = sym("x", "i"), sym(r"\frac{d L}{d y#}", "i")
    inside = term(HALF) * (1 + fun("\\operatorname{erf}", x / sqrt(term(2))))
    return Layer(
        "GELU",
        {"i": "n", "j": "n"},
        {"x": ("n",)},
        {sym("y", "i"): x * inside},
        {("x", ("i",)): up * (inside + x / sqrt(2 * PI) * exp(-(x**2 / 2)))},
        "y", "d",
    )  # fmt: skip


def _squares() -> Layer:
    x, w, y, t, n = (
        (lambda j: sym("x", "i", j)),
        (lambda j: sym("w", j)),
        sym("y", "i"),
        sym("t", "i"),
        size("n"),
    )
    return Layer(
        "Linear regression with squared errors",
        {"i": "n", "q": "n", "j": "d", "k": "d"},
        {"x": ("n", "d"), "w": ("d",), "t": ("n",)},
        {y: total("j", w("j") * x("j")), sym("E"): 1 / n * total("i", (y - t) ** 2)},
        {
            ("y", ("i",)): 2 / n * (y - t),
            ("w", ("j",)): 2 / n * total("i", (y - t) * x("j")),
        },
        None, "\\partial", "E",
    )  # fmt: skip


LAYERS = {
    "batchnorm": _batchnorm(False), "batchnorm-unbiased": _batchnorm(True), "softmax": _softmax(),
    "softmax-cross-entropy": _softmax_entropy(), "layernorm": _layernorm(), "rmsnorm": _rmsnorm(),
    "affine": _affine(), "sigmoid-bce": _sigmoid_entropy(), "tanh": _tanh(), "l2": _unit_length(),
    "attention": _attention(), "logsumexp": _log_sum_exp(), "gelu": _gelu(), "mse": _squares(),
}  # fmt: skip
