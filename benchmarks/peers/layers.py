"""The right layers: gradcheck's references, at sizes where a whole Jacobian takes a second or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.peers.pair import Array, Pair
from gradcheck.layers import reference
from gradcheck.layers.reference.affine import affine_backward, affine_forward
from gradcheck.layers.reference.batchnorm import batchnorm_backward, batchnorm_forward

_TINY = 1e-6
_NEAR = 1e-7


def right_layers(seed: int) -> dict[str, Pair]:
    """Every right layer by name, at inputs drawn with this seed."""
    return {pair.name: pair for pair in _layers(np.random.default_rng(seed))}


def _layers(rng: np.random.Generator) -> Iterator[Pair]:
    yield _normalisation(rng, "batchnorm", 64, 32)
    yield _normalisation(rng, "layernorm", 32, 16)
    yield _of_reference("softmax", "softmax 32×16", {"x": rng.normal(size=(32, 16))})
    labels = {"target": rng.integers(0, 10, 64)}
    yield _of_reference(
        "softmax_cross_entropy", "softmax cross-entropy 64×10", {"x": rng.normal(size=(64, 10))}, labels
    )
    yield _of_reference("affine", "affine 16×20×12", _affine(rng, 16, 20, 12))
    relu = _of_reference("relu", "relu 32×32", {"x": rng.normal(size=(32, 32))}, smooth=False)
    yield relu
    yield _of_reference("gelu", "gelu 16×16", {"x": rng.normal(size=(16, 16))})
    image = {"x": rng.normal(size=(2, 3, 6, 6)), "w": rng.normal(size=(4, 3, 3, 3)), "b": rng.normal(size=4)}
    yield _of_reference("conv2d", "conv2d 2×3×6×6, 4 kernels 3×3", image)
    yield _of_reference("affine", "affine 4×100×100", _affine(rng, 4, 100, 100))
    yield Pair("affine 16×20×12 times 1e-6", _tiny_forward, _tiny_backward, _affine(rng, 16, 20, 12))
    target = {"target": rng.normal(size=(64, 32))}
    normalised = _normalisation(rng, "batchnorm", 64, 32).arguments
    yield Pair("batchnorm 64×32 and mean square", _loss_forward, _loss_backward, normalised, target)
    yield _with_kinks(relu, "relu 32×32, a tenth at 0", 0.0, rng)
    yield _with_kinks(relu, "relu 32×32, a tenth at 1e-7", _NEAR, rng)


def _of_reference(
    layer: str,
    name: str,
    arguments: dict[str, Array],
    constants: dict[str, Any] | None = None,
    smooth: bool = True,
) -> Pair:
    module = reference.load(layer)
    forward, backward = getattr(module, f"{layer}_forward"), getattr(module, f"{layer}_backward")
    return Pair(name, forward, backward, arguments, constants or {}, smooth)


def _normalisation(rng: np.random.Generator, layer: str, rows: int, columns: int) -> Pair:
    arguments = {
        "x": rng.normal(size=(rows, columns)),
        "gamma": rng.normal(size=columns),
        "beta": rng.normal(size=columns),
    }
    return _of_reference(layer, f"{layer} {rows}×{columns}", arguments)


def _affine(rng: np.random.Generator, rows: int, inputs: int, outputs: int) -> dict[str, Array]:
    return {
        "x": rng.normal(size=(rows, inputs)),
        "w": rng.normal(size=(inputs, outputs)),
        "b": rng.normal(size=outputs),
    }


def _with_kinks(relu: Pair, name: str, value: float, rng: np.random.Generator) -> Pair:
    """A ReLU with a tenth of its inputs at one value."""
    x = relu.arguments["x"]
    moved = np.where(rng.random(x.shape) < 0.1, value, x)
    return Pair(name, relu.forward, relu.backward, {"x": moved}, smooth=False)


def _tiny_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    y, cache = affine_forward(x, w, b)
    return _TINY * y, cache


def _tiny_backward(dout: Array, cache: Any) -> tuple[Array, ...]:
    return affine_backward(_TINY * dout, cache)


def _loss_forward(x: Array, gamma: Array, beta: Array, target: Array) -> tuple[np.float64, Any]:
    y, cache = batchnorm_forward(x, gamma, beta)
    return np.float64(((y - target) ** 2).mean()), (cache, y - target)


def _loss_backward(dout: float, cache: Any) -> tuple[Array, ...]:
    inner, difference = cache
    return batchnorm_backward(2 * dout * difference / difference.size, inner)
