"""Normalisation over some axes: y = w·(x − mean)/σ, whose Jacobian has three parts.

∂y_o/∂x_i = a_o·δ_io + b_o + c_o·(x_i − mean) within a group of elements, with a = w/σ, b = −a/n and
c = −a·(x_o − mean)/(n·σ²). σ, with its epsilon, follows from a and c. The same three parts are taken from what the
backward gives, and each is compared by itself. Without a mean (root mean square, norms) b is missing and the mean is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import axis_sets
from gradcheck.layers.target import Array

_CLOSE = 3e-7
_FELT = 1e-6


@dataclass(frozen=True, slots=True)
class Parts:
    """a, b and c for every output, in the order of the groups: arrays (groups, members)."""

    local: Array
    mean: Array
    along: Array


@dataclass(frozen=True, slots=True)
class Grouping:
    """Elements in groups: ``numbers[g]`` are those of group g; ``text`` names the axes."""

    numbers: Array
    text: str


@dataclass(frozen=True, slots=True)
class Ratios:
    """given/due of the three parts, and σ and the plain deviation of each group."""

    local: Array
    mean: Array | None
    along: Array
    sigma: Array
    plain: Array


def normalising(evidence: Evidence) -> Cause | None:
    """Which of the three parts is wrong, and by what."""
    first = evidence.first
    if not first.whole or first.shape != first.out_shape or first.columns < 3:
        return None
    for grouping in _groupings(first.shape):
        for centred in (False, True):
            ratios = [_ratios(v, grouping, centred) for v in evidence.views]
            if all(r is not None for r in ratios):
                return _said(evidence, grouping, centred, [r for r in ratios if r is not None])
    return _other_axes(evidence)


def _groupings(shape: tuple[int, ...]) -> Iterator[Grouping]:
    """Groups over each set of axes, and over parts of an axis together with those after it."""
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    for axes in axis_sets(shape):
        rest = [a for a in range(len(shape)) if a not in axes]
        grouped = np.transpose(numbers, [*rest, *axes]).reshape(-1, int(np.prod([shape[a] for a in axes])))
        yield Grouping(grouped, f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}")
    for axis, n in enumerate(shape):
        for parts in range(2, n):
            if n % parts == 0:
                split = numbers.reshape(*shape[:axis], parts, -1)
                yield Grouping(
                    split.reshape(-1, split.shape[-1]), f"each {n // parts} of axis {axis} with what follows"
                )


def _ratios(view: View, grouping: Grouping, centred: bool) -> Ratios | None:
    """The parts of both gradients compared; None if either is not made of them."""
    if grouping.numbers.shape[1] < 3:
        return None
    due = _parts(view, view.due, grouping, centred)
    given = _parts(view, view.given, grouping, centred) if due is not None else None
    if due is None or given is None:
        return None
    x = _laid(view, grouping, centred)
    n = grouping.numbers.shape[1]
    steady = np.abs(x) > 0.2 * np.abs(x).max(axis=1, keepdims=True)
    square = np.where(steady, -due.local * x / (n * np.where(steady, due.along, 1.0)), np.nan)
    sigma = np.sqrt(np.nanmedian(square, axis=1))
    if not np.isfinite(sigma).all() or not np.isfinite(due.local).all() or (sigma <= 0).any():
        return None
    plain = np.sqrt((x**2).mean(axis=1))
    weight = np.abs(due.local) > _FELT * np.abs(due.local).max()
    local = np.where(weight, given.local / np.where(weight, due.local, 1.0), np.nan)
    along = np.where(weight & steady, given.along / np.where(steady & weight, due.along, 1.0), np.nan)
    mean = np.where(weight, given.mean / np.where(weight, due.mean, 1.0), np.nan) if centred else None
    return Ratios(local, mean, along, sigma, plain)


def _laid(view: View, grouping: Grouping, centred: bool) -> Array:
    x = view.value[grouping.numbers]
    return x - x.mean(axis=1, keepdims=True) if centred else x


def _parts(view: View, array: Array, grouping: Grouping, centred: bool) -> Parts | None:
    """a, b and c by least squares for each output; None if they do not give every entry."""
    inside = np.zeros(array.shape, dtype=bool)
    groups, n = grouping.numbers.shape
    x = _laid(view, grouping, centred)
    found = np.zeros((3, groups, n))
    for g, members in enumerate(grouping.numbers):
        block = array[np.ix_(members, members)]
        inside[np.ix_(members, members)] = True
        tolerance = view.tolerance[np.ix_(members, members)]
        for k in range(n):
            basis = np.stack([np.eye(n)[k], np.ones(n), x[g]] if centred else [np.eye(n)[k], x[g]], axis=1)
            values, *_ = np.linalg.lstsq(basis, block[:, k], rcond=None)
            if (np.abs(basis @ values - block[:, k]) > 3 * tolerance[:, k]).any():
                return None
            found[0, g, k], found[2, g, k] = values[0], values[-1]
            found[1, g, k] = values[1] if centred else 0.0
    if (np.abs(array[~inside]) > view.tolerance[~inside]).any():
        return None
    if not np.abs(found[2]).max() > _FELT * np.abs(found[0]).max() and array is view.due:
        return None
    if centred and array is view.due and not np.abs(found[1]).max() > _FELT * np.abs(found[0]).max():
        return None
    return Parts(*found)


def _said(evidence: Evidence, grouping: Grouping, centred: bool, ratios: list[Ratios]) -> Cause | None:
    name, over = evidence.name, grouping.text
    n = grouping.numbers.shape[1]
    local, along = (_what([getattr(r, part) for r in ratios], ratios) for part in ("local", "along"))
    means = [r.mean for r in ratios if r.mean is not None]
    mean = _what(means, ratios) if centred else local
    if local is None or mean is None or along is None:
        return None
    if local == "1" and along == "1" and centred:
        return _of_mean(name, over, mean)
    if local == "1" and (mean == "1" or not centred):
        return _of_deviation(name, over, along, n, "deviation" if centred else "norm")
    if "eps" in (local, mean, along) and {local, mean, along} <= {"eps", "eps²", "eps³", "1"}:
        return Cause(
            "L122",
            f"the gradient of {name} uses the deviation over {over} without the epsilon that the forward adds",
            "use the same √(var + ε) as the forward",
        )
    if "eps³" in (local, mean, along) and {local, mean, along} <= {"eps", "eps²", "eps³", "1"}:
        return Cause(
            "L122", f"the gradient of {name} uses σ over {over} without its epsilon", "use √(var + ε)"
        )
    if local == mean == along == "its own":
        return Cause(
            "L135",
            f"the gradient of {name} is divided by something else than the deviation over {over} that the forward "
            "divides by: its direction is right in each group, its length is not",
            "divide by the deviation of this batch, as the forward does",
        )
    if along == "0" and mean == "0":
        return Cause(
            "L121",
            f"the mean and the deviation over {over} are treated as constants in the gradient of {name}",
            "d = dy·w/σ; dx = d - d.mean() - x̂·(d·x̂).mean() over these axes",
        )
    return None


def _of_mean(name: str, over: str, ratio: str) -> Cause | None:
    if ratio == "0":
        what, fix = "is missing", f"add -dx̂.mean()/σ over {over}"
    elif ratio == "-1":
        what, fix = "has the wrong sign", "subtract it instead of adding it"
    elif ratio != "1" and not ratio.startswith(("eps", "σ", "its")):
        what, fix = f"is {ratio} times what it should be", f"divide it by {ratio}"
    else:
        return None
    return Cause("L120", f"what flows to {name} through the mean over {over}, -mean(dx̂)/σ, {what}", fix)


def _of_deviation(name: str, over: str, ratio: str, n: int, word: str) -> Cause | None:
    term = "-x̂·mean(dx̂·x̂)/σ"
    if ratio == "0":
        what, fix = "is missing: it is treated as a constant", f"add {term} over {over}"
    elif ratio == "-1":
        what, fix = "has the wrong sign", "subtract it instead of adding it"
    elif ratio.startswith("σ"):
        power = ratio.removeprefix("σ^")
        what = f"has the wrong power of the {word}: it is {word}^{power} times what it should be"
        fix = f"divide it by {word}^{power}: the third power stands in the denominator in all"
    elif ratio.startswith(("eps", "its", "1")) and ratio in ("1", "eps", "eps²", "eps³", "its own"):
        if not ratio.startswith("eps"):
            return None
        return Cause(
            "L122",
            f"what flows to {name} through the {word} over {over} is without the epsilon that the forward adds",
            "use the same √(var + ε) as the forward",
        )
    elif ratio in (f"{n}/{n - 1}", f"{n - 1}/{n}"):
        a, b = ("m - 1", "m") if ratio == f"{n}/{n - 1}" else ("m", "m - 1")
        what = f"is divided by {a} where the forward divides by {b} (m = {n})"
        fix = f"divide by {b}, as the variance of the forward"
    else:
        what, fix = f"is {ratio} times what it should be", f"divide it by {ratio}"
    return Cause("L121", f"what flows to {name} through the {word} over {over}, {term}, {what}", fix)


def _what(found: list[Array], ratios: list[Ratios]) -> str | None:
    """The name of a ratio: a number, a power of σ, σ with and without epsilon; "its own" if it is one a group."""
    numbers = [x[np.isfinite(x)] for x in found]
    if any(not x.size for x in numbers):
        return None
    value = float(np.median(numbers[0]))
    if all(np.abs(x - value).max() <= _CLOSE * max(1.0, abs(value)) for x in numbers):
        if abs(value) < _CLOSE:
            return "0"
        n = found[0].shape[1]
        for a, b in ((n, n - 1), (n - 1, n)):
            if abs(value - a / b) <= _CLOSE:
                return f"{a}/{b}"
        named = name_of(value, {"m": n}, _CLOSE)
        return str(named) if named is not None else None
    root = float(np.sqrt(found[0].shape[1]))
    for power in (1, -1, 2, -2, 3, -3):
        if all(_is(x, (root * r.sigma) ** power) for x, r in zip(found, ratios, strict=True)):
            return f"σ^{power}"
        if all(_is(x, r.sigma**power) for x, r in zip(found, ratios, strict=True)):
            return f"σ^{power}"
        if power > 0 and all(
            _is(x, (r.sigma / r.plain) ** power) for x, r in zip(found, ratios, strict=True)
        ):
            return {1: "eps", 2: "eps²", 3: "eps³"}[power]
    if all(_is(x, np.nanmedian(x, axis=1)) for x in found):
        return "its own"
    return None


def _is(ratio: Array, each: Array) -> bool:
    apart = np.abs(ratio - each[:, None])
    return bool(
        (
            apart[np.isfinite(apart)]
            <= _CLOSE * np.broadcast_to(np.abs(each[:, None]), ratio.shape)[np.isfinite(apart)]
        ).all()
    )


def _other_axes(evidence: Evidence) -> Cause | None:
    """A softmax, y·(dy − Σ dy·y), that is summed over other axes than the forward's."""
    view, name = evidence.first, evidence.name
    groupings = list(_groupings(view.shape))
    due = [g for g in groupings if all(_is_softmax(v, v.due, g) for v in evidence.views)]
    given = [g for g in groupings if all(_is_softmax(v, v.given, g) for v in evidence.views)]
    if not due or not given:
        return None
    return Cause(
        "L119",
        f"the sum of dy·y in the gradient of {name} is taken over {given[0].text}; it is due over {due[0].text}",
        f"dx = y·(dy - (dy·y).sum()) with the sum over {due[0].text}",
    )


def _is_softmax(view: View, array: Array, grouping: Grouping) -> bool:
    y = view.output
    same = np.zeros(array.shape, dtype=bool)
    for members in grouping.numbers:
        same[np.ix_(members, members)] = True
    expected = np.diag(y) - np.where(same, y[:, None] * y[None, :], 0.0)
    return bool((np.abs(array - expected) <= view.tolerance)[view.known].all())
