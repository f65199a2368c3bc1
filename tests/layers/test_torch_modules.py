"""``torch.nn.Module``, classes and instances, as targets."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from differences import bound, copied, errors, gradients, is_right, wrong
from frameworks import needed

torch = needed("torch")

import torch_modules as modules  # noqa: E402

from gradcheck.layers.adapters.torch_layers import recognise  # noqa: E402
from gradcheck.layers.errors import CannotSample, LayerRaised  # noqa: E402

RNG = np.random.default_rng(1)


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


target = partial(bound, recognise)

RIGHT = [
    (modules.Linear, {"input_features": 4, "output_features": 2, "input": normal(3, 4)}),
    (modules.Linear, {"input_features": 4, "output_features": 2, "input": normal(3, 4), "bias": False}),
    (modules.Linear(4, 2), {"input": normal(3, 4)}),
    (modules.BatchNorm1d, {"num_features": 3, "X": normal(5, 3)}),
    (modules.Attention, {"d": 3, "x": normal(2, 4, 3)}),
    (modules.Attention, {"d": 3, "x": normal(4, 3), "mask": np.tri(4, dtype=bool)}),
    (modules.RecurrentCell, {"d": 3, "x": normal(2, 3), "state": modules.State(normal(2, 3), normal(2, 3))}),
    (modules.InplaceNetwork, {"x": normal(3, 4)}),
    (modules.ManualLinear, {"n": 4, "m": 2, "x": normal(3, 4)}),
    (torch.nn.BatchNorm1d, {"num_features": 3, "input": normal(5, 3)}),
    (torch.nn.GRUCell, {"input_size": 3, "hidden_size": 2, "input": normal(2, 3), "hx": normal(2, 2)}),
    (torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh()), {"input": normal(2, 3)}),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "values"), RIGHT, ids=lambda v: getattr(v, "__name__", ""))
def test_right_layers_agree_with_differences(subject: object, values: dict[str, Any]) -> None:
    assert is_right(target(subject, **values))


def test_a_module_asks_for_its_constructors_arguments_first() -> None:
    found = recognise("attention", modules.Attention)
    assert found is not None
    assert [(p.name, p.group) for p in found.parameters] == [
        ("d", "constructor"),
        ("constructor.mask", "constructor"),
        ("x", "forward"),
        ("mask", "forward"),
    ]


def test_a_modules_parameters_are_arguments_in_float64() -> None:
    layer = target(modules.Attention, d=3, x=normal(4, 3))
    assert list(layer.point) == ["x", "q.weight", "k.weight"]
    assert {value.dtype for value in layer.point.values()} == {np.dtype(np.float64)}


def test_a_modules_parameters_may_be_given_or_fixed() -> None:
    weight = normal(2, 4)
    values = {"input_features": 4, "output_features": 2, "input": normal(3, 4), "weight": weight}
    layer = target(modules.Linear, ("bias",), **values)
    assert np.array_equal(layer.point["weight"], weight) and layer.fixed == ("bias",)
    assert is_right(layer)


def test_a_given_parameter_has_to_fit() -> None:
    values = {"input_features": 4, "output_features": 2, "input": normal(3, 4), "weight": normal(4, 2)}
    with pytest.raises(CannotSample, match="weight has shape"):
        target(modules.Linear, **values)


def test_an_instance_is_left_as_it_is() -> None:
    instance = modules.Linear(4, 2)
    before = {name: tensor.clone() for name, tensor in instance.state_dict().items()}
    layer = target(instance, input=normal(3, 4))
    gradients(layer)
    after = instance.state_dict()
    assert all(torch.equal(after[n], t) and after[n].dtype == torch.float32 for n, t in before.items())
    assert layer.convention == "torch.nn.Module instance (autograd)"


def test_initial_values_are_reproducible_and_leave_the_users_stream_alone() -> None:
    values = {"input_features": 4, "output_features": 2, "input": normal(3, 4)}
    before = torch.get_rng_state()
    first, second = (target(modules.Linear, **values).point["weight"] for _ in range(2))
    assert np.array_equal(first, second) and torch.equal(before, torch.get_rng_state())


def test_constant_parameters_are_moved_so_that_they_hide_nothing() -> None:
    layer = target(modules.ScaledLayer, n=3, x=normal(4, 3))
    assert layer.notes == ("moved off their constant initial values: g",)
    assert wrong(layer) == {"x"}


def test_unreduced_gradients_inside_a_module_keep_their_shape() -> None:
    layer = target(modules.LinearUnreduced, input_features=4, output_features=2, input=normal(3, 4))
    found = gradients(layer)
    assert np.shape(found["bias"]) == (3, 2) and np.shape(found["weight"]) == (2, 4)


def test_none_inside_a_module_is_passed_on() -> None:
    layer = target(modules.LinearForgotten, input_features=4, output_features=2, input=normal(3, 4))
    found = gradients(layer)
    assert found["weight"] is None and errors(layer)["input"] < 1e-6


def test_what_is_not_connected_has_a_gradient_of_zero() -> None:
    layer = target(modules.Detached, x=normal(2, 3))
    assert not gradients(layer)["unused"].any()
    assert wrong(layer) == {"w"}


def test_buffers_are_put_back_and_reported() -> None:
    layer = target(modules.BatchNorm1d, num_features=3, X=normal(5, 3))
    first = [copied(layer.state()) for _ in range(2) if layer.evaluate(layer.point)]
    assert set(first[0]) == {"moving_mean", "moving_var", "seen"}
    assert first[0]["seen"] == 1 and first[0]["moving_mean"].any()
    assert all(np.array_equal(first[0][name], first[1][name]) for name in first[0])


def test_dropout_differs_between_evaluations() -> None:
    layer = target(modules.Dropout, x=normal(20))
    first, second = (layer.evaluate(layer.point).outputs[0].copy() for _ in range(2))
    assert not np.array_equal(first, second)


def test_a_module_writing_into_its_argument_shows() -> None:
    layer = target(modules.OverwritesInput, x=np.zeros(2))
    point = copied(layer.point)
    layer.evaluate(point)
    assert point["x"].tolist() == [1.0, 1.0]


def test_a_module_is_evaluated_in_the_precision_of_its_point() -> None:
    layer = target(modules.Attention, d=3, x=normal(5, 3))
    low = {name: value.astype(np.float32) for name, value in layer.point.items()}
    call = layer.evaluate(low)
    assert call.outputs[0].dtype == np.float32
    assert {g.dtype for g in call.backward((np.ones((5, 3), np.float32),)).values()} == {np.dtype(np.float32)}


def test_a_module_with_a_backward_of_its_own_is_asked_for_it() -> None:
    layer = target(modules.ManualLinearReturning, n=4, m=2, x=normal(3, 4))
    assert "backward of its own" in layer.convention
    assert wrong(layer) == {"bias"}


def test_a_gradient_that_a_backward_of_its_own_forgets_is_none() -> None:
    found = gradients(target(modules.ManualLinearSilent, n=4, m=2, x=normal(3, 4)))
    assert found["weight"] is None and np.shape(found["bias"]) == (2,) and "x" not in found


def test_outputs_without_gradient_are_kept_if_there_are_no_others() -> None:
    layer = target(modules.Returns, x=normal(2, 3), what="no grad")
    assert wrong(layer) == {"x"}


@pytest.mark.parametrize(("what", "kind"), [("nothing", type(None)), ("integers", np.ndarray)])
def test_results_without_floats_are_passed_on_to_be_refused(what: str, kind: type) -> None:
    (output,) = target(modules.Returns, x=normal(2, 3), what=what).evaluate({"x": normal(2, 3)}).outputs
    assert isinstance(output, kind)


def test_what_a_module_raises_is_its_own() -> None:
    with pytest.raises(LayerRaised, match="construct raised ValueError: n is negative"):
        target(modules.Failing, n=-1, x=normal(2))
    with pytest.raises(LayerRaised, match="forward raised RuntimeError"):
        gradients(target(modules.Failing, n=1, x=normal(2)))


def test_the_default_dtype_is_left_as_it_was() -> None:
    state = modules.State(normal(1, 2), normal(1, 2))
    assert is_right(target(modules.RecurrentCell, d=2, x=normal(1, 2), state=state))
    assert torch.get_default_dtype() == torch.float32


def test_modules_work_where_gradients_are_switched_off() -> None:
    with torch.no_grad():
        assert is_right(target(modules.Linear(4, 2), input=normal(3, 4)))
