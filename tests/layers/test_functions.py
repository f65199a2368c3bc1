# ruff: noqa: E501 - the layers are written as their authors would
"""Functions as people write them: what the backward is given, and which gradient is whose."""

from pathlib import Path

import numpy as np
import pytest

import gradcheck
from gradcheck.model import Layer, LayerVerdict

PASS, FAIL = LayerVerdict.PASS, LayerVerdict.FAIL


def report(tmp_path: Path, body: str, name: str, **options: object) -> Layer:
    path = tmp_path / "written.py"
    path.write_text(f"import numpy as np\n\n{body}")
    return gradcheck.check(f"{path}:{name}", options.pop("backward", None), **options)  # type: ignore[arg-type]


def verdicts(layer: Layer) -> dict[str, LayerVerdict]:
    return {a.name: a.verdict for a in layer.arguments}


RIGHT = {
    "cache is the output": "def th(x): return np.tanh(x)\ndef th_backward(dout, out): return dout * (1 - out**2)",
    "arguments again": "def th(x, w): return x @ w\ndef th_bwd(g, x, w): return g @ w.T, x.T @ g",
    "other order": "def th(x, w, b): return x @ w + b, (x, w)\n"
    "def th_grad(dout, cache):\n    x, w = cache\n    return dout.sum(0), x.T @ dout, dout @ w.T",
    "dictionary": "def th(x, w): return x @ w, {'x': x, 'w': w}\n"
    "def th_backward(dout, cache): return {'dw': cache['x'].T @ dout, 'dx': dout @ cache['w'].T}",
    "derivative at the input": "def th(x): return np.tanh(x)\ndef th_prime(x): return 1 - np.tanh(x)**2",
    "derivative at the output": "def th(x): return 1 / (1 + np.exp(-x))\ndef th_derivative(x): return x * (1 - x)",
    "a flag": "def th(x, deriv=False):\n    if deriv: return x * (1 - x)\n    return 1 / (1 + np.exp(-x))",
    "closure": "def th(x):\n    y = np.sin(x)\n    def pull(dy): return dy * np.cos(x)\n    return y, pull",
    "loss": "def th(x, y):\n    d = x - y\n    loss = (d**2).sum()\n    return loss, 2 * d",
    "loss of parameters": "def th(params, X, y):\n    r = X @ params['W'] + params['b'] - y\n"
    "    return (r**2).sum(), {'W': 2 * X.T @ r, 'b': 2 * r.sum(0)}",
    "true before predicted": "def th(y_true, y_pred): return ((y_true - y_pred)**2).sum()\n"
    "def th_prime(y_true, y_pred): return 2 * (y_pred - y_true)",
    "two outputs": "def th(x):\n    a, b = np.split(x, 2, axis=1)\n    return np.tanh(a), b**2\n"
    "def th_backward(da, db, x):\n    a, b = np.split(x, 2, axis=1)\n"
    "    return np.hstack([da * (1 - np.tanh(a)**2), 2 * db * b])",
    "the same thing twice": "def th(x):\n    e = np.exp(x)\n    return e, e\ndef th_backward(dout, e): return dout * e",
    "none for what is whole": "def th(x, ids): return x[ids], (x.shape, ids)\n"
    "def th_backward(dout, cache):\n    shape, ids = cache\n    dx = np.zeros(shape)\n"
    "    np.add.at(dx, ids, dout)\n    return dx, None",
}


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_right_ones_pass_without_a_word_about_inputs(body: str, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(4, 6))
    given = {"x": x, "ids": np.array([0, 2, 2])} if "ids" in body else {"x": x} if "split" in body else {}
    layer = report(tmp_path, body, "th", **given)
    assert layer.verdict is PASS and layer.arguments, layer


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_wrong_ones_fail(body: str, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(4, 6))
    given = {"x": x, "ids": np.array([0, 2, 2])} if "ids" in body else {"x": x} if "split" in body else {}
    spoiled = body.replace("np.tanh(a)**2", "np.tanh(a)").replace("return dx, None", "return dx * 1.01, None")
    for right, wrong in (
        ("1 - out**2", "1 - out"),
        ("g @ w.T, x.T @ g", "g @ w.T, 2 * x.T @ g"),
        ("dout.sum(0), x.T", "dout.sum(0), -x.T"),
        ("cache['x'].T @ dout, 'dx'", "cache['x'].T @ dout * 1.1, 'dx'"),
        ("1 - np.tanh(x)**2", "1 - np.tanh(x)"),
        ("x * (1 - x)", "x * (2 - x)"),
        ("dy * np.cos(x)", "-dy * np.cos(x)"),
        ("loss, 2 * d", "loss, d"),
        ("'b': 2 * r.sum(0)", "'b': r.sum(0)"),
        ("2 * (y_pred - y_true)", "2 * (y_true - y_pred)"),
        ("return dout * e", "return dout * e * e"),
    ):
        spoiled = spoiled.replace(right, wrong)
    assert spoiled != body
    assert report(tmp_path, spoiled, "th", **given).verdict is FAIL


def test_a_forgotten_gradient_is_missed(tmp_path: Path) -> None:
    body = "def th(x, w, b): return x @ w + b, (x, w)\ndef th_backward(dout, c): return dout @ c[1].T, c[0].T @ dout"
    layer = report(tmp_path, body, "th")
    assert verdicts(layer) == {"x": PASS, "w": PASS, "b": FAIL}
    assert [a.code for a in layer.arguments] == [None, None, "L105"]
    assert report(tmp_path, body, "th", fixed=["b"]).verdict is PASS


def test_parameters_in_a_dictionary_are_arguments(tmp_path: Path) -> None:
    body = (
        "def cell(xt, parameters): return np.tanh(parameters['W'] @ xt + parameters['b']), (xt, parameters)\n"
        "def cell_backward(da, cache):\n    xt, p = cache\n    dz = da * (1 - np.tanh(p['W'] @ xt + p['b'])**2)\n"
        "    return {'dxt': p['W'].T @ dz, 'dW': 3 * dz @ xt.T, 'db': dz.sum(1, keepdims=True)}"
    )
    inputs = {"xt": "normal(3, 4)", "parameters": {"W": np.ones((5, 3)), "b": np.ones((5, 1))}}
    layer = report(tmp_path, body, "cell", inputs=inputs)
    assert verdicts(layer) == {"xt": PASS, "parameters.W": FAIL, "parameters.b": PASS}


def test_lists_of_arrays_are_arguments() -> None:
    layer = gradcheck.check(
        np.hstack,
        lambda dout, tup: [2 * dout[:, :2], dout[:, 2:]],
        tup=[np.ones((3, 2)), np.ones((3, 4))],
    )
    assert verdicts(layer) == {"tup.0": FAIL, "tup.1": PASS}


def test_numbers_with_a_gradient_are_arguments(tmp_path: Path) -> None:
    body = (
        "def prelu(x, alpha): return np.where(x > 0, x, alpha * x)\n"
        "def prelu_backward(dout, x, alpha):\n    dx = dout * np.where(x > 0, 1.0, alpha)\n"
        "    dalpha = (dout * np.minimum(x, 0)).sum()\n    return dx, dalpha"
    )
    assert verdicts(report(tmp_path, body, "prelu", x="normal(4, 3)", alpha=0.3)) == {
        "x": PASS,
        "alpha": PASS,
    }
    wrong = body.replace("dalpha = ", "dalpha = 2 * ")
    assert verdicts(report(tmp_path, wrong, "prelu", x="normal(4, 3)", alpha=0.3)) == {
        "x": PASS,
        "alpha": FAIL,
    }


BENT = {
    "a total for a column": "(dout.sum())",
    "the wrong axis": "dout.sum(axis=1, keepdims=True)",
    "no sum": "dout",
}


@pytest.mark.parametrize("db", BENT.values(), ids=BENT)
def test_inputs_are_not_bent_to_fit_a_wrong_backward(db: str, tmp_path: Path) -> None:
    body = f"def af(x, w, b): return x @ w + b, (x, w)\ndef af_backward(dout, c): return dout @ c[1].T, c[0].T @ dout, {db}"
    layer = report(tmp_path, body, "af")
    assert layer.verdict is FAIL and verdicts(layer)["b"] is FAIL


@pytest.mark.parametrize(
    "wrong", ["dout * y * (1 - y)", "dout * y", "y * (dout - (dout * y).sum(0, keepdims=True))"]
)
def test_a_mistake_that_a_vector_hides_is_no_pass(wrong: str, tmp_path: Path) -> None:
    body = (
        "def sm(x):\n    e = np.exp(x - x.max(-1, keepdims=True))\n    y = e / e.sum(-1, keepdims=True)\n"
        f"    return y, y\ndef sm_backward(dout, y): return {wrong}"
    )
    assert report(tmp_path, body, "sm").verdict is FAIL


def test_shapes_that_nobody_can_tell_are_left_open(tmp_path: Path) -> None:
    body = "def pj(x, w): return x @ w, (x, w)\ndef pj_backward(dout, c): return np.outer(dout, c[1]), c[0].T @ dout"
    layer = report(tmp_path, body, "pj")
    assert layer.verdict is LayerVerdict.UNRESOLVED and [f.code for f in layer.findings] == ["L110"]


def test_dropout_from_the_global_stream_is_held_still(tmp_path: Path) -> None:
    body = "def dr(x):\n    mask = np.random.rand(*x.shape) > 0.5\n    return x * mask, mask\ndef dr_backward(dout, mask): return dout * {}"
    right = report(tmp_path, body.format("mask"), "dr", corners=True)
    assert right.verdict is PASS and [f.code for f in right.findings] == ["L210"]
    assert report(tmp_path, body.format("2 * mask"), "dr").verdict is FAIL


@pytest.mark.parametrize("forward", ["np.log(x)", "np.sqrt(x)", "np.arccosh(x)"])
def test_domains_are_found(forward: str, tmp_path: Path) -> None:
    slope = {
        "np.log(x)": "1 / x",
        "np.sqrt(x)": "0.5 / np.sqrt(x)",
        "np.arccosh(x)": "1 / np.sqrt(x**2 - 1)",
    }[forward]
    body = f"def fn(x): return {forward}\ndef fn_backward(dout, x): return dout * {slope}"
    layer = report(tmp_path, body, "fn")
    assert layer.verdict is PASS and layer.arguments[0].shape


def test_functions_of_numpy_and_partial_ones() -> None:
    from functools import partial

    assert gradcheck.check(np.sin, lambda dout, x: dout * np.cos(x), x="normal(3)").verdict is PASS
    scaled = partial(lambda x, s: s * x, s=2.0)
    assert gradcheck.check(scaled, lambda dout: 2 * dout, x="normal(3)").verdict is PASS


def test_a_declared_layer() -> None:
    w = np.array([1.0, 2.0, 3.0])
    kept: dict[str, np.ndarray] = {}

    def backward(dout: np.ndarray, x: np.ndarray) -> np.ndarray:
        kept["w"] = (dout * x).sum(axis=0)
        return dout * w

    options = {"forward": lambda x: x * w, "backward": backward, "parameters": {"w": w}}
    right = gradcheck.Layer(**options, gradients=lambda: kept)  # type: ignore[arg-type]
    assert verdicts(gradcheck.check(right, x="normal(4, 3)")) == {"x": PASS, "w": PASS}
    wrong = gradcheck.Layer(**options, gradients=lambda: {"w": 2 * kept["w"]})  # type: ignore[arg-type]
    assert verdicts(gradcheck.check(wrong, x="normal(4, 3)")) == {"x": PASS, "w": FAIL}
    assert w.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({"w": [1.0]}, "is a list"), ({"w": np.arange(3)}, "int64"), ([np.ones(2)], "dictionary")],
)
def test_a_declared_layer_that_cannot_be_perturbed_says_so(parameters: object, said: str) -> None:
    layer = gradcheck.Layer(lambda x: x, lambda dout: dout, parameters, dict)  # type: ignore[arg-type]
    with pytest.raises(Exception, match=said):
        gradcheck.check(layer, x="normal(3)")


def test_a_mean_over_the_wrong_count_is_no_pass_because_vectors_hide_it(tmp_path: Path) -> None:
    body = "def ms(y_true, y_pred): return np.mean((y_true - y_pred)**2)\ndef ms_prime(y_true, y_pred): return 2 * (y_pred - y_true) / {}"
    assert report(tmp_path, body.format("len(y_true)"), "ms").verdict is FAIL
    assert report(tmp_path, body.format("y_true.size"), "ms").verdict is PASS


def test_regression_is_found_by_its_labels(tmp_path: Path) -> None:
    body = "def cost(theta, X, y): return ((X @ theta - y)**2).mean() / 2\ndef gradient(theta, X, y): return X.T @ (X @ theta - y) / len(y)"
    assert report(tmp_path, body, "cost", backward="gradient").verdict is PASS
    assert report(tmp_path, body.replace("X.T @", "2 * X.T @"), "cost", backward="gradient").verdict is FAIL


def test_an_input_that_the_forward_hands_on_is_not_read_as_the_output(tmp_path: Path) -> None:
    body = (
        "def th_forward(v):\n    y = np.where(v > 0.5, v, 0.0)\n    return y, v\n"
        "def th_backward(up, v): return up * (v > 0)"
    )
    assert verdicts(report(tmp_path, body, "th", inputs={"v": "normal(8, 5)"})) == {"v": FAIL}
