"""One argument by itself, at several steps: used when the joint check failed or could not tell.

A mistake leaves the same residual at every step. What changes with the step is an artefact of the
differences, such as a kink that was stepped over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.comparing import Comparison, compare, is_tested, project
from gradcheck.layers.directions import direction, scale
from gradcheck.layers.gradients import Gradients
from gradcheck.layers.kinks import kinks, mostly
from gradcheck.layers.settings import Settings
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array
from gradcheck.model import LayerVerdict

_STEPS = ((1.0, 1 / 16), (16.0, 1 / 256), (1 / 4, 1 / 4096))
_CONSISTENT = 0.2
_MOST_DRAWS = 8


@dataclass(frozen=True, slots=True)
class Examined:
    """The verdict on one argument. ``comparison`` decided it, ``upstream`` is the one it was made with."""

    verdict: LayerVerdict
    comparison: Comparison | None
    upstream: Array
    gradient: Array | None
    kinks: int = 0


@dataclass(slots=True)
class _Evidence:
    """What the lines gave so far for one argument: the differences, and the outputs at a kink on any."""

    lines: list[Stencil] = field(default_factory=list)
    mask: Array | None = None

    def add(self, line: Stencil) -> None:
        if not line.is_finite:
            return
        self.lines.append(line)
        if (found := kinks(line)) is not None:
            self.mask = found if self.mask is None else self.mask | found

    def visible(self, upstream: Array) -> Array:
        return upstream if self.mask is None else np.where(self.mask, 0.0, upstream)


def examine(
    bench: Bench,
    name: str,
    upstreams: Sequence[Array],
    rng: np.random.Generator,
    h: float,
    settings: Settings,
) -> Examined:
    """Difference along this argument alone until two steps agree on a mistake, or one finds none."""
    steps = _felt_steps(bench, name, upstreams, rng)
    evidence = _Evidence()
    latest = Examined(LayerVerdict.UNRESOLVED, None, upstreams[0], None)
    for pair in _STEPS:
        centre = bench.centre()
        for factor in pair:
            evidence.add(bench.line(centre, steps, factor * h)[0])
        latest = _judged(bench, name, steps, evidence, upstreams, settings) or latest
        if latest.verdict is not LayerVerdict.UNRESOLVED:
            break
    return latest


def _felt_steps(
    bench: Bench, name: str, upstreams: Sequence[Array], rng: np.random.Generator
) -> dict[str, Array]:
    """A direction in this argument that is not nearly orthogonal to its gradients."""
    value = bench.point[name]
    sizes = scale(value)
    gradients = [bench.pull(bench.centre(), v) for v in upstreams]
    for _ in range(_MOST_DRAWS):
        steps = {name: sizes * direction(rng, value.size).reshape(value.shape)}
        if all(project(g, steps).is_felt for g in gradients):
            break
    return steps


def _judged(
    bench: Bench,
    name: str,
    steps: dict[str, Array],
    evidence: _Evidence,
    upstreams: Sequence[Array],
    settings: Settings,
) -> Examined | None:
    """The worst of what the upstreams say, or None if no evaluation was finite."""
    if not evidence.lines:
        return None
    found = [_of_upstream(bench, name, steps, evidence, v, settings) for v in upstreams]
    order = (LayerVerdict.FAIL, LayerVerdict.UNRESOLVED, LayerVerdict.PASS)
    if all(f.verdict is not LayerVerdict.FAIL for f in found) and any(
        _is_tested(f, name, settings) for f in found
    ):
        agreeing = [f for f in found if f.comparison is not None and f.comparison.agrees]
        if len(agreeing) == len(found) and not mostly(evidence.mask):
            return next(f for f in found if _is_tested(f, name, settings))
    return min(found, key=lambda f: (order.index(f.verdict), -_weight(f)))


def _is_tested(examined: Examined, name: str, settings: Settings) -> bool:
    return examined.comparison is not None and is_tested(name, [examined.comparison], settings)


def _weight(examined: Examined) -> float:
    """How many tolerances the residual is."""
    if examined.comparison is None or not examined.comparison.tolerance:
        return 0.0
    return abs(examined.comparison.residual) / examined.comparison.tolerance


def _of_upstream(
    bench: Bench,
    name: str,
    steps: dict[str, Array],
    evidence: _Evidence,
    upstream: Array,
    settings: Settings,
) -> Examined:
    visible = evidence.visible(upstream)
    gradients = bench.pull(bench.centre(), visible)  # a fresh forward: a backward may spoil the next one
    masked = int(evidence.mask.sum()) if evidence.mask is not None else 0
    if name not in gradients.values:
        return Examined(LayerVerdict.UNRESOLVED, None, visible, None, masked)
    only = Gradients({name: gradients.values[name]}, (), gradients.eps)
    along = project(only, steps)
    comparisons = [compare(line, along, visible, settings) for line in evidence.lines]
    verdict, comparison = _weighed(name, comparisons, settings)
    if mostly(evidence.mask):
        verdict = LayerVerdict.UNRESOLVED
    return Examined(verdict, comparison, visible, only.values[name], masked)


def _weighed(
    name: str, comparisons: Sequence[Comparison], settings: Settings
) -> tuple[LayerVerdict, Comparison]:
    """The finest comparison decides if it agrees; if not, another one has to show the same residual."""
    finest, *others = sorted(comparisons, key=lambda c: c.tolerance)
    if finest.agrees:
        tested = is_tested(name, [finest], settings)
        return (LayerVerdict.PASS if tested else LayerVerdict.UNRESOLVED), finest
    if any(_same_residual(finest, other) for other in others):
        return LayerVerdict.FAIL, finest
    return LayerVerdict.UNRESOLVED, finest


def _same_residual(a: Comparison, b: Comparison) -> bool:
    """Whether two steps show one and the same mistake."""
    apart = abs(a.residual - b.residual)
    return not b.agrees and apart <= _CONSISTENT * abs(a.residual) + a.tolerance + b.tolerance
