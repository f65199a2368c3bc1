"""Normalisation over some axes: y = w·(x − mean)/σ, whose Jacobian has three parts.

∂y_o/∂x_i = a_o·δ_io + b_o + c_o·(x_i − mean) within a group of elements, with a = w/σ, b = −a/n and
c = −a·(x_o − mean)/(n·σ²). σ, with its epsilon, follows from a and c. The same three parts are taken from
what the backward gives, and each is compared by itself. Without a mean (root mean square, norms) b is
missing and the mean is 0.
"""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence
from gradcheck.layers.causes.normalising_parts import Grouping, Ratios, groupings, ratios_of
from gradcheck.layers.target import Array

_CLOSE = 3e-7
_POWERS = {1: "", -1: "⁻¹", 2: "²", -2: "⁻²", 3: "³", -3: "⁻³"}


def normalising(evidence: Evidence) -> Cause | None:
    """Which of the three parts is wrong, and by what."""
    first = evidence.first
    if not first.whole or first.shape != first.out_shape or first.columns < 3:
        return None
    for grouping in groupings(first.shape):
        for centred in (False, True):
            ratios = [ratios_of(v, grouping, centred) for v in evidence.views]
            if all(r is not None for r in ratios):
                return _said(evidence, grouping, centred, [r for r in ratios if r is not None])
    return None


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
            f"the gradient of {name} uses the deviation over {over} without the epsilon that the forward "
            "adds",
            "use the same √(var + ε) as the forward",
        )
    if "eps³" in (local, mean, along) and {local, mean, along} <= {"eps", "eps²", "eps³", "1"}:
        return Cause(
            "L122", f"the gradient of {name} uses σ over {over} without its epsilon", "use √(var + ε)"
        )
    if local == mean == along == "its own":
        return Cause(
            "L135",
            f"the gradient of {name} is divided by something else than the deviation over {over} that the "
            "forward divides by: its direction is right in each group, its length is not",
            "divide by the deviation of this batch, as the forward does",
        )
    if local == mean == along and local.startswith("σ"):
        return Cause(
            "L117",
            f"the gradient of {name} is {local} times what it should be, where σ is what the forward "
            "divides by "
            f"over {over}",
            f"divide by {local}",
        )
    if "its own" in (local, mean, along) or any(p.startswith(("σ", "eps")) for p in (local, mean, along)):
        return None
    return _several(name, over, local, mean if centred else None, along)


def _several(name: str, over: str, local: str, mean: str | None, along: str) -> Cause:
    """More than one of the parts is off by a number."""
    parts = [("dx̂/σ", local), ("-x̂·mean(dx̂·x̂)/σ", along)]
    if mean is not None:
        parts.insert(1, ("-mean(dx̂)/σ", mean))
    said = ", ".join(f"{part} {_times(number)}" for part, number in parts if number != "1")
    return Cause(
        "L121" if along != local else "L120",
        f"several parts of the gradient of {name} over {over} are wrong: {said}",
        "dx = (dx̂ - mean(dx̂) - x̂·mean(dx̂·x̂))/σ" if mean is not None else "dx = (dx̂ - x̂·mean(dx̂·x̂))/σ",
    )


def _times(number: str) -> str:
    return {"0": "is missing", "-1": "has the wrong sign"}.get(number, f"is {number} times what it should be")


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
        power_of = f"the {word}{ratio.removeprefix('σ')}"
        what = f"is what it should be times {power_of}, the wrong power of the {word}"
        fix = f"divide it by {power_of}: in all, the third power stands in the denominator"
    elif ratio.startswith(("eps", "its", "1")) and ratio in ("1", "eps", "eps²", "eps³", "its own"):
        if not ratio.startswith("eps"):
            return None
        return Cause(
            "L122",
            f"what flows to {name} through the {word} over {over} is without the epsilon that the "
            "forward adds",
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
    """The name of a ratio: a number, a power of σ, σ with epsilon over σ without, one for each group."""
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
            return f"σ{_POWERS[power]}"
        if all(_is(x, r.sigma**power) for x, r in zip(found, ratios, strict=True)):
            return f"σ{_POWERS[power]}"
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
