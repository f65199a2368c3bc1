"""The check of one target at one point: five forward evaluations for all arguments together.

f(x) comes first and is asked for three backwards: two upstream gradients and their combination (a
backward is linear). Four evaluations follow, at x ± hδ/2 and x ± hδ, and one more backward at the last of
these, which shows a backward that still speaks of an earlier forward. Only where something
disagrees or stays open does each argument get evaluations of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.comparing import Comparison, Projection, compare, is_tested, project, reaches
from gradcheck.layers.directions import direction, scale, stream
from gradcheck.layers.errors import BadOutput
from gradcheck.layers.exact_kinks import wrong_at_kinks
from gradcheck.layers.examining import examine
from gradcheck.layers.gradients import Gradients
from gradcheck.layers.kinks import kinks, mostly
from gradcheck.layers.linearity import FACTOR, departures
from gradcheck.layers.noise import is_noise, is_suspicious, noise_level
from gradcheck.layers.outcome import Outcome
from gradcheck.layers.products import norm
from gradcheck.layers.settings import Settings
from gradcheck.layers.staleness import is_stale, second_bench
from gradcheck.layers.stencil import Stencil, step_size
from gradcheck.layers.target import Array, Call, Point, Target
from gradcheck.model import LayerFinding, LayerVerdict

_SMALLER = 1 / 16
_SMALLEST_STEP = 1e-9
_MOST_DIRECTIONS = 8
_ROUGH = 1e-2
_SAME_FORWARD = 1e4
_MOST_DRAWS = 8


def check_target(target: Target, settings: Settings, point: Point | None = None) -> Outcome:
    """Check every argument of a target. Raises LayerRaised, BadOutput and BadGradient."""
    bench = Bench(target, dict(target.point if point is None else point))
    return Check(bench, settings).run()


class _Random(Exception):
    """The forward differs from itself, so that differencing it says nothing."""


class Check:
    """The steps of one check, which share the bench, the random stream and the outcome."""

    def __init__(self, bench: Bench, settings: Settings) -> None:
        self.bench = bench
        self.settings = settings
        self.rng = stream(settings.seed)
        self.centre = bench.centre()
        self.outcome = Outcome(bench, step_size(self.centre.eps), self._upstreams(self.centre.flat.size))
        self.outcome.output = self.centre.outputs[0].shape

    def run(self) -> Outcome:
        """The joint check, then each argument that it left open."""
        gradients = [self.bench.pull(self.centre, v) for v in self.outcome.upstreams]
        self.outcome.problems = list(gradients[0].problems)
        suspects = self._nonlinear(gradients)
        self.bench.watch(self.centre.given, "backward")
        active = tuple(gradients[0].values)
        self.outcome.verdicts = dict.fromkeys(active, LayerVerdict.PASS)
        try:
            suspects = (*suspects, *self._joint(gradients, active))
            if suspects and not self._is_random():
                self._examine(dict.fromkeys(suspects))
        except _Random:
            pass  # it is a finding, and the arguments stay unresolved
        self._note()
        return self.outcome

    def _upstreams(self, size: int) -> tuple[Array, ...]:
        if not self.bench.target.upstream:
            if size != 1:
                raise BadOutput(
                    f"a loss that computes its own gradient has to be a scalar; this one has {size} elements"
                )
            return (np.ones(1),)
        return (direction(self.rng, size), direction(self.rng, size))

    def _nonlinear(self, gradients: Sequence[Gradients]) -> tuple[str, ...]:
        """The arguments whose gradient is not linear in the upstream; each becomes a finding."""
        if len(gradients) < 2:
            return ()
        first, second = self.outcome.upstreams
        both = self.bench.pull(self.centre, FACTOR * first + second)
        found = departures(gradients[0], gradients[1], both, first, self.centre.eps)
        if not found:
            return ()
        changed = [n for n in found if _differs(gradients[0], self.bench.pull(self.centre, first), n)]
        if changed:
            names = ", ".join(changed)
            message = f"the backward, asked twice after one forward, gives different gradients of {names}"
            self.outcome.findings.append(LayerFinding("L202", message))
        else:
            self.outcome.findings += [LayerFinding("L103", _nonlinear(n, e)) for n, e in found.items()]
        return tuple(found)

    def _joint(self, gradients: Sequence[Gradients], active: Sequence[str]) -> Sequence[str]:
        """Compare along directions through all arguments; the arguments that have to be examined."""
        if not active:
            return ()
        for number in range(_MOST_DIRECTIONS):
            steps, along = self._steps(active, gradients)
            line, last, mask = self._line(steps)
            if not line.is_finite or mostly(mask):
                return active
            asked = mask is None and number == 0
            stale = asked and is_stale(self.bench, line, last, steps, self.outcome.upstreams[0])
            found = self._compared(line, mask, steps, along)
            if not all(c.agrees for c in found):
                return active
            self.outcome.comparisons += found
            self.outcome.directions += 1
            if stale:
                self._stale(active, steps)
                return ()
            if number == 0 and all(reaches(n, found, self.settings) for n in active):
                return ()
            if self._is_confident(active):
                break
        found, directions = self.outcome.comparisons, self.outcome.directions
        return [n for n in active if not is_tested(n, found, self.settings, directions)]

    def _steps(
        self, names: Sequence[str], gradients: Sequence[Gradients]
    ) -> tuple[dict[str, Array], list[Projection]]:
        """A direction through the arguments, drawn again while it is nearly orthogonal to a gradient."""
        sizes = {n: scale(self.bench.point[n]) for n in names}
        for _ in range(_MOST_DRAWS):
            steps = self._drawn(sizes)
            along: list[Projection] = []
            for gradient in gradients:
                along.append(project(gradient, steps))
                if not along[-1].is_felt:
                    break
            else:
                return steps, along
        return steps, [project(g, steps) for g in gradients]

    def _drawn(self, sizes: Mapping[str, Array]) -> dict[str, Array]:
        """One direction, each argument's part at its own scale."""
        drawn = direction(self.rng, sum(s.size for s in sizes.values()))
        steps, start = {}, 0
        for name, size in sizes.items():
            steps[name] = size * drawn[start : start + size.size].reshape(size.shape)
            start += size.size
        return steps

    def _line(self, steps: Mapping[str, Array]) -> tuple[Stencil, Call, Array | None]:
        """The differences along ``steps``, the call at their end, and the outputs at a kink.

        h shrinks where the differences leave the domain or its smooth part.
        """
        h = self.outcome.step
        line, last = self.bench.line(self.centre, steps, h)
        while h > _SMALLEST_STEP and not (line.is_finite and _is_smooth_enough(line)):
            h *= _SMALLER
            line, last = self.bench.line(self.centre, steps, h)
        mask = kinks(line) if line.is_finite else None
        if mostly(mask) and h > _SMALLEST_STEP:
            h *= _SMALLER**2
            line, last = self.bench.line(self.centre, steps, h)
        if line.is_finite and is_suspicious(line):
            line, last = self._finer(line, last, steps)
        elif not mostly(mask):
            return line, last, mask
        return line, last, kinks(line) if line.is_finite else None

    def _finer(self, line: Stencil, last: Call, steps: Mapping[str, Array]) -> tuple[Stencil, Call]:
        """The differences at a smaller step, or, if there is noise, at a larger one. Raises _Random."""
        if self._is_random():
            raise _Random
        fine, last = self.bench.line(self.centre, steps, line.h * _SMALLER)
        if not is_noise(line, fine):
            return fine, last
        self._adapt(noise_level(fine))
        return self.bench.line(self.centre, steps, self.outcome.step)

    def _adapt(self, noise: float) -> None:
        """Take the measured noise for the precision of the forward from here on."""
        self.bench.noise = self.centre.eps = self.outcome.noise = noise
        self.outcome.step = step_size(noise)

    def _compared(
        self, line: Stencil, mask: Array | None, steps: Mapping[str, Array], along: Sequence[Projection]
    ) -> list[Comparison]:
        """One comparison per upstream; outputs at a kink are masked, and the backward asked again."""
        upstreams = self.outcome.upstreams
        if mask is not None:
            self.outcome.kinks = max(self.outcome.kinks, int(mask.sum()))
            upstreams = tuple(np.where(mask, 0.0, v) for v in upstreams)
            centre = self.bench.centre()
            along = [project(self.bench.pull(centre, v), steps) for v in upstreams]
            wrong = (
                wrong_at_kinks(self.bench, centre, line, mask, steps) if self.bench.target.upstream else []
            )
            if wrong and not any(f.code == "L104" for f in self.outcome.findings):
                self.outcome.findings.append(LayerFinding("L104", wrong[0]))
        return [compare(line, a, v, self.settings) for a, v in zip(along, upstreams, strict=True)]

    def _is_confident(self, active: Sequence[str]) -> bool:
        """Whether another direction is not needed, or would not help."""
        return all(
            self.outcome.claim(n, self.settings)[0] <= self.settings.detectable
            or not any(c.would_catch(n) for c in self.outcome.comparisons)
            for n in active
        )

    def _stale(self, active: Sequence[str], steps: Mapping[str, Array]) -> None:
        """Examine each argument at a second point; those that fail there, and not here, are stale."""
        if self._is_random():
            return
        bench = second_bench(self.bench, steps)
        for name in active:
            found = examine(bench, name, self.outcome.upstreams, self.rng, self.outcome.step, self.settings)
            if found.verdict is LayerVerdict.FAIL:
                self.outcome.stale = (*self.outcome.stale, name)
                self.outcome.examined[name] = found
                self.outcome.verdicts[name] = found.verdict
        self.bench.forwards += bench.forwards
        self.bench.backwards += bench.backwards

    def _examine(self, names: Sequence[str] | Mapping[str, None]) -> None:
        for name in names:
            outcome = self.outcome
            found = examine(self.bench, name, outcome.upstreams, self.rng, outcome.step, self.settings)
            self.outcome.examined[name] = found
            self.outcome.verdicts[name] = found.verdict
            self.outcome.kinks = max(self.outcome.kinks, found.kinks)

    def _is_random(self) -> bool:
        """Whether the forward differs from itself; if so, no argument can be resolved."""
        first, second = self.bench.centre(), self.bench.centre()
        if first.flat.shape == second.flat.shape:
            apart = float(np.abs(first.flat - second.flat).max())
            if apart <= _SAME_FORWARD * first.eps * float(np.abs(first.flat).max()):
                return False
        else:
            apart = float("inf")
        message = (
            f"two forwards of the same arguments differ by {apart:.3g}; fix the layer's seed or its mask"
        )
        self.outcome.findings.append(LayerFinding("L203", message))
        self.outcome.verdicts = dict.fromkeys(self.outcome.verdicts, LayerVerdict.UNRESOLVED)
        return True

    def _note(self) -> None:
        for name, phase in self.bench.written.items():
            self.outcome.findings.append(LayerFinding("L201", f"the {phase} writes into {name}"))
        for problem in self.outcome.problems:
            if (problem.fatal and problem.code != "L105") or problem.code == "L106":
                self.outcome.verdicts[problem.argument] = LayerVerdict.FAIL


def _is_smooth_enough(line: Stencil) -> bool:
    """Whether halving the step changes the derivative only a little, or not more than rounding does."""
    change = norm(line.correction)
    slope = norm(line.derivative)
    level = norm(line.centre)
    return change <= _ROUGH * slope or change * line.h <= 1e4 * line.eps * level


def _differs(first: Gradients, again: Gradients, name: str) -> bool:
    if name not in again.values:
        return True
    apart = float(np.abs(first.values[name] - again.values[name]).max(initial=0.0))
    return apart > 1e4 * first.eps * float(np.abs(first.values[name]).max(initial=0.0))


def _nonlinear(name: str, error: float) -> str:
    return (
        f"the gradient of {name} is not linear in the upstream gradient: b(a·v + w) differs from "
        f"a·b(v) + b(w) by {error:.2g} of its size"
    )
