"""Which element of a gradient is wrong, with what the backward says of it and what the differences say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.bisection import wrong_element
from gradcheck.layers.blocks import Pattern, pattern
from gradcheck.layers.directions import direction, scale
from gradcheck.layers.elements import numeric_gradient
from gradcheck.layers.products import dot
from gradcheck.layers.settings import Settings
from gradcheck.layers.stencil import step_size
from gradcheck.layers.target import Array
from gradcheck.model import Element

_FIRST_SIGHT = 1e-6
_ADDS_UP = 1e-4


@dataclass(frozen=True, slots=True)
class Located:
    """The worst element; ``wrong`` is how many there are and ``numeric`` the whole gradient, where known."""

    worst: Element
    wrong: int | None = None
    numeric: Array | None = None


def locate(
    bench: Bench, name: str, upstream: Array, rng: np.random.Generator, settings: Settings
) -> Located | None:
    """The element whose error is the largest, within the budget of evaluations."""
    centre = bench.centre()
    gradients = bench.pull(centre, upstream)
    if name not in gradients.values:
        return None
    gradient = gradients.values[name]
    output = centre.outputs[0]
    whole = Pattern({}, bench.point[name].shape)
    found = whole
    if len(centre.outputs) == 1 and whole.rounds > 8:
        found = pattern(bench, name, output)
    shape = output.shape if len(centre.outputs) == 1 else centre.flat.shape
    eps = max(centre.eps, gradients.eps)
    if 2 * found.rounds <= settings.budget:
        numeric = numeric_gradient(bench, name, found, upstream, shape, eps)
        if not found.carried or _adds_up(bench, name, numeric, upstream, rng, eps):
            return _worst(gradient, numeric, bench.point[name])
        if 2 * whole.rounds <= settings.budget:
            return _worst(
                gradient, numeric_gradient(bench, name, whole, upstream, shape, eps), bench.point[name]
            )
    number = wrong_element(bench, centre, name, gradient, upstream, rng, step_size(centre.eps))
    return _single(bench, name, number, gradient, upstream, eps)


def _worst(gradient: Array, numeric: Array, value: Array) -> Located:
    flat = numeric.ravel()
    weight = scale(value).ravel()
    error = np.abs(gradient - flat) * weight
    error[~np.isfinite(error)] = np.inf
    number = int(np.argmax(error))
    size = float(np.sqrt(np.mean((flat * weight) ** 2)))
    wrong = int((error > _FIRST_SIGHT * np.maximum(np.abs(flat) * weight, size)).sum())
    return Located(_element(number, gradient, float(flat[number]), value.shape), max(1, wrong), numeric)


def _element(number: int, gradient: Array, numeric: float, shape: tuple[int, ...]) -> Element:
    index = tuple(int(i) for i in np.unravel_index(number, shape)) if shape else ()
    return Element(index, float(gradient[number]) + 0.0, numeric + 0.0)  # no -0


def _adds_up(
    bench: Bench, name: str, numeric: Array, upstream: Array, rng: np.random.Generator, eps: float
) -> bool:
    """Whether the elements that were differenced in groups give the derivative along a direction."""
    value = bench.point[name]
    step = scale(value) * direction(rng, value.size).reshape(value.shape)
    h = eps ** (1 / 3)
    difference = (bench.outputs({name: step}, h) - bench.outputs({name: step}, -h)) / (2 * h)
    products = numeric * step
    return abs(dot(upstream, difference) - float(products.sum())) <= _ADDS_UP * float(
        np.sqrt((products**2).sum())
    )


def _single(bench: Bench, name: str, number: int, gradient: Array, upstream: Array, eps: float) -> Located:
    """One element differenced by itself."""
    value = bench.point[name]
    step = np.zeros(value.size)
    size = float(scale(value).ravel()[number])
    step[number] = size
    steps = {name: step.reshape(value.shape)}
    h = eps ** (1 / 3)
    difference = (bench.outputs(steps, h) - bench.outputs(steps, -h)) / (2 * h * size)
    return Located(_element(number, gradient, dot(upstream, difference), value.shape))
