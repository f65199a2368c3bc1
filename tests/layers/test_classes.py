"""Stateful classes of many authors: recognised, bound, and right where they are right."""

from __future__ import annotations

from typing import Any

import layers_in_attributes as a
import layers_in_containers as c
import layers_of_courses as k
import layers_that_update as u
import numpy as np
import pytest
from class_differences import bound, copied, gradients, mutant, subject_of, upstream_of, wrong

from gradcheck.layers.adapters import activations, attribute_style, classes, context_classes, losses

RNG = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


X = normal(4, 3)
RIGHT: list[tuple[type, dict[str, Any], str]] = [
    (a.LayerDense, {"n_inputs": 3, "n_neurons": 2, "inputs": X}, "inputs weights biases"),
    (a.LayerDropout, {"rate": 0.5, "inputs": X}, "inputs"),
    (a.ActivationSoftmax, {"inputs": X}, "inputs"),
    (a.Affine, {"W": normal(6, 2), "b": normal(2), "x": normal(4, 2, 3)}, "x W b"),
    (a.BatchNormalization, {"gamma": normal(3), "beta": normal(3), "x": X}, "x gamma beta"),
    (a.Relu, {"x": X}, "x"),
    (a.MulLayer, {"x": X, "y": normal(4, 3)}, "x y"),
    (a.JoelLinear, {"input_dim": 3, "output_dim": 2, "input": X}, "input w b"),
    (a.FullyConnected, {"input_size": 3, "output_size": 2, "input_tensor": X}, "input_tensor weights"),
    (a.CachedLayer, {"size": 3, "input_size": 2, "A_prev": normal(2, 4)}, "A_prev W b"),
    (a.ConvNaive, {"num_filters": 2, "channels": 2, "size": 3, "X": normal(2, 2, 4, 4)}, "X filters bias"),
    (a.Vanilla, {"input_dim": 3, "hidden_dim": 2, "x": X, "h_prev": normal(4, 2)}, "x h_prev Wxh Whh bh"),
    (
        a.LSTMCell,
        {"d": 3, "h": 2, "x": X, "h_prev": normal(4, 2), "c_prev": normal(4, 2)},
        "x h_prev c_prev Wx Wh b",
    ),
    (a.LayerNorm, {"dim": 3, "x": X}, "x gamma beta"),
    (a.FlattenLayer, {"x": normal(3, 2, 2)}, "x"),
    (a.Embedding, {"vocabulary": 5, "width": 3, "ids": np.array([1, 2, 1])}, "W"),
    (a.PReLU, {"channels": 3, "x": X}, "x weights"),
    (a.Slotted, {"n": 3, "x": X}, "x W"),
    (a.PositionalScale, {"length": 5, "width": 3, "x": normal(2, 4, 3)}, "x scale"),
    (a.Attention, {"q": X, "k": normal(5, 3), "v": normal(5, 2)}, "q k v"),
    (a.StackOfCaches, {"n": 3, "x": X}, "x W"),
    (a.Block, {"n": 3, "x": X}, "x fc1.W fc1.b fc2.W fc2.b"),
    (c.JoelnetLinear, {"input_size": 3, "output_size": 2, "inputs": X}, "inputs w b"),
    (c.ListAffine, {"W": normal(3, 2), "b": normal(2), "x": X}, "x W b"),
    (
        c.TimeRNN,
        {"Wx": normal(3, 2), "Wh": normal(2, 2), "b": normal(2), "xs": normal(4, 3, 3)},
        "xs Wx Wh b",
    ),
    (c.NumpyMLDense, {"n_out": 2, "X": X}, "X W b"),
    (c.ParameterLinear, {"n_input": 3, "n_output": 2, "X": X}, "X W B"),
    (c.ListOfTensors, {"sizes": [3, 4, 2], "x": X}, "x weights[0] weights[1]"),
    (c.Boxed, {"n": 3, "x": X}, "x gate"),
    (c.Pairs, {"n": 3, "x": X}, "x kernel"),
    (c.ReturnedDictionary, {"d_in": 3, "d_out": 2, "x": X}, "x W b"),
    (
        c.Sequential,
        {"sizes": [3, 2, 2], "inputs": X},
        "inputs layers[0].params.w layers[0].params.b layers[1].params.w layers[1].params.b",
    ),
    (u.RateDense, {"input_size": 3, "output_size": 2, "input": normal(3, 4)}, "input weights bias"),
    (u.PropagationLayer, {"input_size": 3, "output_size": 2, "input_data": X}, "input_data weights bias"),
    (u.TwoRates, {"n": 3, "x": X}, "x W"),
    (u.MomentumDense, {"n_in": 3, "n_out": 2, "x": X}, "x W"),
    (u.MomentumDense, {"n_in": 3, "n_out": 2, "x": X, "learning_rate": 0.01}, "x W"),
    (u.ScratchDense, {"n_units": 2, "X": X}, "X W w0"),
    (u.ScratchBatchNorm, {"X": X}, "X gamma beta"),
    (u.OptimizerArgument, {"n": 3, "x": X}, "x w"),
    (u.OptimizerAttribute, {"n": 3, "x": X}, "x gain shift"),
    (u.StepOnly, {"n": 3, "x": X}, "x kernel"),
    (u.UpdateLater, {"n_in": 3, "n_out": 2, "x": X}, "x W"),
    (u.GradientsLater, {"nodes": 2, "A": X}, "A W b"),
    (k.TorchLinear, {"n_in": 3, "n_out": 2, "input": X}, "input W b"),
    (k.OwnOptimizer, {"n": 3, "x": X}, "x W"),
    (k.AdamInside, {"n": 3, "x": X}, "x W"),
    (k.GradientsTuple, {"n_in": 3, "n_out": 2, "x": X}, "x W b"),
    (k.NamelessSum, {"n_in": 3, "n_out": 2, "x": X}, "x W"),
    (k.WeightNorm, {"n_in": 3, "n_out": 2, "x": X}, "x v g"),
    (k.GivenDictionaries, {"d": 3, "h": 2, "X": normal(2, 3, 3)}, "X Wx Wh b"),
    (k.PlainlyNamedNorm, {"d": 3, "x": X}, "x gamma beta"),
    (k.PrivateDense, {"units": 2, "inputs": X}, "inputs w b"),
    (k.PropertyLists, {"n": 3, "input": X}, "input stretch lift"),
    (k.PairedParameters, {"n": 3, "x": X}, "x gain shift"),
    (k.Identity, {"x": X}, "x"),
    (k.Spread, {"inputs": X}, "inputs"),
]


@pytest.mark.parametrize(("layer", "values", "names"), RIGHT, ids=lambda p: getattr(p, "__name__", ""))
def test_right_layers_are_right(layer: type, values: dict[str, Any], names: str) -> None:
    target = bound(layer, **values)
    assert list(target.point) == names.split()
    assert wrong(target) == set()


WRONG: list[tuple[type, str, str, set[str]]] = [
    (a.LayerDense, "np.dot(self.inputs.T, dvalues)", "2 * np.dot(self.inputs.T, dvalues)", {"weights"}),
    (a.Affine, "np.sum(dout, axis=0)", "np.mean(dout, axis=0)", {"b"}),
    (a.BatchNormalization, "dxc - dmu / self.batch_size", "dxc", {"x"}),
    (a.JoelLinear, "gradient.sum(axis=0)", "gradient.sum(axis=0) / 2", {"b"}),
    (a.CachedLayer, "np.dot(dZ, A_prev.T)", "-np.dot(dZ, A_prev.T)", {"W"}),
    (
        a.LSTMCell,
        "(dh_next * o) * (1 - tanh_c_next**2)",
        "dh_next * o",
        {"x", "h_prev", "c_prev", "Wx", "Wh", "b"},
    ),
    (a.LayerNorm, "- g.mean(-1, keepdims=True)", "", {"x"}),
    (a.Embedding, "np.add.at(self.dW, self.ids, dout)", "self.dW[self.ids] = dout", {"W"}),
    (a.Attention, "return ds @ k, ds.T @ q", "return ds @ k, -ds.T @ q", {"k"}),
    (a.StackOfCaches, "dout * (1 - y**2)", "dout * (1 - y)", {"x", "W"}),
    (c.JoelnetLinear, "self.inputs.T @ grad", "self.inputs.T @ (grad * 1.01)", {"w"}),
    (c.ListAffine, "self.grads[1][...] = db", "self.grads[1][...] = -db", {"b"}),
    (c.TimeRNN, "grads[i] += grad", "grads[i] = grad", {"Wx", "Wh", "b"}),
    (c.NumpyMLDense, "dy * (1 - np.tanh(z) ** 2)", "dy", {"X", "W", "b"}),
    (
        c.ParameterLinear,
        "self.W.grad += self.X.T @ d_out",
        "self.W.grad += self.X.T @ d_out / len(d_out)",
        {"W"},
    ),
    (c.ReturnedDictionary, '"b": dout.sum(0)', '"b": dout.mean(0)', {"b"}),
    (u.RateDense, "self.weights -= learning_rate", "self.weights += learning_rate", {"weights"}),
    (u.MomentumDense, "- self.lr * (self.x.T @ grad)", "- self.lr * 2 * (self.x.T @ grad)", {"W"}),
    (u.ScratchDense, "self.layer_input.T.dot(accum_grad)", "self.layer_input.T.dot(abs(accum_grad))", {"W"}),
    (u.OptimizerArgument, "(grad * self.x).sum(axis=0)", "(grad * self.x).mean(axis=0)", {"w"}),
    (
        u.UpdateLater,
        "self.W -= lr * (self.x.T @ self.err)",
        "self.W -= lr * 2 * (self.x.T @ self.err)",
        {"W"},
    ),
    (u.GradientsLater, "self.A.T @ self.dX", "self.A.T @ self.dX * 3", {"W"}),
    (k.TorchLinear, "self.gradb += gradOutput.sum(axis=0)", "self.gradb += gradOutput[0]", {"b"}),
    (k.WeightNorm, "- u * (dw * u).sum(0)", "", {"v"}),
]


@pytest.mark.parametrize(("layer", "old", "new", "names"), WRONG, ids=lambda p: getattr(p, "__name__", ""))
def test_a_mistake_is_seen_where_it_is(layer: type, old: str, new: str, names: set[str]) -> None:
    values = next(v for known, v, _ in RIGHT if known is layer)
    assert wrong(bound(mutant(layer, old, new), **values)) == names


@pytest.mark.parametrize(("layer", "values", "names"), RIGHT, ids=lambda p: getattr(p, "__name__", ""))
def test_every_evaluation_is_one_forward(layer: type, values: dict[str, Any], names: str) -> None:
    forward = subject_of(layer).pair.forward  # type: ignore[attr-defined]
    calls = []

    class Counted(layer):  # type: ignore[misc]
        pass

    def counted(self: Any, *args: Any, **named: Any) -> Any:
        calls.append(self)
        return getattr(layer, forward)(self, *args, **named)

    counted.__wrapped__ = getattr(layer, forward)  # type: ignore[attr-defined]
    setattr(Counted, forward, counted)
    target = bound(Counted, **values)
    calls.clear()
    for _ in range(5):
        call = target.evaluate(copied(target.point))
        call.backward(upstream := tuple(np.ones(np.shape(o)) for o in call.outputs))
        call.backward(upstream)
    assert len(calls) == 5
    assert len({id(instance) for instance in calls}) == 1


def test_what_is_bound_is_said() -> None:
    target = bound(a.Affine, W=normal(3, 2), b=normal(2), x=X)
    assert target.convention == "class with forward(x) / backward(dout), parameters W, b"
    assert (target.name, target.fixed, target.upstream, target.notes) == ("Affine", (), True, ())


def test_the_forward_gets_the_arrays_themselves() -> None:
    target = bound(a.Affine, W=normal(3, 2), b=normal(2), x=X)
    seen = []
    original = a.np.dot
    point = copied(target.point)
    try:
        a.np.dot = lambda p, q: (seen.append(q), original(p, q))[1]
        target.evaluate(point)
    finally:
        a.np.dot = original
    assert seen[0] is point["W"]


@pytest.mark.parametrize("layer", [u.RateDense, u.MomentumDense, k.AdamInside, u.StepOnly])
def test_an_update_is_undone(layer: type) -> None:
    target = bound(layer, **next(v for known, v, _ in RIGHT if known is layer))
    point = copied(target.point)
    call = target.evaluate(point)
    call.backward(upstream_of(target))
    assert all(np.array_equal(point[n], target.point[n]) for n in point)


def test_parameters_in_two_places_are_changed_in_both() -> None:
    class Twice:
        def __init__(self) -> None:
            self.W = np.ones(3)
            self.params = [self.W]

        def forward(self, x: Any) -> Any:
            self.x = x
            return x * self.W + x * self.params[0]

        def backward(self, g: Any) -> Any:
            self.dW = 2 * (g * self.x).sum(0)
            return 2 * g * self.W

    assert wrong(bound(Twice, x=X)) == set()


def test_running_statistics_start_anew() -> None:
    target = bound(a.BatchNormalization, gamma=np.ones(3), beta=np.zeros(3), x=X, running_mean=np.zeros(3),
                   running_var=np.ones(3))  # fmt: skip
    assert set(target.state()) == {"running_mean", "running_var"}
    first = target.evaluate(copied(target.point)), {n: v.copy() for n, v in target.state().items()}
    again = target.evaluate(copied(target.point)), target.state()
    assert all(np.array_equal(first[1][n], again[1][n]) for n in first[1])
    assert not np.array_equal(first[1]["running_mean"], np.zeros(3))


def test_statistics_are_known_by_their_update() -> None:
    assert set(bound(k.PlainlyNamedNorm, d=3, x=X).state()) == {"mean", "var"}


def test_accumulation_is_reset_and_noted() -> None:
    target = bound(c.ParameterLinear, n_input=3, n_output=2, X=X)
    assert target.accumulating[0] == "W"
    call = target.evaluate(copied(target.point))
    first, second = call.backward((np.ones((4, 2)),)), call.backward((np.ones((4, 2)),))
    assert np.array_equal(first["W"], second["W"])


def test_a_loop_that_adds_up_is_no_accumulation() -> None:
    assert bound(a.ConvNaive, **next(v for known, v, _ in RIGHT if known is a.ConvNaive)).notes == ()


def test_a_stale_cache_shows() -> None:
    stale = mutant(a.Affine, "self.x = x\n", "self.x = x if self.x is None else self.x\n")
    target = bound(stale, W=normal(3, 2), b=normal(2), x=X)
    target.evaluate(copied(target.point))
    moved = {n: v + 1 for n, v in target.point.items()}
    found = target.evaluate(moved).backward((np.ones((4, 2)),))
    assert not np.allclose(found["W"], moved["x"].T @ np.ones((4, 2)))


def test_a_cache_changed_in_place_shows() -> None:
    broken = mutant(
        a.ActivationTanh, "return dout * (1 - self.out**2)", "self.out *= 2; return dout * self.out"
    )
    target = bound(broken, x=X)
    call = target.evaluate(copied(target.point))
    v = (np.ones((4, 3)),)
    assert not np.array_equal(call.backward(v)["x"], call.backward(v)["x"])


def test_a_forgotten_gradient_is_none_and_an_unheard_of_one_absent() -> None:
    assert gradients(bound(k.ForgottenBias, n=3, x=X))["b"] is None
    lost = mutant(k.GradientsTuple, "(self.x.T @ d, d.sum(0))", "(self.x.T @ d,)")
    assert set(gradients(bound(lost, n_in=3, n_out=2, x=X))) == {"x", "W"}


def test_a_layer_without_a_gradient_of_its_input() -> None:
    target = bound(k.ReturnsOnlyFilters, n=3, img=X)
    assert wrong(target) == {"img"} and set(gradients(target)) == {"sieve"}
    assert [p.default for p in subject_of(k.ReturnsOnlyFilters).parameters if p.name == "y_true"] == [None]


def test_fixed_names_are_left_out() -> None:
    target = bound(a.Affine, fixed=("x", "b"), W=normal(3, 2), b=normal(2), x=X)
    assert (list(target.point), target.fixed) == (["W"], ("x", "b"))
    assert wrong(target) == set()


def test_an_instance_is_copied() -> None:
    layer = c.JoelnetLinear(3, 2)
    before = layer.params["w"].copy()
    target = bound(layer, inputs=X)
    assert wrong(target) == set()
    assert np.array_equal(layer.params["w"], before) and not layer.grads
    assert [p.name for p in subject_of(layer).parameters] == ["inputs"]


def test_inputs_are_asked_for_by_group() -> None:
    asked = [(p.name, p.group) for p in subject_of(a.LayerDropout).parameters]
    assert asked == [("rate", "constructor"), ("inputs", "forward"), ("training", "forward")]
    flag = subject_of(a.LayerDropout).parameters[-1]
    assert flag.default is True
    assert [p.name for p in subject_of(u.StepOnly).parameters] == ["n", "x"]


def test_a_name_of_both_is_asked_for_once() -> None:
    class Both:
        def __init__(self, x: Any) -> None:
            self.start = x

        def forward(self, x: Any) -> Any:
            return x + self.start

        def backward(self, g: Any) -> Any:
            return g

    assert [(p.name, p.group) for p in subject_of(Both).parameters] == [("x", "forward")]
    assert wrong(bound(Both, x=X)) == set()


def test_a_value_for_a_parameter_of_the_layers_own() -> None:
    W = normal(3, 2)
    target = bound(k.GradientsTuple, n_in=3, n_out=2, x=X, W=W)
    assert np.array_equal(target.point["W"], W)
    assert wrong(target) == set()


NO_LAYERS = [k.TrainsItself, k.TrainsOnTargets, k.NoMethods, k.TorchModule, u.Layer, k.SGD, dict, 3, None, np]


@pytest.mark.parametrize("subject", [*NO_LAYERS, np.tanh, print, object(), X, len, type])
def test_what_is_no_layer_is_not_recognised(subject: object) -> None:
    adapters = (classes, activations, losses, context_classes, attribute_style)
    assert [a.recognise("it", subject) for a in adapters] == [None] * len(adapters)
