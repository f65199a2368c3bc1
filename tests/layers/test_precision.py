"""Layers in float32, float16 and bfloat16: held against what plain arithmetic in that precision loses."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from frameworks import needed

import gradcheck
from gradcheck.layers import reference
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.cases import cases_in
from gradcheck.layers.precision import in_double, noise
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.settings import Settings
from gradcheck.model import Layer, LayerVerdict

X = np.random.default_rng(2).normal(size=(16, 8))


def dtype_of(name: str) -> Any:
    return needed("ml_dtypes").bfloat16 if name == "bfloat16" else np.dtype(name)


def check(backward: Callable[..., Any], dtype: str) -> Layer:
    return gradcheck.check(lambda x: x**2, backward, x=X.astype(dtype_of(dtype)))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_plain_arithmetic_passes_and_a_wrong_formula_does_not(dtype: str) -> None:
    assert check(lambda dout, x: 2 * dout * x, dtype).verdict is LayerVerdict.PASS
    wrong = check(lambda dout, x: dout * x, dtype)
    assert [a.code for a in wrong.arguments] == ["L113"] and wrong.arguments[0].dtype == dtype


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_cancellation_is_too_noisy(dtype: str) -> None:
    def cancelling(dout: Any, x: Any) -> Any:
        big = x.dtype.type(512)
        return 2 * ((dout + big) - big) * x

    layer = check(cancelling, dtype)
    assert [a.code for a in layer.arguments] == ["L108"] and layer.verdict is LayerVerdict.FAIL


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("name", reference.names())
def test_the_reference_layers_stay_below_the_bar(name: str, dtype: str) -> None:
    module = reference.load(name)
    pair = FunctionPair(name, getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward"))
    for seed in range(5):
        for case in (cases_in(module) or {})[name]:
            values = draw_all(case, seed)
            low = {n: v.astype(dtype) if is_float_array(v) else v for n, v in values.items()}
            with np.errstate(all="ignore"):
                errors = noise(pair.bind(low), pair.bind(in_double(low)), Settings(seed=seed))
            assert errors and all(error <= bar for error, bar in errors.values()), (seed, errors)


def soft_cross_entropy(x: Any, labels: Any) -> Any:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -(labels * np.log(p)).sum() / len(x), (p, labels)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("factor", [1, 2])
def test_shares_sum_to_1_in_float64_too(dtype: str, factor: float) -> None:
    if dtype == "bfloat16":
        needed("ml_dtypes")

    def backward(dout: Any, cache: Any) -> Any:
        p, labels = cache
        dx = dout * (p - labels) / (factor * len(p))
        return dx

    inputs = {"x": f"normal(4, 3, dtype={dtype})", "labels": f"simplex(4, 3, dtype={dtype})"}
    verdicts = {gradcheck.check(soft_cross_entropy, backward, seed=s, **inputs).verdict for s in range(8)}
    assert verdicts == {LayerVerdict.PASS if factor == 1 else LayerVerdict.FAIL}


@pytest.mark.parametrize("axis", [0, 1])
def test_only_what_sums_to_1_but_for_rounding_is_changed(axis: int) -> None:
    shares = np.moveaxis(np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]], np.float32), 1, axis)
    np.testing.assert_allclose(in_double({"t": shares})["t"].sum(axis), 1, rtol=0, atol=2e-16)
    near, signed = shares * np.float32(1.001), shares - np.float32(0.15)
    for same in (near, signed, X.astype(np.float32), np.float32(X[:0]), np.array(0.1, np.float32)):
        np.testing.assert_array_equal(in_double({"t": same})["t"], same)


def test_a_kernel_that_knows_float32_only_is_differenced_in_it() -> None:
    def forward(x: Any) -> Any:
        return np.tanh(x.astype(np.float32))

    def backward(dout: Any, x: Any) -> Any:
        return (dout * (1 - np.tanh(x) ** 2)).astype(np.float32)

    right = gradcheck.check(forward, backward, x=X.astype(np.float32))
    (argument,) = right.arguments
    assert right.verdict is LayerVerdict.PASS and 1e-3 < (argument.detectable or 0) <= 0.1
    wrong = gradcheck.check(forward, lambda dout, x: 1.1 * backward(dout, x), x=X.astype(np.float32))
    assert wrong.verdict is LayerVerdict.FAIL
