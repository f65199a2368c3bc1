"""The comparison in one row per checker, and the bounds that gradcheck itself has to keep in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.peers.measuring import Cost, Trial
from benchmarks.peers.peer import Verdict
from benchmarks.table import Figure

_FORWARDS = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """One checker: medians over the right layers (``ratio`` is its time in ours), and how it judged."""

    peer: str
    evaluations: float
    ratio: float
    caught: int
    missed: int
    failed: int
    right: int

    def record(self) -> dict[str, object]:
        """The row for JSON."""
        return asdict(self)


def summaries(
    names: Sequence[str], ours: str, costs: Sequence[Cost], trials: Sequence[Trial]
) -> list[Summary]:
    """One row for each checker."""
    reference = {c.layer: c.seconds for c in costs if c.peer == ours}
    return [
        _summary(
            name,
            [c for c in costs if c.peer == name],
            [t for t in trials if t.peer == name],
            reference,
        )
        for name in names
    ]


def _summary(
    name: str, costs: Sequence[Cost], trials: Sequence[Trial], reference: dict[str, float]
) -> Summary:
    caught = sum(t.caught for t in trials)
    return Summary(
        peer=name,
        evaluations=median(c.evaluations for c in costs),
        ratio=median(c.seconds / reference[c.layer] for c in costs),
        caught=caught,
        missed=len(trials) - caught,
        failed=sum(c.said.verdict is not Verdict.ACCEPTED for c in costs),
        right=len(costs),
    )


def bounds(
    ours: str, smooth: Collection[str], costs: Sequence[Cost], trials: Sequence[Trial]
) -> Iterator[Figure]:
    """What has to hold of gradcheck: nothing missed, nothing right failed, five evaluations."""
    own = [c for c in costs if c.peer == ours]
    missed = [t for t in trials if t.peer == ours and not t.caught]
    failed = [c for c in own if c.said.verdict is not Verdict.ACCEPTED]
    most = max(c.evaluations for c in own if c.layer in smooth)
    where = "; ".join(f"{t.mistake} in {t.layer}" for t in missed)
    yield Figure("planted mistakes that gradcheck misses", len(missed), "", 0, where)
    yield Figure("right layers that gradcheck does not pass", len(failed), "", 0, _layers(failed))
    yield Figure("forward evaluations of a smooth right layer, at most", most, "", _FORWARDS)


def _layers(costs: Sequence[Cost]) -> str:
    return "; ".join(f"{c.layer}: {c.said.why}" for c in costs)
