"""``torch.autograd.Function`` and plain functions of tensors as targets."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np
import pytest
from differences import bound, copied, gradients, is_right, upstream_of, wrong
from frameworks import needed

torch = needed("torch")

import torch_functions as functions  # noqa: E402

from gradcheck.layers.adapters.torch_layers import recognise  # noqa: E402
from gradcheck.layers.errors import BadGradient, LayerRaised  # noqa: E402

RNG = np.random.default_rng(1)


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


target = partial(bound, recognise)

RIGHT = [
    (functions.MyReLU, {"input": normal(3, 4)}),
    (functions.LegendrePolynomial3, {"input": normal(5)}),
    (functions.LinearFunction, {"input": normal(3, 4), "weight": normal(2, 4), "bias": normal(2)}),
    (functions.LinearFunction, {"input": normal(3, 4), "weight": normal(2, 4)}),
    (functions.MulConstant, {"tensor": normal(2, 3), "constant": 1.5}),
    (functions.MulConstant, {"tensor": normal(2, 3)}),
    (functions.NumpyStyleSort, {"x": normal(4, 3), "dim": 0}),
    (functions.SwishImplementation, {"i": normal(6)}),
    (functions.GeluTanh, {"x": normal(6)}),
    (functions.LayerNormFunction, {"x": normal(3, 4), "weight": normal(4), "bias": normal(4), "eps": 1e-5}),
    (functions.Softmax, {"logits": normal(3, 4)}),
    (functions.Softmax, {"logits": normal(3, 4), "dim": 0}),
    (functions.CrossEntropy, {"logits": normal(3, 4), "target": np.array([0, 3, 1])}),
    (functions.CrossEntropy, {"logits": normal(3, 4), "target": np.array([0, 3, 1], np.int32)}),
    (functions.Conv2dFunction, {"x": normal(1, 2, 5, 5), "w": normal(3, 2, 3, 3), "stride": 2, "padding": 1}),
    (functions.MeanAndVariance, {"x": normal(4, 3)}),
    (functions.InplaceReLU, {"x": normal(3, 4)}),
    (functions.WeightedSum, {"scale": 0.5, "tensors": (normal(3), normal(3))}),
    (functions.MixedPrecisionSquare, {"x": normal(4)}),
    (functions.OnlyUsedOutput, {"x": normal(4)}),
    (functions.MyReLU.apply, {"input": normal(3)}),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "values"), RIGHT, ids=lambda v: getattr(v, "__name__", ""))
def test_right_layers_agree_with_differences(subject: object, values: dict[str, Any]) -> None:
    assert is_right(target(subject, **values))


def test_a_forward_with_ctx_lists_its_arguments() -> None:
    found = recognise("linear", functions.LinearFunction)
    assert found is not None and found.convention == "torch.autograd.Function (forward with ctx)"
    assert [(p.name, p.default) for p in found.parameters][1:] == [
        ("weight", found.parameters[0].default),
        ("bias", None),
    ]


def test_a_forward_with_setup_context_lists_its_arguments() -> None:
    found = recognise("sort", functions.NumpyStyleSort)
    assert found is not None and "setup_context" in found.convention
    assert [(p.name, p.annotation) for p in found.parameters] == [("x", torch.Tensor), ("dim", int)]


def test_what_is_not_differentiated_is_held_fixed() -> None:
    layer = target(functions.LinearFunction, ("weight",), input=normal(3, 4), weight=normal(2, 4), bias=None)
    assert (list(layer.point), layer.fixed) == (["input"], ("weight", "bias"))
    assert is_right(layer)


def test_arguments_of_a_variadic_function_have_names_of_their_own() -> None:
    layer = target(functions.WeightedSum, ("tensors.1",), scale=2.0, tensors=(normal(2), normal(2)))
    assert (list(layer.point), layer.fixed) == (["tensors.0"], ("scale", "tensors.1"))


def test_outputs_that_are_not_differentiable_are_dropped() -> None:
    call = target(functions.NumpyStyleSort, x=normal(4), dim=0).evaluate({"x": normal(4)})
    assert [o.dtype for o in call.outputs] == [np.float64]


def test_outputs_that_are_declared_constant_have_no_gradient() -> None:
    layer = target(functions.Threshold, x=normal(4))
    assert gradients(layer) == {"x": None}


@pytest.mark.parametrize("subject", [functions.RoundSTE, functions.GradientReversal])
def test_gradients_that_are_not_slopes_show(subject: object) -> None:
    values = {"alpha": 0.5} if subject is functions.GradientReversal else {}
    assert wrong(target(subject, x=normal(4), **values)) == {"x"}


def test_an_unreduced_gradient_keeps_its_shape() -> None:
    values = {"input": normal(3, 4), "weight": normal(2, 4), "bias": normal(2)}
    found = gradients(target(functions.UnreducedBias, **values))
    assert np.shape(found["bias"]) == (3, 2)


def test_none_is_passed_on() -> None:
    values = {"input": normal(3, 4), "weight": normal(2, 4), "bias": normal(2)}
    found = gradients(target(functions.ForgottenWeight, **values))
    assert found["weight"] is None and found["input"] is not None


def test_the_dtype_of_a_gradient_is_passed_on() -> None:
    found = gradients(target(functions.LowPrecision, input=normal(4)))
    assert found["input"].dtype == np.float32


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ((torch.ones(3),), "returns 1 gradient for 2 arguments"),
        ((torch.ones(3), None, torch.ones(3)), "returns 3 gradients for 2 arguments"),
        ((1.0, None), "returns a float for x"),
        ((torch.ones(3), torch.ones(3)), "a gradient for k, which is not a tensor"),
        (([torch.ones(3), None],), "1 gradient for 2"),
    ],
)
def test_what_autograd_would_refuse_is_refused(returned: tuple[Any, ...], message: str) -> None:
    layer = target(functions.returning(*returned), x=normal(3), k=2)
    with pytest.raises(BadGradient, match=message):
        gradients(layer)


def test_surplus_nones_are_no_gradients() -> None:
    assert gradients(target(functions.returning(None, None, None), x=normal(3), k=1)) == {"x": None}


@pytest.mark.parametrize(("where", "error"), [("forward", KeyError), ("backward", ZeroDivisionError)])
def test_what_a_function_raises_is_its_own(where: str, error: type[Exception]) -> None:
    layer = target(functions.Raising, x=normal(3), where=where)
    with pytest.raises(LayerRaised) as caught:
        gradients(layer)
    assert caught.value.phase == where and isinstance(caught.value.original, error)


def test_writing_into_arguments_shows_in_the_arrays() -> None:
    layer = target(functions.WritesIntoInput, x=np.array([-1.0, 2.0]))
    point = copied(layer.point)
    call = layer.evaluate(point)
    assert point["x"].tolist() == [0.0, 2.0]
    upstream = np.ones(2)
    call.backward((upstream,))
    assert upstream.tolist() == [0.0, 1.0]


def test_declared_writing_does_not_show() -> None:
    layer = target(functions.InplaceReLU, x=np.array([-1.0, 2.0]))
    point = copied(layer.point)
    layer.evaluate(point)
    assert point["x"].tolist() == [-1.0, 2.0]


def test_the_backward_can_be_asked_again() -> None:
    layer = target(functions.Softmax, logits=normal(3, 4))
    call = layer.evaluate(layer.point)
    first, second = (call.backward(upstream_of(layer))["logits"] for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_precision_is_kept(dtype: type[np.floating[Any]]) -> None:
    layer = target(functions.Softmax, logits=normal(3, 4).astype(dtype))
    assert layer.evaluate(layer.point).outputs[0].dtype == dtype
    assert gradients(layer)["logits"].dtype == dtype


def test_bfloat16_is_that_of_ml_dtypes() -> None:
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    layer = target(functions.Softmax, logits=normal(3, 4).astype(bfloat16))
    call = layer.evaluate(layer.point)
    assert call.outputs[0].dtype == bfloat16 and list(layer.point) == ["logits"]
    assert np.isclose(call.outputs[0].astype(float).sum(), 3, atol=0.1)


def test_tensors_may_be_given_as_values() -> None:
    assert is_right(target(functions.MyReLU, input=torch.randn(3, dtype=torch.float64)))


def test_functions_without_a_backward_are_not_recognised() -> None:
    assert recognise("layer", functions.NoBackward) is None
    assert recognise("layer", torch.autograd.Function) is None


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float = 1e-6) -> torch.Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def detached_norm(x: torch.Tensor | None) -> torch.Tensor:
    return x / x.norm().detach()


def numpy_norm(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x)


def swish(x: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(x)


def swish_backward(dy: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return dy * torch.sigmoid(x)


def squared_error(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    loss, dx = ((x - y) ** 2).sum(), 2 * (x - y)
    return loss, dx


def test_a_function_of_tensors_is_checked_through_autograd() -> None:
    assert is_right(target(rms_norm, x=normal(2, 3), weight=normal(3)))
    assert wrong(target(detached_norm, x=normal(3))) == {"x"}


@pytest.mark.parametrize("function", [numpy_norm, swish, swish_backward, squared_error])
def test_functions_with_a_gradient_by_hand_are_left_to_others(function: object) -> None:
    assert recognise("layer", function) is None


def unevaluated(x: Tensor, y: Nowhere) -> Tensor:  # type: ignore[name-defined] # noqa: F821
    return x * y


def test_annotations_that_cannot_be_evaluated_are_read() -> None:
    assert is_right(target(unevaluated, x=normal(3), y=2.0))


def test_annotations_of_jaxtyping_are_understood() -> None:
    jaxtyping = pytest.importorskip("jaxtyping")

    def double(x):
        return x * 2

    double.__annotations__["x"] = jaxtyping.Float[torch.Tensor, "n d"]
    assert is_right(target(double, x=normal(3, 2)))


def test_looking_for_torch_layers_does_not_import_torch() -> None:
    program = (
        "import sys; from gradcheck.layers.adapters.torch_layers import recognise; "
        "assert recognise('f', lambda x: x) is None; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
