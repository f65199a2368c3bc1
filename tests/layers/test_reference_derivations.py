"""The reference layers and the built-in derivations speak of the same forwards.

Each document's own definitions are evaluated as `gradcheck doc` evaluates them, in float64 at random
inputs, and compared with the layer that they describe; so are the differences of those definitions
with the layer's backward.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pytest

from gradcheck.algebra import numeric
from gradcheck.algebra.expr import Adjoint, Expr, Fun, Graph, Partial, Ref, upstream, walk
from gradcheck.builtin import builtin_directory, builtin_paths
from gradcheck.documents.judging.chain_reading import ChainReader
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.collect import Collected, collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.topics import parts_of
from gradcheck.layers.reference.affine import affine_backward, affine_forward
from gradcheck.layers.reference.batchnorm import batchnorm_backward, batchnorm_forward
from gradcheck.layers.reference.batchnorm_unbiased import (
    batchnorm_unbiased_backward,
    batchnorm_unbiased_forward,
)
from gradcheck.layers.reference.cross_entropy import cross_entropy_backward, cross_entropy_forward
from gradcheck.layers.reference.relu import relu_backward, relu_forward
from gradcheck.layers.reference.softmax import softmax_backward, softmax_forward
from gradcheck.layers.reference.softmax_cross_entropy import (
    softmax_cross_entropy_backward,
    softmax_cross_entropy_forward,
)

Array = numeric.Array

SIZES = {"m": 6, "n": 5, "N": 5, "D": 3, "|l|": 4, "|i|": 4, "q": 2, "p": 3, "B": 4}
EXACT = {"rtol": 1e-12, "atol": 1e-12}
DIFFERENCED = {"rtol": 1e-6, "atol": 1e-7}
UNBIASED = ("batchnorm-handwritten-unbiased", "cross-entropy-and-batchnorm-unbiased")
COLUMNS = "linear-softmax-crossentropy-relu"
seeds = pytest.mark.parametrize("seed", [0, 1, 2])


@cache
def read(name: str) -> tuple[Collected, tuple[Environment, ...]]:
    """A built-in document, and what each of its parts is read as."""
    path = builtin_directory() / f"{name}.md"
    collected = collect(read_source(path.name, path.read_bytes()))
    return collected, tuple(part.environments[0] for part in parts_of(collected))


@dataclass(frozen=True)
class Written:
    """One part of a document at a random point."""

    name: str
    seed: int
    part: int = 0

    @cached_property
    def graph(self) -> Graph:
        environment = read(self.name)[1][self.part]
        return environment.graph(environment.epochs[0][1])

    @cached_property
    def point(self) -> numeric.Point:
        return numeric.sample(self.graph, [], SIZES, np.random.default_rng(self.seed))

    def __getitem__(self, name: str) -> Array:
        """A leaf's value, or an evaluated definition's."""
        if name in self.graph.leaves:
            return self.point.values[name]
        node = self.graph.nodes[name]
        return self.evaluated(Ref(name, node.params), dict(zip(node.params, node.sizes, strict=True)))

    def evaluated(self, expr: Expr, index_sizes: dict[str, str]) -> Array:
        return numeric.evaluate(expr, self.graph, self.point, list(index_sizes), index_sizes)

    def upstream(self) -> Array:
        """The gradient that flows into the output."""
        ((loss, (root,)),) = self.graph.roots.items()
        return self.point.values[upstream(loss, root)]

    def gradient(self, name: str) -> Array:
        """The gradient of the loss by differences of the document's definitions."""
        (loss,) = self.graph.roots
        indices = {f"axis{at}": size for at, size in enumerate(self.graph.sizes(name))}
        return self.evaluated(Adjoint(loss, name, tuple(indices)), indices)


# -- batch normalisation ---------------------------------------------------------------


@seeds
def test_batchnorm_of_one_column(seed: int) -> None:
    written = Written("batchnorm-agarwal", seed)
    x, gamma, beta = written["x"], written["\\gamma"], written["\\beta"]
    y, cache = batchnorm_forward(x, gamma, beta, float(written["\\epsilon"]))
    np.testing.assert_allclose(y, written["y"], **EXACT)
    np.testing.assert_allclose(cache[0], written["\\hat{x}"], **EXACT)
    dx, dgamma, dbeta = batchnorm_backward(written.upstream(), cache)
    for name, gradient in {"x": dx, "\\gamma": dgamma, "\\beta": dbeta}.items():
        np.testing.assert_allclose(gradient, written.gradient(name), **DIFFERENCED)


@seeds
@pytest.mark.parametrize("name", UNBIASED)
def test_batchnorm_of_one_column_unbiased(name: str, seed: int) -> None:
    written = Written(name, seed)
    x, gamma, beta = written["x"], written["\\gamma"], written["\\beta"]
    y, cache = batchnorm_unbiased_forward(x, gamma, beta, float(written["\\epsilon"]))
    np.testing.assert_allclose(y, written["y"], **EXACT)
    np.testing.assert_allclose(cache[0], written["\\hat{x}"], **EXACT)
    dx, dgamma, dbeta = batchnorm_unbiased_backward(written.upstream(), cache)
    for argument, gradient in {"x": dx, "\\gamma": dgamma, "\\beta": dbeta}.items():
        np.testing.assert_allclose(gradient, written.gradient(argument), **DIFFERENCED)


@seeds
def test_affine_batchnorm_relu_of_a_matrix(seed: int) -> None:
    written = Written("batchnorm-matrix-kronecker", seed)
    gamma, beta = written["\\gamma"], written["\\beta"]
    h, affine_cache = affine_forward(written["X"], written["W"], written["b"])
    y, cache = batchnorm_forward(h, gamma, beta, float(written["\\delta"]))
    for name, ours in {"h": h, "\\hat{h}": cache[0], "y": y, "a": relu_forward(y)[0]}.items():
        np.testing.assert_allclose(ours, written[name], **EXACT)
    dh, dgamma, dbeta = batchnorm_backward(written.upstream(), cache)
    dx, dw, _ = affine_backward(dh, affine_cache)
    found = {"h": dh, "\\gamma": dgamma, "\\beta": dbeta, "X": dx, "W": dw}
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, written.gradient(name), **DIFFERENCED)


# -- softmax and cross entropy ---------------------------------------------------------


def printed_loss(name: str) -> Partial:
    """The derivative of a logarithm that a document begins with; its loss has no name of its own."""
    collected, environments = read(name)
    for chain in collected.chains:
        meaning = environments[0].meanings(chain.section)[0]
        value = ChainReader(environments[0], meaning, chain).read().values[0]
        if not isinstance(value, Value) or not isinstance(value.expr, Partial):
            continue
        if any(isinstance(n, Fun) and n.name == "log" for n in walk(value.expr.body)):
            return value.expr
    raise AssertionError(f"{name} differentiates no logarithm")


@seeds
def test_softmax_cross_entropy_at_every_label(seed: int) -> None:
    written = Written("cross-entropy-and-batchnorm-unbiased", seed)
    logits, loss = written["l"], printed_loss("cross-entropy-and-batchnorm-unbiased")
    np.testing.assert_allclose(softmax_forward(logits)[0], written["p"], **EXACT)
    by_label = written.evaluated(loss.body, {"y": "|i|"})
    by_label_and_logit = written.evaluated(loss, {"y": "|i|", "i": "|i|"})
    for label in range(len(logits)):
        ours, cache = softmax_cross_entropy_forward(logits[None], np.array([label]))
        np.testing.assert_allclose(ours, by_label[label], **EXACT)
        dx = softmax_cross_entropy_backward(1.0, cache)
        np.testing.assert_allclose(dx[0], by_label_and_logit[label], **DIFFERENCED)


@seeds
def test_softmax_of_columns(seed: int) -> None:
    written = Written(COLUMNS, seed, part=1)
    y, cache = softmax_forward(written["x"])
    np.testing.assert_allclose(y, written["y"], **EXACT)
    dx = softmax_backward(written.upstream(), cache)
    np.testing.assert_allclose(dx, written.gradient("x"), **DIFFERENCED)


@seeds
def test_cross_entropy_of_the_labelled_probabilities(seed: int) -> None:
    """The document's x_t is the probability of the right class of example t: the first one here."""
    written = Written(COLUMNS, seed, part=1)
    p = np.stack([written["x"], np.ones(SIZES["N"])], axis=1)
    loss, cache = cross_entropy_forward(p, np.tile([1.0, 0.0], (SIZES["N"], 1)))
    np.testing.assert_allclose(loss, written["f"], **EXACT)
    slope = written.evaluated(Partial(Ref("f"), "x", ("t",), "total"), {"t": "N"})
    np.testing.assert_allclose(cross_entropy_backward(1.0, cache)[:, 0], slope, **DIFFERENCED)


# -- linear and ReLU -------------------------------------------------------------------


@seeds
def test_affine_of_columns(seed: int) -> None:
    """The document has examples in columns: its W and x are ours transposed."""
    written = Written(COLUMNS, seed)
    f, cache = affine_forward(written["x"].T, written["W"].T, written["b"])
    np.testing.assert_allclose(f.T, written["f"], **EXACT)
    dx, dw, db = affine_backward(written.upstream().T, cache)
    for name, gradient in {"x": dx.T, "W": dw.T, "b": db}.items():
        np.testing.assert_allclose(gradient, written.gradient(name), **DIFFERENCED)


@pytest.mark.parametrize("seed", range(6))
def test_relu(seed: int) -> None:
    written = Written(COLUMNS, seed, part=2)
    y, cache = relu_forward(written["x"])
    np.testing.assert_allclose(y, written["y"], **EXACT)
    dx = relu_backward(written.upstream(), cache)
    np.testing.assert_allclose(dx, written.gradient("x"), **DIFFERENCED)


def test_the_relu_is_tried_on_both_sides() -> None:
    signs = {bool(Written(COLUMNS, seed, part=2)["x"] > 0) for seed in range(6)}
    assert signs == {True, False}


def test_every_built_in_derivation_is_compared() -> None:
    compared = {"batchnorm-agarwal", "batchnorm-matrix-kronecker", COLUMNS, *UNBIASED}
    assert {path.stem for path in builtin_paths()} == compared
