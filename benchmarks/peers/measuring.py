"""What each checker says of each right and each wrong layer, and what that costs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.peers.mistakes import Mistake
from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, Peer, Said, Verdict
from benchmarks.timing import seconds

_ROUNDS = 20
_BUDGET = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """One checker on one right layer: its verdict, forward evaluations, and the best time in seconds."""

    peer: str
    layer: str
    said: Said
    evaluations: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One checker on one wrong layer; ``right`` is its verdict on the right one at the same point."""

    peer: str
    mistake: str
    layer: str
    said: Said
    right: Verdict

    @property
    def caught(self) -> bool:
        """Whether it rejects the layer."""
        return self.said.verdict is Verdict.REJECTED


def costs(peers: Sequence[Peer], pair: Pair, seed: int) -> list[Cost]:
    """Every checker on a right layer, timed in turns until each has used up its second or its rounds."""
    checks = {peer.name: peer.prepare(pair, seed) for peer in peers}
    first = {name: _once(check) for name, check in checks.items()}
    times: dict[str, list[float]] = {name: [] for name in checks}
    for _ in range(_ROUNDS):
        for name, check in checks.items():
            if not times[name] or sum(times[name]) + first[name] < _BUDGET:
                times[name].append(seconds(check))
    return [_cost(peer, pair, seed, min(times[peer.name])) for peer in peers]


def trials(
    peers: Sequence[Peer], mistake: Mistake, pairs: Iterable[Pair], seed: int, known: Sequence[Cost]
) -> list[Trial]:
    """Every checker on the wrong layers of one mistake."""
    verdicts = {(c.peer, c.layer): c.said.verdict for c in known}
    return [
        Trial(peer.name, mistake.name, pair.name, peer.prepare(pair, seed)(), verdicts[peer.name, pair.name])
        for pair in pairs
        for peer in peers
    ]


def _once(check: Check) -> float:
    """A first run that does not count: imports, compilers and caches warm up in it."""
    check()
    return seconds(check)


def _cost(peer: Peer, pair: Pair, seed: int, best: float) -> Cost:
    counted, tally = pair.counted()
    check = peer.prepare(counted, seed)
    tally.count = 0
    said = check()
    return Cost(peer.name, pair.name, said, tally.count, best)
