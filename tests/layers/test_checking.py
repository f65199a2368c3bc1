"""What the check promises: how often it evaluates, what it tells apart, and when it does not know."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcheck
from gradcheck.model import Layer, LayerVerdict

RNG = np.random.default_rng(5)
X = RNG.normal(size=(6, 4))


def check(forward: Callable[..., Any], backward: Callable[..., Any], **options: Any) -> Layer:
    return gradcheck.check(forward, backward, **options)


def codes(layer: Layer) -> set[str]:
    return {f.code for f in layer.findings} | {a.code for a in layer.arguments if a.code}


def test_five_forwards_whatever_the_number_of_arguments() -> None:
    calls = {"forward": 0, "backward": 0}

    def forward(a: Any, b: Any, c: Any, d: Any) -> Any:
        calls["forward"] += 1
        return np.tanh(a * b + c) * d, (a, b, c, d)

    def backward(dout: Any, cache: Any) -> Any:
        calls["backward"] += 1
        a, b, c, d = cache
        t = np.tanh(a * b + c)
        inner = dout * d * (1 - t**2)
        return inner * b, inner * a, inner, dout * t

    layer = check(forward, backward, a=X, b=X + 1, c=X - 1, d=2 * X)
    assert layer.verdict is LayerVerdict.PASS
    assert calls == {"forward": 5, "backward": 4}
    assert (layer.evaluations.forward, layer.evaluations.backward) == (5, 4)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("factor", "code"), [(1, None), (2, "L113")])
def test_an_argument_without_axes_is_an_array_at_every_evaluation(
    factor: float, code: str | None, dtype: str
) -> None:
    seen = []

    def forward(b: Any, x: Any) -> Any:
        seen.append((type(b), b.shape, b.flags.writeable))
        return b * np.tanh(x)

    def backward(dout: Any, b: Any, x: Any) -> Any:
        return factor * (dout * np.tanh(x)).sum(), dout * b * (1 - np.tanh(x) ** 2)

    inputs = {"b": f"normal(dtype={dtype})", "x": f"normal(4, 3, dtype={dtype})"}
    layer = check(forward, backward, corners=True, shrink=True, **inputs)
    assert [a.code for a in layer.arguments] == [code, None]
    assert set(seen) == {(np.ndarray, (), True)}


def test_the_guarantee_is_stated() -> None:
    layer = check(np.exp, lambda dout, x: dout * np.exp(x), x=X)
    (argument,) = layer.arguments
    assert argument.tolerance is not None and argument.error is not None
    assert argument.error <= argument.tolerance < 1e-7
    assert argument.miss_probability is not None and argument.miss_probability < 1e-3 == argument.detectable


def test_confidence_buys_directions() -> None:
    sure = check(np.exp, lambda dout, x: dout * np.exp(x), x=X, confidence=1 - 1e-12)
    (argument,) = sure.arguments
    assert sure.evaluations.forward in (9, 13) and (argument.miss_probability or 1) <= 1e-12


@pytest.mark.parametrize("bad", [np.abs, lambda g: np.maximum(g, 0), lambda g: g**2, np.ones_like])
def test_a_backward_that_is_not_linear(bad: Callable[..., Any]) -> None:
    layer = check(lambda x: 3 * x, lambda dout: 3 * bad(dout), x=X)
    assert layer.verdict is LayerVerdict.FAIL and "L103" in codes(layer)


def test_a_random_forward_is_named() -> None:
    rng = np.random.default_rng(0)
    layer = check(lambda x: x * (rng.random(x.shape) > 0.5), lambda dout, x: dout, x=X)
    assert "L203" in codes(layer) and layer.verdict is LayerVerdict.FAIL
    assert [a.verdict for a in layer.arguments] == [LayerVerdict.UNRESOLVED]


def test_noise_is_measured_and_not_trusted() -> None:
    def noisy(x: Any) -> Any:
        return x**2 + level * np.modf(43758.5 * np.sin(1e8 * x))[0]

    for level in (1e-2, 1e-1):  # noqa: B007 - `noisy` reads it
        layer = check(noisy, lambda dout, x: 2 * x * dout * 1.0001, x=X)
        assert layer.verdict is LayerVerdict.UNRESOLVED and codes(layer) >= {"L102", "L208"}
    level = 1e-6
    (argument,) = check(noisy, lambda dout, x: 2 * x * dout, x=X).arguments
    assert argument.verdict is LayerVerdict.PASS and 1e-3 < (argument.detectable or 0) <= 0.1


def test_float32_inside_is_found_and_still_judged() -> None:
    def forward(x: Any) -> Any:
        return np.tanh(x.astype(np.float32)).astype(np.float64)

    def backward(dout: Any, x: Any) -> Any:
        return dout * (1 - np.tanh(x) ** 2)

    right = check(forward, backward, x=X)
    assert right.verdict is LayerVerdict.PASS and "L208" in codes(right)
    wrong = check(forward, lambda dout, x: 1.1 * backward(dout, x), x=X)
    assert wrong.verdict is LayerVerdict.FAIL


def test_a_derivative_below_the_rounding_is_unresolved() -> None:
    layer = check(lambda x: 1 + 1e-13 * x, lambda dout: 2e-13 * dout, x=X)
    assert layer.verdict is LayerVerdict.UNRESOLVED


@pytest.mark.parametrize("size", [1e-9, 1e-6, 1e6, 1e9])
def test_small_and_large_layers_are_resolved(size: float) -> None:
    assert (
        check(lambda x: size * np.sin(x), lambda dout, x: size * np.cos(x) * dout, x=X).verdict
        is LayerVerdict.PASS
    )
    wrong = check(lambda x: size * np.sin(x), lambda dout, x: 1.001 * size * np.cos(x) * dout, x=X)
    assert wrong.verdict is LayerVerdict.FAIL


def test_a_gradient_that_is_zero_is_no_mystery() -> None:
    def shifted(x: Any, b: Any) -> Any:
        y = x + b
        return y - y.mean(axis=1, keepdims=True)

    def backward(dout: Any, x: Any, b: Any) -> Any:
        centred = dout - dout.mean(axis=1, keepdims=True)
        return centred, centred.sum(axis=1, keepdims=True)

    layer = check(shifted, backward, x=X, b=X[:, :1])
    assert [a.verdict for a in layer.arguments] == [LayerVerdict.PASS] * 2


def test_kinks_are_counted_and_masked() -> None:
    x = RNG.normal(size=(50, 40)) * RNG.random((50, 40)) ** 9
    layer = check(lambda x: np.maximum(x, 0), lambda dout, x: dout * (x > 0), x=x)
    assert layer.verdict is LayerVerdict.PASS and layer.arguments[0].kinks > 0
    assert any("kink" in note for note in layer.notes)


def test_inflection_points_are_no_kinks() -> None:
    x = RNG.normal(size=(50, 40)) * RNG.random((50, 40)) ** 9
    layer = check(lambda x: x**3, lambda dout, x: 3 * dout * x**2, x=x)
    assert layer.verdict is LayerVerdict.PASS and layer.arguments[0].kinks == 0


def test_at_an_exact_kink_the_value_lies_between() -> None:
    x = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert (
        check(
            lambda x: np.maximum(x, 0), lambda dout, x: 0.5 * dout * ((x > 0) * 1.0 + (x >= 0)), x=x
        ).findings
        == ()
    )
    bad = check(lambda x: np.maximum(x, 0), lambda dout, x: dout * np.where(x == 0, 2.0, x > 0), x=x)
    assert "L104" in codes(bad) and bad.verdict is LayerVerdict.FAIL


def test_domains_are_not_left() -> None:
    x = np.array([1e-5, 0.5, 3.0])
    assert check(np.sqrt, lambda dout, x: dout / (2 * np.sqrt(x)), x=x).verdict is LayerVerdict.PASS
    assert check(np.log, lambda dout, x: dout / x, x=np.array([1e-6, 1.0])).verdict is LayerVerdict.PASS


def test_tolerances_for_those_who_must() -> None:
    def sloppy(dout: Any, x: Any) -> Any:
        return 1.0001 * dout * np.exp(x)

    assert check(np.exp, sloppy, x=X).verdict is LayerVerdict.FAIL
    assert check(np.exp, sloppy, x=X, rtol=1e-2).verdict is LayerVerdict.PASS
    assert check(np.exp, sloppy, x=X, atol=1.0).verdict is LayerVerdict.PASS


def test_a_seed_replays_the_check() -> None:
    first, second, other = (check(np.exp, lambda dout, x: dout * np.exp(x), x=X, seed=s) for s in (3, 3, 4))
    assert first.arguments == second.arguments != other.arguments


def test_the_users_random_stream_is_left_alone() -> None:
    np.random.seed(1)
    due = np.random.random()
    np.random.seed(1)
    check(np.exp, lambda dout, x: dout * np.exp(x), x="normal(3, 2)")
    assert np.random.random() == due


def test_zero_dimensional_and_scalar_arguments() -> None:
    layer = check(lambda x, s: x * s, lambda dout, x, s: (dout * s, (dout * x).sum()), x=X, s=np.array(1.5))
    assert [a.verdict for a in layer.arguments] == [LayerVerdict.PASS] * 2


def test_several_outputs() -> None:
    def forward(x: Any) -> Any:
        return (np.sin(x), np.cos(x[:, 0])), x

    def backward(dout: Any, x: Any) -> Any:
        da, db = dout
        dx = da * np.cos(x)
        dx[:, 0] -= db * np.sin(x[:, 0])
        return dx

    assert check(forward, backward, x=X).verdict is LayerVerdict.PASS


def test_an_output_whose_shape_depends_on_the_values_is_refused() -> None:
    x = np.array([1e-6, 0.5, -1e-6, 2.0])
    layer = check(lambda x: x[x > 0] if x[0] > 0 else x, lambda dout, x: np.zeros_like(x), x=x - 1e-6)
    assert layer.verdict is LayerVerdict.ERROR and codes(layer) == {"L402"}
