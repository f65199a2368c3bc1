"""Some terms have the wrong sign or weight, are too many or mixed; half of a product rule is missing."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.places import element
from gradcheck.layers.causes.regions import slices
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array

_MOST = 200
_MOST_MIXED = 0.6
_MOST_PARTS = 3
_SAME = 1e-4
_FEWEST_RIGHT = 4


def half_product(evidence: Evidence) -> Cause | None:
    """due(dy) = given(dy) + given(dyᵀ): the argument stands on both sides of a product."""
    first = evidence.first
    shape = (first.due.shape[0], *first.out_shape)
    if not first.whole or first.columns < 2:
        return None
    for a, b in combinations(range(1, len(shape)), 2):
        if shape[a] == shape[b] > 1 and all(_is_half(v, shape, a, b) for v in evidence.views):
            return Cause(
                "L134",
                f"half of the product rule is missing: {evidence.name} stands twice in the forward, and "
                "only one of the "
                "two is differentiated",
                "use dy + dy.T (the last axes exchanged) in place of dy",
            )
    return None


def _is_half(view: View, shape: tuple[int, ...], a: int, b: int) -> bool:
    turned = np.swapaxes(view.given.reshape(shape), a, b).reshape(view.given.shape)
    return bool(view.known.all()) and view.agrees(view.given + turned)


def entries(evidence: Evidence) -> Cause | None:
    """The terms of some outputs have a factor c, the others are right."""
    found = [_factors(v) for v in evidence.views]
    if any(f is None for f in found):
        return None
    factors = [f for f in found if f is not None]
    c, name, view = factors[0][0], evidence.name, evidence.first
    if any(abs(f[0] - c) > 1e-6 * max(1.0, abs(c)) for f in factors):
        return None
    named = name_of(c, sizes(view), 1e-6)
    if named is None:
        return None
    regions = [slices(np.asarray(f[1].any(axis=0)), view.out_shape, "output") for f in factors]
    what = "the wrong sign" if abs(c + 1) < 1e-6 else f"the factor {named} too many"
    if regions[0] is not None and regions[0].kind != "all" and all(r == regions[0] for r in regions):
        where = f"what the upstream gradient {regions[0].text} of the output gives"
    else:
        i, o = (int(k) for k in np.argwhere(factors[0][1])[0])
        where = (
            f"{int(factors[0][1].sum())} of the {int(view.felt.sum())} terms, that of output "
            f"{element(o, view.out_shape)} "
            f"in {name}{element(i, view.shape)} for one,"
        )
    return Cause(
        "L134",
        f"in the gradient of {name}, {where} has {what}; the other terms are right",
        "change the sign of this term" if abs(c + 1) < 1e-6 else f"divide this term by {named}",
    )


def _factors(view: View) -> tuple[float, Array] | None:
    """The one factor of all wrong entries, and where they are; some entries have to be right and felt."""
    if not view.whole or view.columns < 2:
        return None
    wrong = view.wrong & view.known
    right = view.felt & ~wrong
    if wrong.sum() < 2 or right.sum() < 2 or (np.abs(view.due[wrong]) <= view.tolerance[wrong]).any():
        return None
    ratio = view.given[wrong] / view.due[wrong]
    c = float(np.median(ratio))
    near = np.abs(view.given - c * view.due)[wrong] <= 3 * max(1.0, abs(c)) * view.tolerance[wrong]
    return (c, wrong) if near.all() and c else None


def extra_terms(evidence: Evidence) -> Cause | None:
    """Everything that is due is there, and to some elements something is added that is not due."""
    found = [_extra(v) for v in evidence.views]
    if any(x is None for x in found):
        return None
    extra, view, name = found[0], evidence.first, evidence.name
    if extra is None:
        return None
    i, o = (int(k) for k in np.argwhere(extra)[0])
    return Cause(
        "L134",
        f"the gradient of {name} has terms too many: {name}{element(i, view.shape)} gets "
        f"{view.given[i, o]:.4g} times the "
        f"upstream gradient of output {element(o, view.out_shape)}, which does not depend on it",
        "give to each element only the outputs that read it",
    )


def _extra(view: View) -> Array | None:
    if not view.whole or view.columns < 2 or not view.wrong.any():
        return None
    silent = np.abs(view.due) <= view.tolerance
    if not silent[view.wrong].all() or view.felt.sum() < _FEWEST_RIGHT:
        return None
    return view.wrong


def mixed(evidence: Evidence) -> Cause | None:
    """given = M·due with one matrix M at every input, different from the identity in few places."""
    matrices = [_matrix(v) for v in evidence.views]
    if len(matrices) < 2 or any(m is None for m in matrices):
        return None
    first, *others = [m for m in matrices if m is not None]
    apart = np.abs(first - np.eye(len(first)))
    size = float(apart.max())
    if any(np.abs(m - first).max() > _SAME * size for m in others):
        return None
    name, shape = evidence.name, evidence.shape
    off = apart > _SAME * size
    strangers = (off & ~np.eye(len(first), dtype=bool)).sum(axis=1)
    if not strangers.any() or off.any(axis=1).sum() > _MOST_MIXED * len(first):
        return None
    i = int(np.argmax(strangers))
    parts = [
        f"{first[i, j]:.4g} of what is due to {name}{element(int(j), shape)}"
        for j in np.flatnonzero(np.abs(first[i]) > _SAME * size)
    ]
    if len(parts) > _MOST_PARTS:
        return None
    return Cause(
        "L136",
        f"elements of the gradient of {name} are mixed with others, the same way at every input: "
        f"{name}{element(i, shape)} gets {' and '.join(parts)}",
        "give each element what is due to itself",
    )


def _matrix(view: View) -> Array | None:
    n = view.due.shape[0]
    if not view.whole or n > view.columns or n > _MOST or not view.known.all():
        return None
    if np.linalg.cond(view.due) > 1e6:
        return None
    found: Array = np.linalg.lstsq(view.due.T, view.given.T, rcond=None)[0].T
    return found if np.abs(found @ view.due - view.given).max() <= 20 * view.tolerance.max() else None


def fixed_at_first(evidence: Evidence) -> Cause | None:
    """Where the gradient should change with the inputs, what is given does not."""
    if len(evidence.views) < 2:
        return None
    a, b = evidence.views[0], evidence.views[1]
    same = bool((a.given == b.given).all())
    changed = bool((np.abs(a.due - b.due) > 1e-3 * np.abs(a.due).max()).any())
    if not same or not changed or not np.abs(a.given).max() > 0:
        return None
    distinct = np.unique(np.round(a.given[np.abs(a.given) > 0], 10)).size
    if distinct < 5:
        return None
    return Cause(
        "L109",
        f"the gradient of {evidence.name} does not change with the inputs, and should: it is made from "
        "numbers that are "
        "not those of this forward, but constants or kept from an earlier one",
        "store what the backward needs in every forward, or hand it over in the cache",
    )
