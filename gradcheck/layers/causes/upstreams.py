"""The upstream gradient is left out, or enters other than linearly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.target import Array

_SIZES = (1.0, 3.0, 0.02)
_LARGE = (1e3, 1e6)
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """One upstream gradient, what is due for it and what the backward gives."""

    upstream: Array
    due: Array
    given: Array

    def is_near(self, other: Array) -> bool:
        """Whether the backward gives this."""
        size = float(np.abs(other).max(initial=0.0))
        return bool(np.abs(self.given - other).max(initial=0.0) <= _CLOSE * size)


Change = Callable[[Array], Array]

OF_UPSTREAM: Mapping[str, tuple[str, Change]] = {
    "|dy|": ("takes its absolute value", np.abs),
    "max(dy, 0)": ("drops its negative part", lambda v: np.maximum(v, 0)),
    "min(dy, 0)": ("drops its positive part", lambda v: np.minimum(v, 0)),
    "dy²": ("squares it", lambda v: v**2),
    "sign(dy)": ("takes only its sign", np.sign),
    "dy·|dy|": ("multiplies it by its own size", lambda v: v * np.abs(v)),
    "dy/‖dy‖": ("scales it to length 1", lambda v: v / np.linalg.norm(v)),
    "dy/max|dy|": ("scales it by its largest element", lambda v: v / np.abs(v).max()),
    "dy - mean(dy)": ("subtracts its mean", lambda v: v - v.mean()),
    "the whole part of dy": ("cuts it to whole numbers", np.trunc),
}
"""What is made of the upstream gradient, in symbols, in words and as a function."""

OF_WHOLE_RESULT: Mapping[str, tuple[str, Change]] = {
    "cut to whole numbers": ("use an array of floats for it", np.trunc),
    "rounded to whole numbers": ("do not round it", np.rint),
}
"""What may become of a gradient that is written into an array of integers."""

OF_RESULT: Mapping[str, tuple[str, Change]] = {
    "made absolute": ("leave its sign as it is", np.abs),
    "cut off below 0": ("leave its negative elements as they are", lambda g: np.maximum(g, 0)),
    "squared": ("do not square it", np.square),
    "reduced to its sign": ("return the gradient itself", np.sign),
    "scaled to length 1": ("do not scale it", lambda g: g / np.linalg.norm(g)),
}
"""What is made of the gradient that is due, with what to do, and as a function."""


def answers(view: View, rng: np.random.Generator) -> list[Answer]:
    """What the backward gives for upstream gradients of several sizes, whose differences are known."""
    if not view.bench.target.upstream:
        return []
    found = []
    for size in _SIZES:
        for _ in range(2):
            mix = size * rng.normal(size=view.columns)
            answer = _answer(view.bench, view, mix)
            found += [answer] if answer is not None else []
    return found


def _answer(bench: Bench, view: View, mix: Array) -> Answer | None:
    upstream = view.upstreams @ mix
    due = np.where(view.known, view.due, 0.0) @ mix
    given = bench.pull(bench.centre(), upstream).values.get(view.name)
    return Answer(upstream, due, given) if given is not None else None


def is_linear(found: list[Answer], view: View) -> bool:
    """Whether what the backward gives for each upstream is what it gives for the columns, added up."""
    for answer in found:
        mix, *_ = np.linalg.lstsq(view.upstreams, answer.upstream, rcond=None)
        if not answer.is_near(view.given @ mix):
            return False
    return True


def upstream(evidence: Evidence, found: list[Answer]) -> Cause | None:
    """What a backward that is not linear makes of the upstream gradient."""
    if len(found) < 2:
        return None
    return (
        _ignored(evidence, found)
        or _result(evidence, found, OF_WHOLE_RESULT)
        or _changed(evidence, found)
        or _clipped(evidence, found)
        or _result(evidence, found, OF_RESULT)
    )


def _ignored(evidence: Evidence, found: list[Answer]) -> Cause | None:
    if not all(a.is_near(found[0].given) for a in found):
        return None
    ones = evidence.first.due @ np.ones(evidence.first.columns) if evidence.first.whole else None
    name = evidence.name
    cause = f"the upstream gradient is left out: the gradient of {name} is the same for every dy"
    if ones is not None and found[0].is_near(ones):
        cause += ", namely what is due for dy = 1"
    return Cause(
        "L130", cause, "multiply by the upstream gradient, element by element or as a matrix product"
    )


def _changed(evidence: Evidence, found: list[Answer]) -> Cause | None:
    view, name = evidence.first, evidence.name
    if not view.whole:
        return None
    for symbol, (words, change) in OF_UPSTREAM.items():
        if all(_is_of(view, a, change(a.upstream)) for a in found):
            return Cause(
                "L131",
                f"the gradient of {name} is what is due for {symbol} in place of dy: the backward {words}",
                "multiply by dy itself, once",
            )
    return None


def _is_of(view: View, answer: Answer, upstream: Array) -> bool:
    return answer.is_near(view.due @ upstream)


def _clipped(evidence: Evidence, found: list[Answer]) -> Cause | None:
    """dy cut to [−c, c]: large upstream gradients all become ±c."""
    view, name = evidence.first, evidence.name
    if not view.whole:
        return None
    signs = view.due @ np.sign(found[-1].upstream)
    for size in _LARGE:
        answer = _answer(view.bench, view, size * np.sign(found[-1].upstream))
        if answer is None:
            return None
        c = float(answer.given @ signs / (signs @ signs))
        if c <= 0 or not all(_is_of(view, a, np.clip(a.upstream, -c, c)) for a in found):
            return None
    return Cause(
        "L131",
        f"the gradient of {name} is what is due for clip(dy, -{c:.4g}, {c:.4g}) in place of dy",
        "clip in the optimizer, if at all; a backward multiplies by dy itself",
    )


def _result(
    evidence: Evidence, found: list[Answer], changes: Mapping[str, tuple[str, Change]]
) -> Cause | None:
    name = evidence.name
    for words, (fix, change) in changes.items():
        if all(a.is_near(change(a.due)) for a in found) and any(np.abs(a.given).max() > 0 for a in found):
            return Cause("L137", f"the gradient of {name} is what is due, {words}", fix)
    return None
