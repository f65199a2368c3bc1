"""Losses and activations as objects, functions with a context, layers fed by attributes."""

from __future__ import annotations

from typing import Any

import layers_in_containers as c
import layers_of_courses as k
import losses_and_activations as la
import numpy as np
import odd_layers as o
import pytest
from class_differences import bound, mutant, subject_of, wrong

RNG = np.random.default_rng(2)
X = RNG.normal(size=(4, 3))
P = RNG.uniform(0.1, 0.9, size=(4, 3))
ONE_HOT = np.eye(3)[[0, 1, 2, 0]]
LABELS = np.array([0, 1, 2, 1])

RIGHT: list[tuple[type, dict[str, Any], str]] = [
    (la.ScratchSigmoid, {"x": X}, "x"),
    (la.ScratchSoftPlus, {"x": X}, "x"),
    (la.NumpyMLTanh, {"z": X}, "z"),
    (la.NumpyMLLeaky, {"z": X}, "z"),
    (la.StaticSigmoid, {"z": X}, "z"),
    (la.OutputSigmoid, {"x": X}, "x"),
    (la.PrimeTanh, {"x": X}, "x"),
    (la.CachedSlope, {"X": X}, "X"),
    (la.OptionalSlope, {"input": X}, "input"),
    (la.NamedPair, {"x": X}, "x"),
    (la.JacobianSoftmax, {"x": X}, "x"),
    (la.GradientOfUpstream, {"x": X}, "x"),
    (la.ScratchCrossEntropy, {"y": ONE_HOT, "p": P}, "p"),
    (la.JoelnetMSE, {"predicted": X, "actual": P}, "predicted"),
    (la.ForwardBackwardMSE, {"pred": X, "target": P}, "pred"),
    (la.SoftmaxWithLoss, {"x": X, "t": LABELS}, "x"),
    (la.LossAndProbabilities, {"logits": X, "labels": LABELS}, "logits"),
    (la.LabelsAgain, {"input_tensor": P, "label_tensor": ONE_HOT}, "input_tensor"),
    (la.NnfsCategorical, {"y_pred": P, "y_true": ONE_HOT}, "y_pred"),
    (la.NnfsSoftmaxLoss, {"inputs": X, "y_true": ONE_HOT}, "inputs"),
    (la.WeightPenalty, {"lam": 0.3, "w": X}, "w"),
    (la.CostPrime, {"a": X, "y": P}, "a"),
    (la.HuberWithUpstream, {"y_hat": X, "y_true": P}, "y_hat"),
    (k.TorchCriterion, {"input": X, "target": P}, "input"),
    (k.HingeLoss, {"scores": X, "y": LABELS}, "scores"),
    (o.Dot, {"input": X, "weight": RNG.normal(size=(3, 2))}, "input weight"),
    (o.LogSoftmax, {"x": X}, "x"),
    (o.Pick, {"x": X, "rows": np.array([0, 2, 0])}, "x"),
    (o.TwoOutputs, {"x": X}, "x"),
    (o.SelfAndContext, {"x": X}, "x"),
    (o.OwnContext, {"x": X}, "x"),
    (o.AttributeLinear, {"n_in": 3, "n_out": 2, "X": X}, "X W b"),
    (o.AttributeTanh, {"input": X}, "input"),
]


@pytest.mark.parametrize(("layer", "values", "names"), RIGHT, ids=lambda p: getattr(p, "__name__", ""))
def test_right_ones_are_right(layer: type, values: dict[str, Any], names: str) -> None:
    target = bound(layer, **values)
    assert list(target.point) == names.split()
    assert wrong(target) == set()


WRONG = [
    (la.ScratchSigmoid, "(1 - self.__call__(x))", "(2 - self.__call__(x))"),
    (la.NumpyMLLeaky, "out[x < 0] *= self.alpha", "pass"),
    (la.OutputSigmoid, "x * (1 - x)", "x * (1 + x)"),
    (la.JacobianSoftmax, '- np.einsum("ni,nj->nij", s, s)', ""),
    (la.ScratchCrossEntropy, "-(y / p)", "(y / p)"),
    (la.ForwardBackwardMSE, "2 * self.diff / self.diff.size", "2 * self.diff"),
    (la.SoftmaxWithLoss, "dx / batch_size", "dx"),
    (la.LabelsAgain, "return -label_tensor", "return label_tensor"),
    (la.NnfsCategorical, "self.dinputs / samples", "self.dinputs"),
    (la.HuberWithUpstream, "np.sqrt(1 + self.r**2)\n", "(1 + self.r**2)\n"),
    (k.HingeLoss, "dscores /= len(y)", "pass"),
    (o.Dot, "input.T.dot(grad_output)", "-input.T.dot(grad_output)"),
    (o.LogSoftmax, "np.exp(out) * dy.sum(axis=1, keepdims=True)", "np.exp(out) * dy"),
    (o.AttributeLinear, "self.dY.sum(axis=0)", "self.dY.mean(axis=0)"),
]


@pytest.mark.parametrize(("layer", "old", "new"), WRONG, ids=lambda p: getattr(p, "__name__", ""))
def test_wrong_ones_are_wrong(layer: type, old: str, new: str) -> None:
    values = next(v for known, v, _ in RIGHT if known is layer)
    assert len(wrong(bound(mutant(layer, old, new), **values))) == 1


def test_losses_have_no_upstream_and_fixed_targets() -> None:
    target = bound(la.JoelnetMSE, predicted=X, actual=P)
    assert (target.upstream, target.fixed) == (False, ("actual",))
    assert np.ndim(target.evaluate(target.point).outputs[0]) == 0


def test_losses_of_several_numbers_are_summed_or_averaged_as_the_author_does() -> None:
    summed = bound(la.ScratchCrossEntropy, y=ONE_HOT, p=P)
    assert np.isclose(
        summed.evaluate(summed.point).outputs[0], la.ScratchCrossEntropy().loss(ONE_HOT, P).sum()
    )
    averaged = bound(la.NnfsCategorical, y_pred=P, y_true=ONE_HOT)
    assert np.isclose(
        averaged.evaluate(averaged.point).outputs[0], la.NnfsCategorical().calculate(P, ONE_HOT)
    )


def test_a_derivative_at_the_output_is_noted() -> None:
    assert bound(la.OutputSigmoid, x=X).notes == ("derivative takes the output of function, not its input",)
    assert bound(la.PrimeTanh, x=X).notes == ()


def test_a_network_has_gradients_of_its_parameters_alone() -> None:
    for net, values in (
        (c.TwoLayerNet, {"input_size": 3, "hidden_size": 4, "output_size": 3, "x": X, "t": LABELS}),
        (k.SolverNet, {"input_dim": 3, "hidden_dim": 4, "num_classes": 3, "X": X, "y": LABELS}),
    ):
        target = bound(net, **values)
        assert wrong(target) == {next(iter(target.point))}
        assert list(target.point)[1:] == ["W1", "b1", "W2", "b2"]


def test_conventions_are_said() -> None:
    said = {layer.__name__: subject_of(layer).convention for layer, _, _ in RIGHT}
    assert said["NumpyMLTanh"] == "class with __call__(z) / grad(x), a derivative element by element"
    assert (
        said["JoelnetMSE"]
        == "class with loss(predicted, actual) / grad(predicted, actual), the gradient of a loss"
    )
    assert said["HingeLoss"] == "class with compute_loss(scores, y), which returns the loss and its gradients"
    assert said["Dot"] == "class with a context: forward(ctx, input, weight) / backward(ctx, grad_output)"
    assert said["AttributeLinear"] == "class fed by attributes: X, forward(), Y / dY, backward()"


def test_the_target_of_a_solver_net_may_not_be_left_out() -> None:
    asked = {p.name: p.default for p in subject_of(k.SolverNet).parameters}
    assert repr(asked["y"]) == "MISSING"
