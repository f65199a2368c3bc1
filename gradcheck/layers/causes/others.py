"""The gradient of something else: another argument, the probabilities for the logits, a normalised weight."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constant_factor import factor
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import Features, axis_sets, features
from gradcheck.layers.causes.gathering import differences
from gradcheck.layers.causes.monomials import Monomial, Target, monomials
from gradcheck.layers.target import Array


def other_argument(evidence: Evidence) -> Cause | None:
    """What is given is what is due to another argument."""
    first = evidence.first
    for other, value in first.point.items():
        if other == evidence.name or value.size != first.value.size or value.size < 2:
            continue
        due = [differences(v, other) for v in evidence.views]
        if all(d is not None and _is_given(v, *d) for v, d in zip(evidence.views, due, strict=True)):
            return Cause(
                "L132",
                f"what is given for {evidence.name} is the gradient of {other}",
                f"exchange them: the gradient of {evidence.name} stands elsewhere, is returned in "
                "another place, or is "
                f"derived with {evidence.name} and {other} interchanged",
            )
    return None


def _is_given(view: View, due: Array, error: Array) -> bool:
    known = np.isfinite(error) & view.known
    significant = np.abs(due).max() > 0
    return bool(significant) and bool((np.abs(view.given - due) <= 2 * error + view.tolerance)[known].all())


def pulled(evidence: Evidence) -> Cause | None:
    """given, or due, is the other one multiplied by the Jacobian of a softmax."""
    for axes in axis_sets(evidence.shape):
        axis = axes[0] if len(axes) == 1 else axes
        name = evidence.name
        if all(v.agrees(_through_softmax(v, v.given, _softmax(v, axes), axes)) for v in evidence.views):
            return Cause(
                "L133",
                f"what is given for {name} is the gradient of softmax({name}, axis={axis}), not of {name}",
                f"multiply by the Jacobian of the softmax: p·(g - (g·p).sum(axis={axis}, keepdims=True))",
            )
        if all(
            _sums_to_one(v, axes) and v.gives(_through_softmax(v, v.due, v.value, axes))
            for v in evidence.views[:1]
        ):
            return Cause(
                "L133",
                f"what is given for {name} is the gradient of the logits of which {name} is the softmax, "
                f"not of {name}",
                f"differentiate with respect to {name} itself: the softmax is not part of this forward",
            )
        if all(v.agrees(_undiagonal(v, axes)) for v in evidence.views):
            return Cause(
                "L123",
                f"the gradient of {name} has only the diagonal of the Jacobian of softmax({name}, "
                f"axis={axis})",
                f"p·(g - (g·p).sum(axis={axis}, keepdims=True)) in place of p·(1 - p)·g",
            )
    return None


def _softmax(view: View, axes: tuple[int, ...]) -> Array:
    x = view.value.reshape(view.shape)
    e = np.exp(x - x.max(axis=axes, keepdims=True))
    result: Array = (e / e.sum(axis=axes, keepdims=True)).ravel()
    return result


def _through_softmax(view: View, array: Array, p: Array, axes: tuple[int, ...]) -> Array:
    product = view.shaped(array * p[:, None])
    summed = np.broadcast_to(product.sum(axis=axes, keepdims=True), product.shape).reshape(array.shape)
    result: Array = p[:, None] * (array - summed)
    return result


def _undiagonal(view: View, axes: tuple[int, ...]) -> Array:
    p = _softmax(view, axes)
    return _through_softmax(view, view.given / (p * (1 - p))[:, None], p, axes)


def _sums_to_one(view: View, axes: tuple[int, ...]) -> bool:
    sums = view.value.reshape(view.shape).sum(axis=axes)
    return bool(np.abs(sums - 1).max() < 1e-9) and bool((view.value > 0).all())


def projected(evidence: Evidence) -> Cause | None:
    """due is given without its part along the argument, times a factor: a norm is treated as a constant."""
    for axes in axis_sets(evidence.shape):
        for source in _projections(evidence, axes):
            return source
    return None


def _projections(evidence: Evidence, axes: tuple[int, ...]) -> Iterator[Cause]:
    name = evidence.name
    axis = axes[0] if len(axes) == 1 else axes
    known = [features(v, evidence) for v in evidence.views]
    candidates = [_across(v, axes) for v in evidence.views]
    views = list(zip(evidence.views, candidates, known, strict=True))
    formula = f"g - {name}·(g·{name}).sum(axis={axis})/({name}²).sum(axis={axis})"
    factors = [factor(c, v) for v, c, _ in views]
    if all(f is not None for f in factors) and np.ptp([f for f in factors if f is not None]) < 1e-6:
        yield _said_projected(name, axis, formula, 1.0 if factors[0] is None else 1 / factors[0])
        return
    for found in monomials([_against_due(v, c, k) for v, c, k in views]):
        if all(_follows(found, v, c, f) for v, c, f in views):
            inverse = Monomial(1 / found.constant, tuple((n, -p) for n, p in found.powers)).text()
            yield _said_projected(name, axis, f"({formula})·{inverse}", 1.0)
            return


def _against_due(view: View, candidate: Array, known: Features) -> Target:
    """A candidate divided by what is due."""
    where = view.felt & (np.abs(candidate) > 1e3 * view.tolerance)
    safe = np.where(where, view.due, 1.0)
    ratio = np.where(where, candidate / safe, 0.0)
    return Target(
        ratio, np.where(where, view.tolerance / np.abs(safe) * (1 + np.abs(ratio)), np.inf), where, known
    )


def _said_projected(name: str, axis: object, formula: str, c: float) -> Cause:
    times = "" if abs(c - 1) < 1e-6 else f" times {c:.6g}"
    return Cause(
        "L133",
        f"the part of the gradient of {name} along {name} itself (axis {axis}) should be 0: {name} is "
        "normalised, and "
        f"what is given, g, is not taken through that; {formula}{times} is what is due",
        f"d{name} = {formula}{times}",
    )


def _across(view: View, axes: tuple[int, ...]) -> Array:
    x = view.value[:, None]
    along = view.shaped(view.given * x).sum(axis=axes, keepdims=True)
    square = view.shaped(x * x).sum(axis=axes, keepdims=True)
    spread = np.broadcast_to(along / square, (*view.shape, view.columns)).reshape(view.due.shape)
    result: Array = view.given - x * spread
    return result


def _follows(found: Monomial, view: View, candidate: Array, known: Features) -> bool:
    value = found(known)
    return value is not None and view.agrees(candidate / value, 1 / value)
