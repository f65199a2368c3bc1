"""The vertices of an acyclic graph in layers, ordered so that few arrows cross."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12


@dataclass(frozen=True)
class Bend:
    """Where an arrow that is longer than one layer passes through a layer."""

    arrow: tuple[str, str]
    layer: int


Place = str | Bend


@dataclass(frozen=True)
class Layers:
    """The places of each layer in their order, and each arrow as the places that it leads through."""

    rows: tuple[tuple[Place, ...], ...]
    routes: dict[tuple[str, str], tuple[Place, ...]]


def layered(names: Sequence[str], arrows: Iterable[tuple[str, str]]) -> Layers:
    """The layers of a graph; ``names`` are in topological order, sources first.

    >>> layered("abc", [("a", "b"), ("b", "c"), ("a", "c")]).rows
    (('a',), ('b', Bend(arrow=('a', 'c'), layer=1)), ('c',))
    """
    pairs = tuple(dict.fromkeys(arrows))
    levels = _levels(names, pairs)
    routes = {pair: _route(pair, levels) for pair in pairs}
    rows: list[list[Place]] = [[] for _ in range(max(levels.values(), default=-1) + 1)]
    for name in names:
        rows[levels[name]].append(name)
    for route in routes.values():
        for bend in route[1:-1]:
            assert isinstance(bend, Bend)
            rows[bend.layer].append(bend)
    return Layers(_ordered(rows, [step for route in routes.values() for step in pairwise(route)]), routes)


def _levels(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """For each vertex the longest way to it; one that nothing leads to stands just before its first use."""
    levels = dict.fromkeys(names, 0)
    for name in names:
        levels[name] = max((levels[t] + 1 for t, h in pairs if h == name), default=0)
    heads = {head for _, head in pairs}
    for name in names:
        if name not in heads:
            levels[name] = min((levels[h] - 1 for t, h in pairs if t == name), default=0)
    return levels


def _route(pair: tuple[str, str], levels: dict[str, int]) -> tuple[Place, ...]:
    tail, head = pair
    return (tail, *(Bend(pair, at) for at in range(levels[tail] + 1, levels[head])), head)


def _ordered(rows: list[list[Place]], steps: list[tuple[Place, Place]]) -> tuple[tuple[Place, ...], ...]:
    """The best order that sweeps to and fro find, each layer sorted by the middle of its neighbours."""
    before, after = _neighbours(steps), _neighbours([(b, a) for a, b in steps])
    best = tuple(map(tuple, rows))
    fewest = _crossings(best, before)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        pairs = pairwise(rows) if forth else pairwise(reversed(rows))
        for fixed, sorted_row in pairs:
            _sort(sorted_row, fixed, after if forth else before)
        crossings = _crossings(rows, before)
        if crossings < fewest:
            best, fewest = tuple(map(tuple, rows)), crossings
    return best


def _neighbours(steps: Iterable[tuple[Place, Place]]) -> dict[Place, list[Place]]:
    found: dict[Place, list[Place]] = {}
    for one, other in steps:
        found.setdefault(one, []).append(other)
    return found


def _sort(row: list[Place], fixed: Sequence[Place], neighbours: dict[Place, list[Place]]) -> None:
    """Sort a layer by the mean position of what each place is joined to in the layer beside it."""
    position = {place: at for at, place in enumerate(fixed)}
    own = {place: at for at, place in enumerate(row)}

    def middle(place: Place) -> float:
        joined = [position[n] for n in neighbours.get(place, ()) if n in position]
        return sum(joined) / len(joined) if joined else own[place]

    row.sort(key=middle)


def _crossings(rows: Sequence[Sequence[Place]], heads: dict[Place, list[Place]]) -> int:
    """How many pairs of arrows between neighbouring layers cross."""
    total = 0
    for left, right in pairwise(rows):
        position = {place: at for at, place in enumerate(right)}
        ends = [position[h] for place in left for h in sorted(heads.get(place, ()), key=position.__getitem__)]
        total += sum(a > b for at, a in enumerate(ends) for b in ends[at + 1 :])
    return total
