"""Sums over the wrong axes: for an argument that the forward broadcasts."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import axis_sets, features
from gradcheck.layers.causes.monomials import Monomial, Target, monomials
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array

_FEWEST = 5


def wrong_sum(evidence: Evidence) -> Cause | None:
    """Each output is reached by one element; the backward adds it to other ones, or to all."""
    first = evidence.first
    if not first.whole or first.columns < 2 or first.shape == first.out_shape or not first.out_shape:
        return None
    parts = [_parts(v) for v in evidence.views]
    if any(p is None for p in parts):
        return None
    name, due_axes = evidence.name, _axes(first)
    for axes, laid in _candidates(first):
        if all(v.gives(laid * p) for v, p in zip(evidence.views, parts, strict=True) if p is not None):
            found = tuple(a for a in range(len(first.out_shape)) if a not in axes)
            over = f"over {_shown(found)}" if axes else "over every axis"
            return Cause(
                "L119",
                f"the gradient of {name} is summed {over} of the upstream gradient's; the sum is due over "
                f"{_shown(due_axes)}",
                f"sum over axis {due_axes[0] if len(due_axes) == 1 else due_axes}",
            )
    return None


def spread_sum(evidence: Evidence) -> Cause | None:
    """given is the mean, or the sum, of what is due over axes that the argument has itself."""
    name = evidence.name
    for axes in axis_sets(evidence.shape):
        n = int(np.prod([evidence.shape[a] for a in axes]))
        for times, word in ((1.0, "averaged"), (float(n), "summed")):
            if all(_is_spread(v, axes, times) for v in evidence.views):
                over = _shown(axes)
                return Cause(
                    "L119",
                    f"the gradient of {name} is {word} over {over}, along which {name} has elements of "
                    "its own",
                    f"keep {over}: each element there has its own gradient",
                )
    return None


def summed_formula(evidence: Evidence) -> Cause | None:
    """The argument is broadcast, and what the backward sums is a product of known arrays that is not due."""
    first = evidence.first
    if not first.whole or first.columns < _FEWEST or first.slopes is not None:
        return None
    if any(_parts(v) is None or (v.given[~_reach(v)] != 0).any() for v in evidence.views):
        return None
    known = [features(v, evidence) for v in evidence.views]
    exact = [1e-12 * np.abs(v.given) for v in evidence.views]
    targets = [Target(v.given, e, _reach(v), k) for v, e, k in zip(evidence.views, exact, known, strict=True)]
    for found in monomials(targets):
        named = name_of(found.constant, sizes(first))
        if named is not None:
            text = Monomial(named.value, (("dy", 1.0), *found.powers), named).text()
            return Cause(
                "L125",
                f"what is summed for the gradient of {evidence.name} is {text}, and that is not what is due",
                f"differentiate the forward by {evidence.name}: multiply dy by what stands beside it there",
            )
    return None


def _reach(view: View) -> Array:
    """The entries that can be other than 0."""
    reach: Array = np.abs(view.due) > view.tolerance
    return reach


def _is_spread(view: View, axes: tuple[int, ...], times: float) -> bool:
    def mean(array: Array) -> Array:
        found = view.shaped(array).mean(axis=axes, keepdims=True)
        spread: Array = np.broadcast_to(found, (*view.shape, view.columns)).reshape(array.shape)
        return spread

    due, tolerance = times * mean(view.due), times * mean(view.tolerance)
    return bool(view.known.all()) and bool(
        (np.abs(view.given - due) <= tolerance + 1e-12 * np.abs(due)).all()
    )


def _parts(view: View) -> Array | None:
    """For each output ∂y/∂x of the one element that reaches it; None if several do."""
    reached = np.abs(view.due) > view.tolerance
    return view.due.sum(axis=0) if (reached.sum(axis=0) <= 1).all() and view.known.all() else None


def _axes(view: View) -> tuple[int, ...]:
    """The axes of the output over which the gradient has to be summed."""
    reach = (np.abs(view.due) > view.tolerance).reshape(-1, *view.out_shape)
    return tuple(
        a for a in range(len(view.out_shape)) if view.out_shape[a] > 1 and (reach.sum(axis=1 + a) > 1).any()
    )


def _candidates(view: View) -> list[tuple[tuple[int, ...], Array]]:
    """Every way to keep axes of the output that have the argument's lengths, with all sums kept first."""
    index = np.indices(view.out_shape).reshape(len(view.out_shape), -1)
    longer = [a for a, n in enumerate(view.shape) if n > 1]
    found: list[tuple[tuple[int, ...], Array]] = [((), np.ones(view.due.shape))]
    numbers = np.indices(view.shape).reshape(len(view.shape), -1)
    for axes in permutations(range(len(view.out_shape)), len(longer)):
        if all(view.out_shape[b] == view.shape[a] for a, b in zip(longer, axes, strict=True)):
            laid = np.ones(view.due.shape)
            for a, b in zip(longer, axes, strict=True):
                laid *= numbers[a][:, None] == index[b][None, :]
            found.append((axes, laid))
    return found


def _shown(axes: tuple[int, ...]) -> str:
    if not axes:
        return "no axis"
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
