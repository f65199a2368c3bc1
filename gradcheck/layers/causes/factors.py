"""A factor that is a known array is missing, or stands once too often: given/due is x, 1/y, 1 − y², …"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import Features, features
from gradcheck.layers.causes.monomials import Monomial, Target, monomials
from gradcheck.layers.causes.parts import region_text, wrong_rows
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array

_SMALL = 0.1
_ROUGHLY = 1e-4


def simple_factor(evidence: Evidence) -> Cause | None:
    """given = due·f with a power f of one known array."""
    return _factor(evidence, pairs=False)


def factor(evidence: Evidence) -> Cause | None:
    """given = due·f with a product f of two known arrays."""
    return _factor(evidence, pairs=True)


def _factor(evidence: Evidence, pairs: bool) -> Cause | None:
    known = [features(v, evidence) for v in evidence.views]
    ratios = [_ratio(v) for v in evidence.views]
    for found in monomials([Target(*r, k) for r, k in zip(ratios, known, strict=True)], pairs):
        named = name_of(found.constant, sizes(evidence.first))
        if named is None:
            continue
        if all(_holds(found, v, f) for v, f in zip(evidence.views, known, strict=True)):
            return _said(evidence, Monomial(float(found.constant), found.powers, named))
    return None


def near_factor(evidence: Evidence) -> Cause | None:
    """given = due·(1 + f): an epsilon, or another small term, that is left out of a denominator.

    Where an argument holds nothing but zeros and ones, as labels do, f may be another one for either.
    """
    for text, masks in _splits(evidence):
        found = _small_term(evidence, masks)
        if found is not None:
            return Cause(
                "L122",
                f"the gradient of {evidence.name} is 1 + {found.text()} times what it should be"
                f"{text or region_text(evidence)}: a term that the forward adds to a denominator, such as an "
                "epsilon, is left out",
                "write the same denominator as in the forward, with its epsilon",
            )
    return None


def _splits(evidence: Evidence) -> Iterator[tuple[str, list[Array]]]:
    """All elements, then those where a binary argument is 1, then where it is 0; a mask for each view."""
    yield "", [np.ones(v.due.shape, dtype=bool) for v in evidence.views]
    for name, value in evidence.first.point.items():
        if value.shape == evidence.shape and np.isin(value, (0.0, 1.0)).all():
            for number in (1.0, 0.0):
                masks = [
                    np.broadcast_to((np.asarray(v.point[name]).ravel() == number)[:, None], v.due.shape)
                    for v in evidence.views
                ]
                yield f" where {name} is {number:.0f}", masks


def _small_term(evidence: Evidence, masks: list[Array]) -> Monomial | None:
    targets = []
    for view, mask in zip(evidence.views, masks, strict=True):
        ratio, error, where = _ratio(view)
        where = where & mask
        if np.abs(ratio[where] - 1).max(initial=0.0) > _SMALL:
            return None
        targets.append(Target(ratio - 1, error, where, features(view, evidence)))
    for found in monomials(targets):
        if name_of(found.constant, {}, _ROUGHLY) is None or abs(found.constant) > _SMALL:
            continue
        views = zip(evidence.views, targets, masks, strict=True)
        if all(_holds(found, v, t.features, plus=1.0, within=m) for v, t, m in views):
            return Monomial(float(f"{found.constant:.4g}"), found.powers)
    return None


def _ratio(view: View) -> tuple[Array, Array, Array]:
    """given/due where both are felt and the row is wrong, with its error."""
    where = view.felt & (wrong_rows(view)[:, None] | np.zeros(view.columns, dtype=bool))
    where &= view.wrong
    safe = np.where(view.due == 0, 1.0, view.due)
    ratio = np.where(where, view.given / safe, 0.0)
    error = np.where(where, view.tolerance / np.abs(safe) * np.maximum(1.0, np.abs(ratio)), np.inf)
    return ratio, error, where


def _holds(
    found: Monomial, view: View, known: Features, plus: float = 0.0, within: Array | None = None
) -> bool:
    """Whether due·f is what is given wherever it is wrong."""
    value = found(known)
    if value is None:
        return False
    value = np.broadcast_to(value, view.due.shape) + plus
    predicted = np.where(view.wrong, view.due * value, view.given)
    predicted = np.where(
        np.abs(view.due) <= view.tolerance, np.where(view.wrong, np.nan, view.given), predicted
    )
    near = np.abs(predicted - view.given) <= 3 * np.maximum(1.0, np.abs(value)) * view.tolerance
    counted = view.known if within is None else view.known & within
    return bool(near[counted].all()) and bool(view.wrong[counted].any())


def _said(evidence: Evidence, found: Monomial) -> Cause:
    name = evidence.name
    where = region_text(evidence)
    text = found.text()
    inverse = Monomial(
        1 / found.constant, tuple((n, -p) for n, p in found.powers), name_of(1 / found.constant, {})
    ).text()
    if text.startswith("1/") and all(p < 0 for _, p in found.powers):
        cause = f"a factor {inverse} is missing in the gradient of {name}{where}: given/due = {text}"
    elif all(p > 0 for _, p in found.powers):
        cause = f"the gradient of {name} has the factor {text} too many{where}: given/due = {text}"
    else:
        cause = f"the gradient of {name} is {text} times what it should be{where}"
    return Cause("L117", cause, f"multiply by {inverse}{where}")


def factor_along_axis(evidence: Evidence) -> Cause | None:
    """Each index of some axes has a factor of its own, whatever that is made of."""
    first = evidence.first
    if first.columns < 2 or len(first.shape) < 2:
        return None
    for axis in range(len(first.shape)):
        others = tuple(a for a in range(len(first.shape)) if a != axis)
        if first.shape[axis] > 1 and all(_is_per_index(v, axis, others) for v in evidence.views):
            return Cause(
                "L135",
                f"the gradient of {evidence.name} has a wrong factor for each index along axis {axis}, "
                "the same for "
                "all elements there: its direction is right, its length is not",
                "look at what is one number for each of these indices: a deviation, a norm, a running "
                "statistic, a "
                "weight; it is not the forward's, or stands once too often or not at all",
            )
    return None


def _is_per_index(view: View, axis: int, others: tuple[int, ...]) -> bool:
    n = view.shape[axis]
    due = np.moveaxis(view.shaped(view.due), axis, 0).reshape(n, -1)
    given = np.moveaxis(view.shaped(view.given), axis, 0).reshape(n, -1)
    tolerance = np.moveaxis(view.shaped(view.tolerance), axis, 0).reshape(n, -1)
    if (np.abs(due) > tolerance).sum(axis=1).min() < 4 or not np.isfinite(tolerance).all():
        return False
    factors = (due * given / tolerance**2).sum(axis=1) / (due**2 / tolerance**2).sum(axis=1)
    near = np.abs(given - factors[:, None] * due) <= 2 * np.maximum(1, np.abs(factors))[:, None] * tolerance
    return bool(near.all()) and bool(np.ptp(factors) > 1e-6)
