"""SymPy at concrete sizes, and what it prints, on layers whose gradients are known."""

from __future__ import annotations

import itertools
import time
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
import sympy as sp

from gradcheck.algebra.expr import (
    Adjoint,
    Delta,
    Fun,
    Graph,
    Last,
    Node,
    Partial,
    Ref,
    Size,
    Sum,
    Var,
    add,
    mul,
    number,
    power,
)
from gradcheck.algebra.numeric import evaluate, sample
from gradcheck.algebra.sympy_bridge import (
    Instance,
    Names,
    SizeTooSmall,
    Step,
    Unbound,
    equal,
    equal_everywhere,
    to_sympy,
    value_at,
)

SIZES = {"m": 2, "K": 3, "N": 2, "D": 2, "M": 2, "H": 2, "T": 2, "n": 2}
X = Var("x", ("i",))
LINE = Graph({"y": Node("y", ("i",), ("m",), power(X, 2))}, {"x": ("m",)}, {"L": ("y",)})
x, y, z = sp.symbols("x y z", real=True)
half = sp.Rational(1, 2)


def test_known_claims(known: Any) -> None:
    verdict, sizes, _ = equal_everywhere(
        known.left, known.right, known.graph, [SIZES | known.sizes], known.index_sizes
    )
    assert verdict is (known.holds if known.provable else None)
    assert sizes == SIZES | known.sizes


def test_engines_agree_on_values(known: Any) -> None:
    sizes = SIZES | known.sizes
    rng = np.random.default_rng(5)
    point = sample(known.graph, [known.left, known.right], sizes, rng, index_sizes=known.index_sizes)
    instance = Instance(known.graph, sizes)
    axes = list(known.index_sizes)
    for side in (known.left, known.right):
        values = evaluate(side, known.graph, point, axes, known.index_sizes)
        for places in itertools.product(*(range(length) for length in values.shape)):
            at = {index: place + 1 for index, place in zip(axes, places, strict=True)}
            expression = instance.expand(side, at)
            entries = {
                symbol: mpmath.mpf(float(point.values[name][tuple(place - 1 for place in positions)]))
                for (name, positions), symbol in instance.symbols.items()
            }
            assert float(value_at(expression, entries)) == pytest.approx(
                float(values[places]), rel=1e-6, abs=1e-7
            )


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (1 / sp.sqrt(2 * x**2 + 2 * y**2), 1 / sp.sqrt(2) / sp.sqrt(x**2 + y**2), True),
        (sp.sqrt(x**2 / 3 + y**2 / 3), sp.sqrt(3) * sp.sqrt(x**2 + y**2) / 3, True),
        (sp.sqrt(x**2 + y**2) ** 3 / (x**2 + y**2), sp.sqrt(x**2 + y**2), True),
        (sp.sqrt(x**2), x, False),
        (sp.sqrt(sp.sqrt(x**2 + 1) + y) ** 4, (sp.sqrt(x**2 + 1) + y) ** 2, True),
        (sp.log(sp.exp(x) / (sp.exp(x) + sp.exp(y))), x - sp.log(sp.exp(x) + sp.exp(y)), True),
        (sp.log((sp.exp(x) + sp.exp(y)) * sp.exp(-x)), sp.log(1 + sp.exp(y - x)), True),
        (sp.log(x**2 + x * y), sp.log(x) + sp.log(x + y), True),
        (sp.log(6 * x), sp.log(2) + sp.log(3) + sp.log(x), True),
        (sp.tanh(x + y), (sp.tanh(x) + sp.tanh(y)) / (1 + sp.tanh(x) * sp.tanh(y)), True),
        (sp.cosh(x) ** 2 - sp.sinh(x) ** 2, sp.S.One, True),
        (sp.sin(x) ** 2 + sp.cos(x) ** 2, sp.S.One, True),
        (x * Step(x) + x * Step(-x), x, True),
        (Step(x) ** 2, Step(3 * x), True),
        (Step(x * sp.exp(y)), Step(x), True),
        (Step(x), Step(y), False),
        (Step(x - 1 - half), sp.S.Zero, False),
        (x**y * x**z, x ** (y + z), True),
        (1 / (1 / x - 1 / y), x * y / (y - x), True),
        (sp.sqrt(x**2 + 1), sp.sqrt(x**2 + 1) + sp.Rational(1, 10**12), False),
        (sp.sin(2 * x), 2 * sp.sin(x) * sp.cos(x), None),
        (sp.gamma(x + 3), sp.gamma(x + 3) + x * 0 + 1, None),
    ],
)
def test_equal(left: Any, right: Any, verdict: bool | None) -> None:
    assert equal(left, right) is verdict
    assert equal(right, left) is verdict


def test_too_large_is_not_decided() -> None:
    left, right = (x + y + 1) ** 40, ((x + y + 1) ** 2).expand() ** 20
    assert equal(left, right, budget=10**4) is None
    assert equal((x + y + 1) ** 4, ((x + y + 1) ** 2).expand() ** 2, budget=10**4) is True


def test_positions_beyond_the_axis() -> None:
    instance = Instance(LINE, {"m": 2})
    for expr in (Var("x", (3,)), Ref("y", (3,)), Adjoint("L", "x", (3,))):
        with pytest.raises(SizeTooSmall):
            instance.expand(expr, {})
    third = Var("x", (3,))
    assert equal_everywhere(third, Var("x", (Last("m"),)), LINE, [{"m": 2}, {"m": 3}], {}).verdict is True
    assert equal_everywhere(third, third, LINE, [{"m": 2}], {}).verdict is None


@pytest.mark.parametrize(
    "expr", [Var("q"), Var("x", ("k",)), Var("x"), Adjoint("M", "x", (1,)), Adjoint("L", "x", (1,), "z")]
)
def test_what_has_no_value_is_named(expr: Any) -> None:
    with pytest.raises(Unbound):
        Instance(LINE, {"m": 2}).expand(expr, {})


def test_coincidences_are_told_apart() -> None:
    entry = Partial(Ref("y", ("i",)), "x", ("j",))
    over = {"i": "m", "j": "m"}
    diagonal = equal_everywhere(entry, mul(number(2), X), LINE, [{"m": 3}], over)
    assert diagonal == (False, {"m": 3}, {"i": 1, "j": 2})
    right = mul(number(2), X, Delta("i", "j"))
    assert equal_everywhere(entry, right, LINE, [{"m": 2}, {"m": 3}, {"m": 4}], over).verdict is True


def test_fixed_positions_are_all_tried() -> None:
    left, right = Delta("i", Last("m")), number(0)
    assert equal_everywhere(left, right, LINE, [{"m": 3}], {"i": "m"}).at == {"i": 3}


def test_expansion_reads_as_written() -> None:
    instance = Instance(LINE, {"m": 2})
    assert str(instance.expand(Sum("i", "m", X), {})) == "x_1 + x_2"
    assert str(instance.expand(Adjoint("L", "x", ("i",)), {"i": 2})) == "2*dL_dy_2*x_2"


def test_names_are_plain_and_never_shared() -> None:
    names = Names()
    given = [names.of(n) for n in (r"\hat{x}", r"\hat x", "x_hat", r"\sigma_{B}^{2}", r"\mathbf{W}", "1x")]
    assert given == ["x_hat", "x_hat__2", "x_hat__3", "sigma_B2", "W", "v_1x"]
    assert names.of(r"\hat{x}") == "x_hat"


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (Sum("i", "m", mul(X, Delta("i", "k"))), "Sum(KroneckerDelta(i, k)*x[i], (i, 1, m))"),
        (Adjoint("L", "x", ("i",)), "Derivative(L(x), x[i])"),
        (Adjoint("L", "x", ("i",), "y"), "Derivative(L(y(x)), x[i])"),
        (Partial(Ref("y", ("i",)), "x", ("j",)), "Derivative(y(x)[i], x[j])"),
        (Partial(mul(Ref("y", ("i",)), X), "x", ("j",)), "Derivative(x[i]*y[i], x[j])"),
        (Partial(mul(Ref("y", ("i",)), X), "x", ("j",), "total"), "Derivative(x[i]*y(x)[i], x[j])"),
        (Fun("relu", (Var("x", (Last("m"),)),)), "relu(x[m])"),
        (add(Size("m"), number(-1)), "m - 1"),
    ],
)
def test_written_for_people(expr: Any, text: str) -> None:
    written = to_sympy(expr, LINE)
    assert str(written) == text
    assert eval(sp.srepr(written), vars(sp) | {"Step": Step}) == written


def test_the_usual_layers_are_quick(claims: dict[str, Any]) -> None:
    for name in ("bn chain rule", "softmax + cross entropy", "layer norm"):
        known = claims[name]
        start = time.perf_counter()
        for size in (2, 3):
            sizes = {"m": size, "K": size, "N": 2, "D": size}
            assert equal_everywhere(known.left, known.right, known.graph, [sizes], known.index_sizes).verdict
        assert time.perf_counter() - start < 5.0, name
