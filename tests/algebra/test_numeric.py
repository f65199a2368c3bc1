"""Float64 evaluation and finite differences, on layers whose gradients are known."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradcheck.algebra.expr import (
    Adjoint,
    Delta,
    Fun,
    Graph,
    Node,
    Num,
    Partial,
    Pow,
    Ref,
    Sum,
    Var,
    add,
    mul,
    number,
    power,
)
from gradcheck.algebra.numeric import NoPoint, Point, SizeTooSmall, Unbound, compare, evaluate, sample

SIZES = {"m": 3, "K": 4, "N": 2, "D": 3, "M": 2, "H": 2, "T": 3, "n": 3}
X = Var("x", ("i",))


def line(body: Any, leaves: dict[str, tuple[str, ...]] | None = None) -> Graph:
    return Graph({"y": Node("y", ("i",), ("m",), body)}, leaves or {"x": ("m",)}, {"L": ("y",)})


def point_of(**values: Any) -> Point:
    return Point({"m": 3}, {name: np.asarray(value, dtype=float) for name, value in values.items()})


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_known_claims(known: Any, seed: int) -> None:
    sizes = SIZES | known.sizes
    rng = np.random.default_rng(seed)
    point = sample(known.graph, [known.left, known.right], sizes, rng, index_sizes=known.index_sizes)
    result = compare(known.left, known.right, known.graph, point, known.index_sizes)
    assert result.agrees is known.holds, result
    if known.holds:
        assert result.error < result.tolerance / 30


def test_sizes_of_one_are_not_taken_for_padding() -> None:
    graph = line(mul(X, X))
    point = Point({"m": 1, "k": 4}, {"x": np.array([3.0]), "dL/dy": np.ones(1)})
    nested = Sum("j", "k", Sum("i", "m", mul(X, X)))
    assert evaluate(nested, graph, point, [], {}) == 36.0
    assert evaluate(Adjoint("L", "x", ("i",)), graph, point, ["i"], {"i": "m"}) == pytest.approx([6.0])


def test_axes_come_in_the_order_asked_for() -> None:
    graph = Graph({}, {"a": ("m", "n")}, {})
    values = np.arange(6.0).reshape(2, 3)
    point = Point({"m": 2, "n": 3}, {"a": values})
    sizes = {"i": "m", "j": "n"}
    entry = Var("a", ("i", "j"))
    assert (evaluate(entry, graph, point, ["i", "j"], sizes) == values).all()
    assert (evaluate(entry, graph, point, ["j", "i"], sizes) == values.T).all()
    assert (evaluate(Sum("i", "m", entry), graph, point, ["j"], sizes) == values.sum(0)).all()


def test_worst_position_counts_from_one() -> None:
    graph = line(X)
    point = point_of(x=[1, 2, 3], **{"dL/dy": [1, 1, 1]})
    result = compare(X, add(X, Delta("i", 3)), graph, point, {"i": "m"})
    assert (result.agrees, result.worst, result.left, result.right) == (False, {"i": 3}, 3.0, 4.0)


def test_between_the_tolerances_nothing_is_said() -> None:
    graph = line(X)
    point = point_of(x=[1, 1, 1], **{"dL/dy": [1, 1, 1]})
    near = mul(X, Num(1 + Fraction(1, 10**9)))
    assert compare(X, near, graph, point, {"i": "m"}).agrees is None


def test_a_difference_across_a_kink_says_nothing() -> None:
    graph = line(Fun("relu", (X,)))
    point = point_of(x=[1, -1, 1e-5], **{"dL/dy": [1, 1, 1]})
    left, right = Adjoint("L", "x", ("i",)), mul(Var("dL/dy", ("i",)), Fun("step", (X,)))
    assert compare(left, right, graph, point, {"i": "m"}).agrees is None
    assert compare(left, right, graph, point, {"i": "m"}).agrees is None, "also when remembered"
    assert compare(Ref("y", ("i",)), Fun("relu", (X,)), graph, point, {"i": "m"}).agrees is True


def test_a_kink_at_exactly_zero_that_nothing_moves_is_none() -> None:
    graph = line(Fun("relu", (add(X, mul(number(-1), X)),)))
    point = point_of(x=[1, 2, 3], **{"dL/dy": [1, 1, 1]})
    assert compare(Adjoint("L", "x", ("i",)), number(0), graph, point, {"i": "m"}).agrees is True


def test_not_a_number_is_not_a_disagreement() -> None:
    graph = line(X)
    point = point_of(x=[-1, 2, 3], **{"dL/dy": [1, 1, 1]})
    assert compare(Fun("log", (X,)), X, graph, point, {"i": "m"}).agrees is None


def test_sampling_finds_where_logarithms_exist() -> None:
    one_minus = add(number(1), mul(number(-1), X))
    graph = line(add(Fun("log", (X,)), Fun("log", (one_minus,))))
    values = sample(graph, [], {"m": 3}, np.random.default_rng(0)).values["x"]
    assert ((values > 0) & (values < 1)).all()


def test_sampling_keeps_magnitudes_off_zero_and_signs_mixed() -> None:
    graph = line(X, {"x": ("m",), "p": ("m",)})
    values = sample(graph, [], {"m": 50}, np.random.default_rng(0), positive={"p"}).values
    assert np.abs(values["x"]).min() >= 0.3
    assert (values["x"] < 0).any() and (values["p"] > 0).all()
    assert values["dL/dy"].shape == (50,)


def test_sampling_gives_up() -> None:
    graph = line(Fun("log", (mul(number(-1), power(X, 2)),)))
    with pytest.raises(NoPoint):
        sample(graph, [], {"m": 3}, np.random.default_rng(0))


def test_a_position_beyond_the_axis() -> None:
    graph, point = line(X), point_of(x=[1, 2, 3], **{"dL/dy": [1, 1, 1]})
    for expr in (Var("x", (4,)), Sum("i", "m", Delta("i", 4)), Adjoint("L", "x", (4,))):
        with pytest.raises(SizeTooSmall):
            evaluate(expr, graph, point, [], {})


@pytest.mark.parametrize(
    "expr",
    [Var("q"), Var("x", ("k",)), Var("x"), Adjoint("M", "x", (1,)), Adjoint("L", "x", (1,), "z")],
)
def test_what_has_no_value_is_named(expr: Any) -> None:
    graph, point = line(X), point_of(x=[1, 2, 3], **{"dL/dy": [1, 1, 1]})
    with pytest.raises(Unbound):
        evaluate(expr, graph, point, [], {})


def test_an_index_along_an_axis_of_another_size() -> None:
    point = Point({"m": 3, "n": 1}, {"x": np.ones(3)})
    with pytest.raises(Unbound):
        evaluate(Sum("i", "n", X), Graph({}, {"x": ("m",)}), point, [], {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("erf", math.erf(0.7)),
        ("sigmoid", 1 / (1 + math.exp(-0.7))),
        ("softplus", math.log1p(math.exp(0.7))),
        ("sinh", math.sinh(0.7)),
        ("cosh", math.cosh(0.7)),
        ("sin", math.sin(0.7)),
        ("cos", math.cos(0.7)),
        ("sign", 1.0),
        ("step", 1.0),
    ],
)
def test_functions(name: str, value: float) -> None:
    point = Point({}, {"t": np.asarray(0.7)})
    graph = Graph({}, {"t": ()})
    assert evaluate(Fun(name, (Var("t"),)), graph, point, [], {}) == pytest.approx(value, rel=1e-15)


def test_exponents_that_vary() -> None:
    point = Point({}, {"a": np.asarray(2.0), "b": np.asarray(0.5)})
    graph = Graph({}, {"a": (), "b": ()})
    slope = Partial(Pow(Var("a"), Var("b")), "b")
    assert evaluate(slope, graph, point, [], {}) == pytest.approx(math.sqrt(2) * math.log(2), rel=1e-9)


def test_batch_norm_is_quick(claims: dict[str, Any]) -> None:
    claim, rng, best = claims["bn chain rule"], np.random.default_rng(0), math.inf
    for _ in range(20):
        point = sample(claim.graph, [claim.left, claim.right], {"m": 3}, rng)
        start = time.perf_counter()
        compare(claim.left, claim.right, claim.graph, point, claim.index_sizes)
        best = min(best, time.perf_counter() - start)
    assert best < 5e-3
