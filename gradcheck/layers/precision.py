"""Layers in float32, float16 and bfloat16: the formula in float64, the arithmetic beside its own noise.

The forward is differenced in float64 at the very same numbers, where the layer lets it. The
low-precision gradient g̃ is then held against the float64 one, g. It may be off by

    2·(2·‖g(x + δx, v + δv) − g‖ + 4·‖g‖·max(u, ‖ỹ − y‖/‖y‖)),

where δx and δv are random roundings of the low precision (the worst of several draws), u is its
unit roundoff and ỹ the low-precision forward. Without the first 2 that is the most that the plain
reference layers lose, measured; the bar is twice that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.bench import Bench
from gradcheck.layers.directions import direction, stream
from gradcheck.layers.errors import LayerError
from gradcheck.layers.gradients import Gradients, precision
from gradcheck.layers.products import norm
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array, Target
from gradcheck.model import ArgumentCheck, Layer, LayerVerdict

_DRAWS = 5
_PURPOSE = 2
_TWICE = 2.0
_DOUBLE = 2.0**-52


def is_low(values: Mapping[str, Any]) -> bool:
    """Whether some input is in a lower precision than float64."""
    return any(is_float_array(v) and precision(v.dtype) > _DOUBLE for v in values.values())


def in_double(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same numbers in float64, where shares that sum to 1 but for their own rounding sum to 1.

    A formula may rely on that sum, as the gradient of a cross-entropy does.

    >>> t = np.array([[0.1, 0.2, 0.7]], np.float32)
    >>> bool(t.astype(np.float64).sum() == 1), bool(in_double({"t": t})["t"].sum() == 1)
    (False, True)
    """
    return {
        n: _shares(v.astype(np.float64), precision(v.dtype)) if is_float_array(v) else v
        for n, v in values.items()
    }


def _shares(values: Array, eps: float) -> Array:
    """Values whose sums along an axis are all 1 within ``eps``, divided by these; any others as they are."""
    if eps > _DOUBLE and values.size and (values >= 0.0).all():
        for axis in reversed(range(values.ndim)):
            sums: Array = values.sum(axis=axis, keepdims=True)
            if (np.abs(sums - 1.0) <= eps).all():
                return np.asarray(values / sums)
    return values


def is_generic(target: Target) -> bool:
    """Whether a layer computes in float64 when it is given float64."""
    try:
        centre = Bench(target, dict(target.point)).centre()
    except LayerError:
        return False
    return centre.eps <= _DOUBLE


def with_noise(layer: Layer, low: Target, high: Target, settings: Settings) -> Layer:
    """The report on the float64 formula, with arguments failed whose low-precision gradient is too noisy."""
    errors = noise(low, high, settings)
    arguments = tuple(_judged(a, low, errors) for a in layer.arguments)
    failed = any(a.verdict is LayerVerdict.FAIL for a in arguments)
    verdict = LayerVerdict.FAIL if failed and layer.verdict is LayerVerdict.PASS else layer.verdict
    return replace(layer, arguments=arguments, verdict=verdict)


def noise(low: Target, high: Target, settings: Settings) -> dict[str, tuple[float, float]]:
    """For each argument the relative error of its low-precision gradient, and how large it may be."""
    rng = stream(settings.seed, _PURPOSE)
    rough, exact = Bench(low, dict(low.point)), Bench(high, dict(high.point))
    centre = rough.centre()
    unit = max(precision(v.dtype) for v in low.point.values()) / 2
    upstream = direction(rng, centre.flat.size) if low.upstream else np.ones(1)
    upstream = upstream.astype(centre.outputs[0].dtype).astype(np.float64)
    found = rough.pull(centre, upstream)
    fine = exact.centre()
    due = exact.pull(fine, upstream)
    forward = norm(centre.flat - fine.flat) / (norm(fine.flat) or 1.0)
    spread = _spread(exact, upstream, due, unit, rng)
    return {
        name: (norm(found.values[name] - g) / (norm(g) or 1.0), _bar(spread[name], norm(g), forward, unit))
        for name, g in due.values.items()
        if name in found.values
    }


def _bar(spread: float, size: float, forward: float, unit: float) -> float:
    return _TWICE * (2.0 * spread / (size or 1.0) + 4.0 * max(unit, forward))


def _spread(
    bench: Bench, upstream: Array, due: Gradients, unit: float, rng: np.random.Generator
) -> dict[str, float]:
    """The most that random roundings of the inputs and of the upstream change each gradient."""
    exact = bench.point
    worst = dict.fromkeys(due.values, 0.0)
    for _ in range(_DRAWS):
        bench.point = {
            n: np.asarray(v * (1.0 + unit * rng.uniform(-1.0, 1.0, v.shape))) for n, v in exact.items()
        }
        moved = bench.pull(bench.centre(), upstream * (1.0 + unit * rng.uniform(-1.0, 1.0, upstream.shape)))
        for name, g in due.values.items():
            worst[name] = max(worst[name], norm(moved.values[name] - g))
    bench.point = exact
    return worst


def _judged(argument: ArgumentCheck, low: Target, errors: Mapping[str, tuple[float, float]]) -> ArgumentCheck:
    dtype = str(low.point[argument.name].dtype)
    argument = replace(argument, dtype=dtype)
    if argument.name not in errors or argument.verdict is not LayerVerdict.PASS:
        return argument
    error, bar = errors[argument.name]
    if error <= bar:
        return argument
    message = (
        f"the formula is right, but in {dtype} the gradient of {argument.name} is off by {error:.2g} of its "
        f"size; a plain implementation loses {bar / _TWICE:.2g}"
    )
    return replace(
        argument, verdict=LayerVerdict.FAIL, error=error, tolerance=bar, code="L108", message=message
    )
