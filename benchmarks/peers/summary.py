"""The comparison in one row per checker, and the bounds that gradcheck itself has to keep in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.peers.measuring import Cost, Trial
from benchmarks.peers.peer import Verdict
from benchmarks.table import Figure

_FORWARDS = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """One checker: medians over the right layers (``ratio`` is its time in ours), and how it judged.

    Of the ``mistakes`` it caught so many in every layer at every point, and so many ``never``.
    """

    peer: str
    evaluations: float
    ratio: float
    mistakes: int
    always: int
    never: int
    right: int
    failed: int

    def record(self) -> dict[str, object]:
        """The row for JSON."""
        return asdict(self)


def summary(
    peer: str, reference: dict[str, float], costs: Iterable[Cost], trials: Iterable[Trial]
) -> Summary:
    """One checker's row; ``reference`` are our times by layer."""
    own = [c for c in costs if c.peer == peer]
    caught: defaultdict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        if trial.peer == peer:
            caught[trial.mistake] += [s.verdict is Verdict.REJECTED for s in trial.said]
    return Summary(
        peer=peer,
        evaluations=median(c.evaluations for c in own),
        ratio=median(c.seconds / reference[c.layer] for c in own),
        mistakes=len(caught),
        always=sum(all(c) for c in caught.values()),
        never=sum(not any(c) for c in caught.values()),
        right=len(own),
        failed=sum(c.failed > 0 for c in own),
    )


def bounds(
    ours: str, smooth: Collection[str], costs: Sequence[Cost], trials: Sequence[Trial]
) -> Iterator[Figure]:
    """What has to hold of gradcheck: nothing missed, nothing right failed, five evaluations."""
    own = [c for c in costs if c.peer == ours]
    missed = [t for t in trials if t.peer == ours and t.caught < len(t.said)]
    failed = [c for c in own if c.failed]
    most = max(c.evaluations for c in own if c.layer in smooth)
    where = "; ".join(f"{t.mistake} in {t.layer}" for t in missed)
    yield Figure("planted mistakes that gradcheck misses", len(missed), "", 0, where)
    where = "; ".join(c.layer for c in failed)
    yield Figure("right layers that gradcheck does not pass", len(failed), "", 0, where)
    yield Figure("forward evaluations of a smooth right layer, at most", most, "", _FORWARDS)
