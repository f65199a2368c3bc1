"""What is said when a class cannot be constructed, run, or understood."""

from __future__ import annotations

from typing import Any

import layers_in_attributes as a
import layers_of_courses as k
import numpy as np
import pytest
from class_differences import bound, copied, mutant

from gradcheck.layers.errors import BadGradient, BadOutput, CannotSample, LayerRaised

X = np.random.default_rng(1).normal(size=(4, 3))
V = (np.ones((4, 3)),)


class Layer:
    def __init__(self, fail: bool = False) -> None:
        if fail:
            raise ValueError("no")

    def forward(self, x: Any) -> Any:
        return x**2

    def backward(self, g: Any) -> Any:
        return g


def run(layer: type, upstream: tuple[Any, ...] = V) -> Any:
    target = bound(layer, x=X)
    return target.evaluate(copied(target.point)).backward(upstream)


def test_missing_arguments_are_named() -> None:
    with pytest.raises(CannotSample, match=r"constructor of LayerDense needs n_inputs, n_neurons"):
        bound(a.LayerDense, inputs=X)
    with pytest.raises(CannotSample, match="no value for x"):
        bound(a.Relu)


def test_the_phase_of_an_exception() -> None:
    with pytest.raises(LayerRaised, match="construct raised ValueError: no"):
        bound(Layer, x=X, fail=True)
    with pytest.raises(LayerRaised, match="forward raised ZeroDivisionError"):
        run(mutant(Layer, "return x**2", "return 1 / 0"))
    with pytest.raises(LayerRaised, match="backward raised KeyError: 'x'"):
        run(mutant(Layer, "return g\n", "return {}['x']\n"))


def test_a_forward_that_gives_nothing() -> None:
    with pytest.raises(BadOutput, match="the forward returns nothing"):
        run(mutant(Layer, "return x**2", "self.x = None"))


def test_a_backward_that_gives_nothing() -> None:
    with pytest.raises(BadGradient, match="leaves no gradient of x in an attribute"):
        run(mutant(Layer, "return g\n", "self.it = g.sum()\n"))


def test_a_backward_that_gives_too_much() -> None:
    with pytest.raises(BadGradient, match="returns 3 gradients for 1 differentiable argument"):
        run(mutant(Layer, "return g\n", "return g, g, g\n"))


def test_a_dictionary_that_names_nothing() -> None:
    with pytest.raises(BadGradient, match="none of them names a gradient of x"):
        run(mutant(Layer, "return g\n", "return {'loss': g}\n"))


def test_too_few_outputs_for_the_upstreams() -> None:
    layer = mutant(Layer, "def backward(self, g: Any)", "def backward(self, dh_next: Any, dc_next: Any)")
    with pytest.raises(
        BadGradient, match=r"takes 2 upstream gradients \(dh_next, dc_next\), forward gives 1 output"
    ):
        run(layer)


def test_a_derivative_of_the_wrong_shape() -> None:
    class Odd:
        def fn(self, x: Any) -> Any:
            return x**2

        def grad(self, x: Any) -> Any:
            return np.ones(5)

    with pytest.raises(BadGradient, match=r"the derivative has the shape \(5,\)"):
        run(Odd)


def test_a_value_of_the_wrong_shape_for_an_own_parameter() -> None:
    with pytest.raises(CannotSample, match=r"W is a float array of shape \(3, 2\) in the layer"):
        bound(k.GradientsTuple, n_in=3, n_out=2, x=X, W=np.ones((2, 3)))


def test_extra_arguments_of_the_backward_are_asked_for() -> None:
    class Clipped:
        def forward(self, x: Any) -> Any:
            self.x = x
            return x**2

        def backward(self, dout: Any, strength: Any) -> Any:
            return 2 * self.x * dout * strength

    with pytest.raises(CannotSample, match="no value for strength"):
        bound(Clipped, x=X)
    target = bound(Clipped, x=X, strength=1.0)
    assert np.allclose(target.evaluate(copied(target.point)).backward(V)["x"], 2 * X)
