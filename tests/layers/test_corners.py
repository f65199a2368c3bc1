"""Special cases: what is tried, what only they find, and what is not held against a layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcheck
from gradcheck.layer_findings import layer_findings
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.compared import compared_texts
from gradcheck.layers.corners import with_corners
from gradcheck.layers.job import Job
from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.settings import Settings
from gradcheck.model import Corner, Evaluations, Layer, LayerVerdict, Report
from gradcheck.report import full

X = np.random.default_rng(3).normal(size=(8, 6))
FAIL, ERROR, PASS = LayerVerdict.FAIL, LayerVerdict.ERROR, LayerVerdict.PASS
KNOWN = {"leaky": 0.1, "linear": 1.0, 3: 2.0}


def checked(forward: Callable[..., Any], backward: Callable[..., Any], **inputs: Any) -> Layer:
    layer = gradcheck.check(forward, backward, corners=True, **{"x": X, **inputs})
    assert layer.verdict is PASS
    return layer


def corners(forward: Callable[..., Any], backward: Callable[..., Any], **inputs: Any) -> dict[str, Corner]:
    return {c.name: c for c in checked(forward, backward, **inputs).corners}


def failing(found: dict[str, Corner]) -> set[str]:
    return {name for name, corner in found.items() if corner.verdict is FAIL}


def relu6(x: Any) -> Any:
    return np.clip(x, 0, 6)


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(x))


def activated(x: Any, activation: str = "relu") -> Any:
    if activation == "relu":
        return np.maximum(x, 0)
    if activation.lower() in ("tanh", "cubic"):
        return np.tanh(x) if activation == "tanh" else x**3
    raise ValueError(activation)


def test_whole_numbers_from_below_zero_on_whose_bound_is_no_length() -> None:
    inputs = {"x": "normal(3, 5)", "r": "integers(-3, 4, 3, 5)"}
    layer = gradcheck.check(
        lambda r, x: r * x, lambda dout, r, x: {"x": r * dout}, corners=True, fixed=("r",), **inputs
    )
    assert layer.verdict is PASS and "a batch of one" in {c.name for c in layer.corners}
    wrong = gradcheck.check(
        lambda r, x: r * x, lambda dout, r, x: {"x": 2 * r * dout}, fixed=("r",), shrink=True, **inputs
    )
    assert wrong.verdict is FAIL and "r=np.array([[-3]])" in str(wrong.reproduction)


def test_labels_that_come_first_are_left_as_they_are() -> None:
    def forward(labels: Any, x: Any) -> Any:
        e = np.exp(x - x.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return -(labels * np.log(p)).sum() / len(x), (p, labels)

    def backward(dout: Any, cache: Any) -> Any:
        p, labels = cache
        dx = dout * (p - labels) / len(p)
        return dx

    for labels in ("onehot(8, 6)", "simplex(8, 6)"):
        layer = gradcheck.check(forward, backward, corners=True, labels=labels, x=X)
        assert layer.verdict is PASS and {c.verdict for c in layer.corners} == {PASS}
        assert {"exact zeros", "a batch of one"} <= {c.name for c in layer.corners}


# -- large values ----------------------------------------------------------------------


def test_a_clamp_that_only_large_values_reach() -> None:
    assert failing(corners(relu6, lambda dout, x: dout * (x > 0))) == {"large values"}
    assert failing(corners(relu6, lambda dout, x: dout * ((x > 0) & (x < 6)))) == set()


@pytest.mark.parametrize("name", ["p", "probs"])
def test_probabilities_are_not_enlarged(name: str) -> None:
    pair = {"p": (lambda p: p**2, lambda dout, p: 2 * p * dout)}
    pair["probs"] = (lambda probs: probs**2, lambda dout, probs: 2 * probs * dout)
    layer = gradcheck.check(*pair[name], corners=True, inputs={name: X})
    assert "large values" not in {c.name for c in layer.corners}


def test_values_within_0_and_1_are_not_enlarged() -> None:
    assert "large values" not in corners(np.log, lambda dout, x: dout / x, x="uniform(4, 3)")


def test_the_clamp_of_a_loss_is_no_finding() -> None:
    def forward(x: Any, y: Any) -> Any:
        p = np.clip(1 / (1 + np.exp(-x)), 1e-12, 1 - 1e-12)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), (p, y)

    def backward(dout: Any, cache: Any) -> Any:
        p, y = cache
        return dout * (p - y) / p.size

    assert failing(corners(forward, backward, y="integers(0, 2, 8, 6)")) == set()


def test_an_asymptote_is_no_finding() -> None:
    def forward(x: Any) -> Any:
        return np.where(x > 20, x, np.log1p(np.exp(np.minimum(x, 20))))

    found = corners(forward, lambda dout, x: dout / (1 + np.exp(-x)), x=X + 1)
    assert found["large values"].verdict is PASS


# -- other options ---------------------------------------------------------------------


def test_an_option_that_the_backward_leaves_out() -> None:
    found = corners(elu, lambda dout, x: dout * np.where(x > 0, 1, np.exp(x)))
    assert failing(found) == {"alpha=0.81"}
    given = corners(elu, lambda dout, x: dout * np.where(x > 0, 1, 2 * np.exp(x)), alpha=2.0)
    assert failing(given) == {"alpha=1.51"}


def test_an_option_that_the_backward_takes_into_account() -> None:
    found = corners(elu, lambda dout, x, alpha: dout * np.where(x > 0, 1, alpha * np.exp(x)))
    assert found["alpha=0.81"].verdict is PASS


def test_what_is_not_varied() -> None:
    def forward(x: Any, eps: float = 1e-5, lr: float = 0.1, keep_prob: float = 0.5, mode: str = "a") -> Any:
        return x * (2 if mode == "a" or mode == "b" else 1)

    names = corners(forward, lambda dout, x, mode: 2 * dout)
    assert not [name for name in names if "=" in name]


def test_the_texts_that_the_forward_knows() -> None:
    def backward(dout: Any, x: Any, activation: str) -> Any:
        return dout * ((x > 0) if activation == "relu" else 1 - np.tanh(x) ** 2)

    found = corners(activated, backward)
    assert found["activation='tanh'"].verdict is PASS and "activation='relu'" not in found
    assert failing(found) == {"activation='cubic'"}
    assert "activation='relu'" in corners(activated, backward, activation="tanh")


def test_a_backward_that_is_not_told_the_text_is_for_one_only() -> None:
    assert not [n for n in corners(activated, lambda dout, x: dout * (x > 0)) if n.startswith("activation")]


def test_texts_that_are_refused_are_no_finding() -> None:
    def forward(x: Any, kind: str = "a") -> Any:
        if kind == "b":
            raise NotImplementedError(kind)
        return x**2

    assert "kind='b'" not in corners(forward, lambda dout, x, kind: 2 * x * dout)


def matched(x: Any, kind: str) -> Any:
    match kind:
        case "a" | "b":
            return x
        case "c" if x:
            return -x
    return {"d": x, "e": 2 * x}[kind]


def looked_up(x: Any, kind: str, other: str) -> Any:
    local = {"cubic": x**3}
    if other in ("no", "matter"):
        return local.get(kind, KNOWN[kind])
    return x if kind in local else "nothing"


def test_where_texts_are_compared() -> None:
    assert compared_texts(matched, "kind") == ("a", "b", "c", "d", "e")
    assert compared_texts(looked_up, "kind") == ("cubic", "leaky", "linear")
    assert compared_texts(activated, "activation") == ("relu", "tanh", "cubic")
    assert compared_texts(np.exp, "x") == ()


# -- ties ------------------------------------------------------------------------------


def test_a_tie_that_a_mask_gives_to_everyone_is_a_warning() -> None:
    def largest(x: Any) -> Any:
        return x.max(axis=1)

    def backward(dout: Any, x: Any) -> Any:
        return dout[:, None] * (x == x.max(axis=1, keepdims=True))

    layer = checked(largest, backward, x="normal(64, 6)")
    (corner,) = (c for c in layer.corners if c.name == "exact zeros")
    assert corner.verdict is ERROR and "only at an exact tie or zero" in corner.message
    assert [p.code for p in layer_findings(layer)] == ["L302"]


def test_the_line_that_sums_up_counts_corners() -> None:
    layer = checked(elu, lambda dout, x: dout * np.where(x > 0, 1, np.exp(x)))
    text = full.render(Report(layers=(layer,)), {})
    assert "error[L301]" in text and "Checked 1 layer: 1 pass. Found 1 error." in text


# -- time ------------------------------------------------------------------------------


def test_slow_layers_are_not_tried_again() -> None:
    pair = FunctionPair("elu", elu, lambda dout, x: dout)
    job = Job("elu", pair, {"x": parse("normal(3, 2)")}, Settings())
    slow = Layer("elu", PASS, evaluations=Evaluations(5, 4), seconds=4.5)
    assert with_corners(slow, job, (3, 2)).corners == ()
    assert with_corners(slow, job, (3, 2)).notes == (
        "special cases were not tried: one evaluation takes 0.5 s",
    )
    assert with_corners(Layer("elu", PASS, seconds=0.1), job, (3, 2)).corners
