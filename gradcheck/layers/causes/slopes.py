"""Elementwise layers: the slope that the backward uses is that of another function, or is taken elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, Slopes, View
from gradcheck.layers.causes.features import features
from gradcheck.layers.causes.known_slopes import SLOPES
from gradcheck.layers.causes.monomials import Monomial, Target, monomials
from gradcheck.layers.causes.places import element
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.directions import scale
from gradcheck.layers.errors import LayerError
from gradcheck.layers.target import Array


def other_function(evidence: Evidence) -> Cause | None:
    """given/dy is the slope of a well-known function that this layer is not."""
    found = [v.slopes for v in evidence.views]
    if any(s is None or s.given.size < 5 for s in found):
        return None
    pairs = [(v, s) for v, s in zip(evidence.views, found, strict=True) if s is not None]
    for text, function in SLOPES.items():
        if all(_is_slope(s, function(v.value)) for v, s in pairs):
            due = next(
                (t for t, f in SLOPES.items() if all(_near(s.due, f(v.value), s) for v, s in pairs)), None
            )
            should = f"; due is that of {due}" if due else ", which is not that of this forward"
            return Cause(
                "L125",
                f"the gradient of {evidence.name} uses the slope of {text}{should}",
                "differentiate the function that the forward computes",
            )
    return None


def _is_slope(found: Slopes, value: Array) -> bool:
    return np.ptp(found.due) > 0 and bool((np.abs(found.given - value) <= 1e-12 + 1e-9 * np.abs(value)).all())


def _near(array: Array, value: Array, found: Slopes) -> bool:
    return bool((np.abs(array - value) <= found.error)[np.isfinite(found.error)].all())


def elsewhere(evidence: Evidence) -> Cause | None:
    """The right slope, evaluated at the output, at −x, at 2x, … in place of x; or a power of it."""
    found = [v.slopes for v in evidence.views]
    if any(s is None or _distinct(s.given) < 5 for s in found):
        return None
    pairs = [(v, s) for v, s in zip(evidence.views, found, strict=True) if s is not None]
    name, y = evidence.name, evidence.output_name
    for text, power in (("twice", 2.0), ("three times", 3.0)):
        if all(_near(s.given, s.due**power, s) for _, s in pairs):
            return Cause(
                "L117",
                f"the slope is multiplied {text} in the gradient of {name}",
                "multiply by the slope once",
            )
    places: dict[str, Callable[[View], Array]] = {
        y: lambda v: v.output,
        f"-{name}": lambda v: -v.value,
        f"2·{name}": lambda v: 2 * v.value,
        f"{name}/2": lambda v: v.value / 2,
        f"{name}²": lambda v: v.value**2,
        f"|{name}|": lambda v: np.abs(v.value),
    }
    for where, place in places.items():
        if all(_is_taken_at(v, s, place(v)) for v, s in pairs):
            return Cause(
                "L125",
                f"the gradient of {name} uses the right slope at the wrong place: at {where} in place of "
                f"{name}",
                f"evaluate the derivative at {name}, or write it in terms of {y}",
            )
    return None


def _distinct(array: Array) -> int:
    return len(np.unique(np.round(array, 9)))


def _is_taken_at(view: View, found: Slopes, place: Array) -> bool:
    """Whether the slopes of the forward at ``place`` are what is given."""
    point = {**view.point, view.name: place.reshape(view.shape)}
    bench = Bench(view.bench.target, {n: np.asarray(p) for n, p in point.items()})
    size = scale(point[view.name])
    h = (2.0**-52) ** 0.2
    try:
        ends = [bench.outputs({view.name: size}, t) for t in (h, -h, h / 2, -h / 2)]
    except (LayerError, ValueError):
        return False
    coarse, fine = (ends[0] - ends[1]) / (2 * h), (ends[2] - ends[3]) / h
    slope = (fine + (fine - coarse) / 3) / size.ravel()
    view.bench.forwards += 4
    return bool((np.abs(slope - found.given) <= 1e-8 * (np.abs(slope) + np.abs(slope).max())).all())


def formula(evidence: Evidence) -> Cause | None:
    """given and due are both recognised products of known arrays, or one number: two slopes side by side."""
    found = [v.slopes for v in evidence.views]
    if any(s is None or s.given.size < 6 for s in found):
        return None
    pairs = [(v, s) for v, s in zip(evidence.views, found, strict=True) if s is not None]
    given = next(
        _formulas(evidence, [s.given for _, s in pairs], [1e-12 + 0 * s.error for _, s in pairs]), None
    )
    if given is None:
        return None
    due = next(_formulas(evidence, [s.due for _, s in pairs], [s.error for _, s in pairs]), None)
    should = f"; {due} is due" if due is not None else ""
    return Cause(
        "L125",
        f"the gradient of {evidence.name} is dy·{given}{should}: it is the slope of another function",
        f"multiply dy by {due}"
        if due is not None
        else "differentiate the function that the forward computes",
    )


def _formulas(evidence: Evidence, values: list[Array], errors: list[Array]) -> Iterator[str]:
    views = evidence.views
    number = name_of(float(np.median(values[0])), {}, 1e-7)
    if number is not None and all(
        (np.abs(v - number.value) <= 1e-9 + e).all() for v, e in zip(values, errors, strict=True)
    ):
        yield str(number)
    known = [{n: a for n, a in features(v, evidence).items() if a.shape == (v.value.size, 1)} for v in views]
    targets = [
        Target(v[:, None], e[:, None], np.ones((v.size, 1), dtype=bool), k)
        for v, e, k in zip(values, errors, known, strict=True)
    ]
    for found in monomials(targets):
        named = name_of(found.constant, sizes(evidence.first))
        if named is not None:
            yield Monomial(named.value, found.powers, named).text()


def other_mask(evidence: Evidence) -> Cause | None:
    """Both slopes are 0 or one number, and not at the same places."""
    found = [v.slopes for v in evidence.views]
    if not all(s is not None and _is_other_mask(s) for s in found) or found[0] is None:
        return None
    passed = (np.abs(found[0].given) > 0) & (np.abs(found[0].due) <= found[0].error)
    i, name = int(np.flatnonzero(passed)[0]), evidence.name
    return Cause(
        "L116",
        f"the mask of the backward is not the forward's: {name}{element(i, evidence.shape)} is dropped "
        "by the forward, "
        "and its gradient is not",
        "keep the mask of the forward, as it is, for the backward",
    )


def _is_other_mask(found: Slopes) -> bool:
    there, due = np.abs(found.given) > 0, np.abs(found.due) > found.error
    if not (there.any() and due.any()) or not (there & ~due).any() or not (due & ~there).any():
        return False
    c = float(np.median(found.due[due]))
    return bool((np.abs(found.given[there] - c) < 1e-8 * abs(c)).all()) and bool(
        (np.abs(found.due[due] - c) <= 2 * found.error[due]).all()
    )
