"""Only a part of the elements is wrong, and there by a constant, or in a way that has no name."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.regions import Region, slices, values_region
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array

_FEWEST = 4


def wrong_rows(view: View) -> Array:
    """The elements of the argument whose gradient is wrong for some upstream."""
    rows: Array = np.asarray(view.wrong.any(axis=1))
    return rows


def _silent(view: View) -> Array:
    """The elements for which nothing is due and nothing given."""
    silent: Array = np.maximum(np.abs(view.due), np.abs(view.given)).max(axis=1) <= view.tolerance.max(axis=1)
    return silent


def region(evidence: Evidence) -> Region | None:
    """The part of the argument that is wrong, the same in words at every point."""
    masks = [wrong_rows(v) for v in evidence.views]
    silent = [_silent(v) for v in evidence.views]
    found = [slices(m, evidence.shape, evidence.name, s) for m, s in zip(masks, silent, strict=True)]
    if found[0] is not None and all(f == found[0] for f in found):
        return found[0]
    return values_region(evidence.views, masks, evidence.output_name)


def region_text(evidence: Evidence) -> str:
    """The part that is wrong as the end of a sentence, "" if it is everything or has no name."""
    where = region(evidence)
    return f" {where.text}" if where is not None and where.text else ""


def constant_part(evidence: Evidence) -> Cause | None:
    """c times what is due in one part, right in the others."""
    where = region(evidence)
    factors = [_factor(v) for v in evidence.views]
    if (where is not None and where.kind == "all") or any(f is None for f in factors):
        return None
    where = where or _scattered(evidence)
    found = [f for f in factors if f is not None]
    c, name = found[0], evidence.name
    if where is None or np.ptp(found) > 1e-6 * max(1.0, abs(c)):
        return None
    if c == 0.0:
        what, fix = "zero", "give these elements the gradient that the others get"
    elif abs(c + 1) < 1e-7:
        what, fix = "−1 times what it should be", "change the sign there"
    else:
        text = str(name_of(c, sizes(evidence.first)) or f"{c:.9g}")
        what, fix = f"{text} times what it should be", f"divide by {text} there"
    code = "L127" if where.kind == "values" else "L126"
    return Cause(code, f"the gradient of {name} is {what} {where.text}, and right elsewhere", fix)


def not_masked(evidence: Evidence) -> Cause | None:
    """Right where something is due, and not zero where nothing is: a mask or a clipping is left out."""
    where = region(evidence)
    if where is None or where.kind == "all" or not all(map(_should_be_zero, evidence.views)):
        return None
    name = evidence.name
    return Cause(
        "L127",
        f"the gradient of {name} should be 0 {where.text}, and is not: the output does not depend on "
        "these elements",
        "multiply by the mask, or by the indicator of the branch, that the forward uses",
    )


def _should_be_zero(view: View) -> bool:
    rows = wrong_rows(view)
    return bool((np.abs(view.due[rows]) <= view.tolerance[rows]).all()) and bool(view.felt.any())


def _scattered(evidence: Evidence) -> Region | None:
    """The wrong elements counted, where no condition tells which they are."""
    wrong = wrong_rows(evidence.first)
    if wrong.sum() < _FEWEST:
        return None
    return Region("values", f"at {int(wrong.sum())} of {wrong.size} elements")


def _factor(view: View) -> float | None:
    """The one ratio of given and due in the rows that are wrong; 0 if they are zero."""
    rows = wrong_rows(view)
    if not rows.any() or rows.all():
        return None
    due, given, tolerance = view.due[rows], view.given[rows], view.tolerance[rows]
    if not np.abs(given).max(initial=0.0) > 0:
        return 0.0
    weight = due / tolerance**2
    c = float((weight * given).sum() / (weight * due).sum())
    near = np.abs(given - c * due) <= 2 * max(1.0, abs(c)) * tolerance
    return c if near.all() else None


def only_part(evidence: Evidence) -> Cause | None:
    """Right but for one element, one slice, or the elements whose values meet a condition."""
    where = region(evidence)
    if where is None or where.kind == "all":
        return None
    name = evidence.name
    if where.kind == "values":
        return Cause(
            "L127",
            f"the gradient of {name} is wrong only {where.text}",
            "derive the slope of the branch that the forward takes there",
        )
    first = evidence.first
    if (
        first.shape
        and sum(n > 1 for n in first.shape) == 1
        and wrong_rows(first).sum() > 0.5 * first.value.size
    ):
        return None
    return Cause(
        "L126",
        f"the gradient of {name} is wrong only {where.text}",
        "look at what the backward does with these indices alone: a slice, a loop's end, a special row",
    )
