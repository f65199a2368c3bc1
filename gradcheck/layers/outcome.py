"""What a check gathers while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.layers.bench import Bench
from gradcheck.layers.comparing import Comparison
from gradcheck.layers.directions import miss_probability
from gradcheck.layers.examining import Examined
from gradcheck.layers.gradients import Problem
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array
from gradcheck.model import LayerFinding, LayerVerdict


@dataclass(slots=True)
class Outcome:
    """The verdicts so far, and what they rest on.

    ``comparisons`` has one entry per direction and upstream of the joint check; ``examined`` the
    arguments that were differenced by themselves; ``step`` is the h of the differences; ``noise`` is
    that of the forward, relative, where it was found to be more than rounding; ``output`` is the first
    output's shape.
    """

    bench: Bench
    step: float
    upstreams: tuple[Array, ...]
    verdicts: dict[str, LayerVerdict] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)
    directions: int = 0
    examined: dict[str, Examined] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    findings: list[LayerFinding] = field(default_factory=list)
    stale: tuple[str, ...] = ()
    kinks: int = 0
    noise: float = 0.0
    output: tuple[int, ...] = ()

    def decisive(self, name: str) -> Comparison | None:
        """The comparison that an argument's verdict rests on: the finest of the joint ones, or its own."""
        if (examined := self.examined.get(name)) is not None:
            return examined.comparison
        felt = [c for c in self.comparisons if c.sizes.get(name)]
        return min(
            felt, key=lambda c: c.tolerance / c.sizes[name], default=next(iter(self.comparisons), None)
        )

    def claim(self, name: str, settings: Settings) -> tuple[float, float]:
        """(d, p): an error of relative size d is missed with probability p at most.

        d is the one that was asked for, or a coarser one if the differences do not reach that.
        """
        allowed = 1.0 - settings.confidence
        found = self.decisive(name)
        size = found.sizes.get(name, 0.0) if found is not None else 0.0
        if found is None or not size:
            return settings.detectable, 1.0
        directions = 1 if name in self.examined else max(1, self.directions)
        miss = miss_probability(found.tolerance, settings.detectable * size, directions)
        if miss <= allowed:
            return settings.detectable, miss
        return found.detects(name, allowed ** (1.0 / directions)), allowed
