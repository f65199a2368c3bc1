"""What each checker says of each right and each wrong layer, and what that costs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.peers.mistakes import Mistake
from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, Peer, Said, Verdict
from benchmarks.timing import seconds

_ROUNDS = 20
_BUDGET = 1.0

Points = Sequence[Mapping[str, Pair]]
"""The right layers by name, at inputs drawn with seeds 0, 1, 2, …"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One checker on one right layer: its verdicts, forward evaluations, and the best time in seconds."""

    peer: str
    layer: str
    said: tuple[Said, ...]
    evaluations: int
    seconds: float

    @property
    def failed(self) -> int:
        """At how many points it does not accept the layer."""
        return sum(s.verdict is not Verdict.ACCEPTED for s in self.said)


@dataclass(frozen=True, slots=True)
class Trial:
    """One checker on one mistake in one layer: its verdicts, and whether it rejects the right layer there."""

    peer: str
    mistake: str
    layer: str
    said: tuple[Said, ...]
    rejects_right: bool

    @property
    def caught(self) -> int:
        """At how many points it rejects the wrong layer."""
        return sum(s.verdict is Verdict.REJECTED for s in self.said)


def costs(peers: Sequence[Peer], points: Points, layer: str) -> list[Cost]:
    """Every checker on a right layer, timed in turns until each has used up its second or its rounds."""
    checks = {peer.name: peer.prepare(points[0][layer], 0) for peer in peers}
    first = {name: _once(check) for name, check in checks.items()}
    times: dict[str, list[float]] = {name: [] for name in checks}
    for _ in range(_ROUNDS):
        for name, check in checks.items():
            if not times[name] or sum(times[name]) + first[name] < _BUDGET:
                times[name].append(seconds(check))
    return [_cost(peer, [p[layer] for p in points], min(times[peer.name])) for peer in peers]


def trials(
    peers: Sequence[Peer], mistake: Mistake, points: Points, layers: Sequence[str], known: Sequence[Cost]
) -> Iterator[Trial]:
    """Every checker on the wrong layers of one mistake."""
    rejects = {(c.peer, c.layer): any(s.verdict is Verdict.REJECTED for s in c.said) for c in known}
    for layer in layers:
        wrong = [mistake.planted(p[layer]) for p in points]
        for peer in peers:
            yield Trial(peer.name, mistake.name, layer, _said(peer, wrong), rejects[peer.name, layer])


def _once(check: Check) -> float:
    """A first run that does not count: imports, compilers and caches warm up in it."""
    check()
    return seconds(check)


def _cost(peer: Peer, pairs: Sequence[Pair], best: float) -> Cost:
    counted, tally = pairs[0].counted()
    check = peer.prepare(counted, 0)
    tally.count = 0
    check()
    return Cost(peer.name, pairs[0].name, _said(peer, pairs), tally.count, best)


def _said(peer: Peer, pairs: Sequence[Pair]) -> tuple[Said, ...]:
    """The verdicts at as many points as the checker is asked at."""
    return tuple(peer.prepare(pair, seed)() for seed, pair in enumerate(pairs[: peer.draws]))
