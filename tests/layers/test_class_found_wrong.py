"""Classes of which a tester found that they were judged wrongly: right ones pass, mistakes are seen."""

from __future__ import annotations

from typing import Any

import layers_found_wrong as f
import numpy as np
import pytest
from class_differences import bound, gradients, mutant, subject_of, wrong

from gradcheck.layers.adapters.class_methods import methods_of

RNG = np.random.default_rng(3)
X = RNG.normal(size=(4, 3))
Y = RNG.normal(size=(4, 3))
LABELS = np.array([0.0, 1.0, 1.0, 1.0])

RIGHT: list[tuple[type, dict[str, Any], str]] = [
    (f.SquaredDistance, {"a": X, "b": Y}, "a b"),
    (f.ZeroForTarget, {"y_pred": X, "y_true": Y}, "y_pred"),
    (f.UpdatedAtOnce, {"n_in": 3, "n_out": 2, "x": X}, "x W"),
    (f.UpdatedInPlace, {"n_in": 3, "n_out": 2, "x": X}, "x W"),
    (f.UpdatedDictionary, {"n": 3, "x": X}, "x W V"),
    (f.StepsAdded, {"n": 3, "x": X}, "x W V"),
    (f.TwoReturned, {"x": X}, "x"),
    (f.Moments, {"x": X}, "x"),
    (f.LeakySlope, {"x": X}, "x slope"),
    (f.NumberInDictionary, {"n": 3, "x": X}, "x w b"),
    (f.NumberUpdated, {"n": 3, "x": X}, "x w b"),
    (f.NumberOfOptimizer, {"n": 3, "x": X}, "x w b"),
    (f.NumbersOnly, {"x": X}, "x"),
    (f.Streaming, {"x": X}, "x"),
    (f.OldStream, {"x": X}, "x"),
    (f.Written, {"x": X}, "x"),
    (f.UnpackedUpstream, {"x": X}, "x"),
    (f.Concatenated, {"xs": [X, Y[:, :2]]}, "xs.0 xs.1"),
    (f.Shared, {"n": 3, "xs": [X, Y]}, "xs.0 xs.1 W"),
]


@pytest.mark.parametrize(("layer", "values", "names"), RIGHT, ids=lambda p: getattr(p, "__name__", ""))
def test_right_classes_are_right(layer: type, values: dict[str, Any], names: str) -> None:
    target = bound(layer, **values)
    assert list(target.point) == names.split()
    assert wrong(target) == set()


WRONG: list[tuple[type, str, str, set[str]]] = [
    (f.SquaredDistance, "-2 * self.d", "2 * self.d", {"b"}),
    (f.ZeroForTarget, "np.zeros_like(self.d)", "2 * self.d", {"y_true"}),
    (f.UpdatedAtOnce, "dout @ W.T", "dout @ self.W.T", {"x"}),
    (f.UpdatedInPlace, "return dx", "return dout @ self.W.T", {"x"}),
    (f.UpdatedDictionary, "return dx", "return dh @ self.params['W'].T", {"x"}),
    (f.StepsAdded, "np.sin(self.x).T", "self.x.T", {"V"}),
    (f.TwoReturned, "de * np.exp", "-de * np.exp", {"x"}),
    (f.Moments, "2 * (self.x", "(self.x", {"x"}),
    (f.LeakySlope, "self.x * (self.x <= 0)", "self.x", {"slope"}),
    (f.NumberInDictionary, "d.sum()", "d.mean()", {"b"}),
    (f.NumberUpdated, "d.sum()", "d.mean()", {"b"}),
    (f.NumberOfOptimizer, "d.sum()", "d.mean()", {"b"}),
    (f.UnpackedUpstream, "de * np", "2 * de * np", {"x"}),
    (f.Concatenated, "np.split(dout,", "np.split(dout[:, ::-1],", {"xs.0", "xs.1"}),
    (f.Shared, "x.T @ d", "self.xs[0].T @ d", {"W"}),
]


@pytest.mark.parametrize(("layer", "old", "new", "names"), WRONG, ids=lambda p: getattr(p, "__name__", ""))
def test_their_mistakes_are_seen(layer: type, old: str, new: str, names: set[str]) -> None:
    values = next(v for known, v, _ in RIGHT if known is layer)
    assert wrong(bound(mutant(layer, old, new), **values)) == names


@pytest.mark.parametrize("layer", [f.LogisticRegression, f.NamedRegression])
def test_gradients_of_the_attributes_of_a_loss(layer: type) -> None:
    target = bound(layer, n_features=3, X=X, y=LABELS)
    assert set(gradients(target)) == {"w", "b"}
    assert wrong(target) == {"X"}  # data, for which nothing is returned


def test_a_mistake_in_the_gradient_of_an_attribute_is_seen() -> None:
    bad = mutant(f.LogisticRegression, "np.mean(p - y)\n", "np.sum(p - y)\n")
    assert wrong(bound(bad, n_features=3, X=X, y=LABELS)) == {"X", "b"}


def test_random_numbers_of_a_layers_own_are_put_back() -> None:
    assert [p.name for p in subject_of(f.Streaming).parameters] == ["rate", "x"]
    target = bound(f.Streaming, x=X)
    first, second = (target.evaluate({"x": X}).outputs[0] for _ in range(2))
    assert np.array_equal(first, second) and not np.array_equal(first, X)
    assert target.notes == ("rng is put back before every forward, so that it draws the same",)


@pytest.mark.parametrize("layer", [f.Unwritten, f.HalfWritten])
def test_a_base_class_is_no_layer(layer: type) -> None:
    assert methods_of(layer) is None
