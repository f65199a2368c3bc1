"""Exponentials written in many ways: the code never overflows and loses no digits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from derived_code import Generated, derived, verdicts

Array = np.ndarray[Any, np.dtype[np.float64]]
X = np.array([[-1000.0, -30.0, -1.0], [0.5, 30.0, 1000.0]])


def logistic(x: Array) -> Array:
    return np.exp(-np.logaddexp(0, -x))


ENTRYWISE: list[tuple[str, Callable[[Array], Array]]] = [
    (r"\frac{1}{1 + e^{-x_{ij}}}", logistic),
    (r"\frac{e^{x_{ij}}}{1 + e^{x_{ij}}}", logistic),
    (r"(1 + \exp(-x_{ij}))^{-1}", logistic),
    (r"\frac{e^{x_{ij}/2}}{e^{x_{ij}/2} + e^{-x_{ij}/2}}", logistic),
    (r"1 - \frac{1}{1 + e^{x_{ij}}}", logistic),
    (r"\frac{e^{-x_{ij}}}{(1 + e^{-x_{ij}})^2}", lambda x: logistic(x) * logistic(-x)),
    (r"\frac{e^{x_{ij}} - e^{-x_{ij}}}{e^{x_{ij}} + e^{-x_{ij}}}", np.tanh),
    (r"\frac{1 - e^{-2 x_{ij}}}{1 + e^{-2 x_{ij}}}", np.tanh),
    (r"\frac{2}{1 + e^{-2 x_{ij}}} - 1", np.tanh),
    (r"1 - \frac{2}{e^{2 x_{ij}} + 1}", np.tanh),
    (r"\log(1 + e^{x_{ij}})", lambda x: np.logaddexp(0, x)),
    (r"x_{ij} + \log(1 + e^{-x_{ij}})", lambda x: np.logaddexp(0, x)),
    (r"\log \frac{1}{1 + e^{-x_{ij}}}", lambda x: -np.logaddexp(0, -x)),
    (r"\log(e^{x_{ij}} + e^{-x_{ij}})", lambda x: np.logaddexp(x, -x)),
    (r"\frac{x_{ij}}{1 + e^{-x_{ij}}}", lambda x: x * logistic(x)),
]


@pytest.mark.parametrize(("formula", "right"), ENTRYWISE, ids=[f for f, _ in ENTRYWISE])
def test_entrywise(formula: str, right: Callable[[Array], Array], tmp_path: Path) -> None:
    layer = Generated(derived(f"$$ y_{{ij}} = {formula} $$"), tmp_path)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        (found,), (gradient,) = layer.run({"x": X})
    np.testing.assert_allclose(found, right(X), rtol=1e-12, atol=1e-300)
    assert np.isfinite(gradient).all()
    assert verdicts(layer.path) == {"pass"}


SOFTMAXES = [
    r"$$ y_{ij} = \frac{e^{x_{ij}}}{\sum_{k=1}^K e^{x_{ik}}} $$",
    r"$$ S_i = \sum_{k=1}^K e^{x_{ik}} $$ $$ y_{ij} = \frac{e^{x_{ij}}}{S_i} $$",
    r"$$ E_{ij} = e^{x_{ij}} $$ $$ S_i = \sum_{k=1}^K E_{ik} $$ $$ y_{ij} = \frac{E_{ij}}{S_i} $$",
    r"$$ E_{ij} = e^{x_{ij}} $$ $$ r_i = \frac{1}{\sum_{k=1}^K E_{ik}} $$ $$ y_{ij} = E_{ij} r_i $$",
    r"$$ z_i = \log \sum_{k=1}^K e^{x_{ik}} $$ $$ y_{ij} = e^{x_{ij} - z_i} $$",
]


@pytest.mark.parametrize("text", SOFTMAXES)
def test_softmax(text: str, tmp_path: Path) -> None:
    layer = Generated(derived(text), tmp_path)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        (found,), (gradient,) = layer.run({"x": X})
    shifted = np.exp(X - X.max(axis=1, keepdims=True))
    np.testing.assert_allclose(found, shifted / shifted.sum(axis=1, keepdims=True), rtol=1e-12)
    assert np.isfinite(gradient).all()
    assert verdicts(layer.path) == {"pass"}


LOGARITHMS = [
    SOFTMAXES[0] + r" $$ z_{ij} = \log y_{ij} $$",
    SOFTMAXES[1] + r" $$ z_{ij} = \log y_{ij} $$",
    SOFTMAXES[1].partition(" $$ y")[0] + r" $$ z_{ij} = x_{ij} - \log S_i $$",
]


@pytest.mark.parametrize("text", LOGARITHMS)
def test_log_softmax(text: str, tmp_path: Path) -> None:
    layer = Generated(derived(text), tmp_path)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        (found,), (gradient,) = layer.run({"x": X})
    np.testing.assert_allclose(found, X - X.max(axis=1, keepdims=True), atol=1e-12)
    assert np.isfinite(gradient).all()
    assert verdicts(layer.path) == {"pass"}


def test_over_the_first_axis_and_over_two(tmp_path: Path) -> None:
    for name, text in {
        "first": r"$$ y_{ij} = \frac{e^{x_{ij}}}{\sum_{k=1}^K e^{x_{kj}}} $$",
        "two": r"$$ y_{ij} = \frac{e^{x_{ij}}}{\sum_{k=1}^K \sum_{l=1}^M e^{x_{kl}}} $$",
        "warm": r"$$ y_{ij} = \frac{e^{x_{ij} / T}}{\sum_{k=1}^K e^{x_{ik} / T}} $$",
    }.items():
        layer = Generated(derived(text), tmp_path, name)
        with np.errstate(over="raise", invalid="raise"):
            outputs, _ = layer.run({"x": X} | ({"t": 0.5} if name == "warm" else {}))
        assert np.isfinite(outputs[0]).all()
        assert verdicts(layer.path) == {"pass"}


def test_definitions_that_only_serve_a_quotient_are_not_computed(tmp_path: Path) -> None:
    source = Generated(derived(SOFTMAXES[2]), tmp_path).source
    body = source[source.index("def generated_forward") :]
    assert body.count("np.exp(") == 1 and "np.exp(x)" not in body
