"""Several places changed together: the same slip repeated, two things exchanged, two slips in one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gradcheck.algebra import budget
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.quantities import Quantities
from gradcheck.documents.correcting.scaffold import Place, Scaffold
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s

_PER_PLACE = 70
"""How many fillings of a place are combined with those of another."""
_BATCH = 6000
_EXCHANGED = 30
"""How many places, the shortest, are exchanged with each other."""
_WORK = 60_000_000
"""How many numbers may be computed for all pairs of one claim."""


@dataclass(frozen=True)
class Renaming:
    """One symbol or gradient that stands for another, everywhere in the line."""

    edit: Edit
    values: dict[Place, Array]
    gradient: bool


def renamings(bench: Workbench, found: Scaffold, quantities: Quantities) -> Iterator[Renaming]:
    """Every symbol and gradient that occurs more than once, replaced throughout by each of its shape."""
    for places in _alike(bench, found):
        fillings = [_by_name(quantities, place) for place in places]
        for name in fillings[0]:
            if not all(name in f for f in fillings):
                continue
            texts = [f[name][0] for f in fillings]
            if any(bench.text(p.node) == t for p, t in zip(places, texts, strict=True)):
                continue
            pieces = tuple(replacing(p.node, t) for p, t in zip(places, texts, strict=True))
            words = f"`{bench.text(places[0].node)}` should be `{texts[0]}`, {len(places)} times"
            values = {p: f[name][1] for p, f in zip(places, fillings, strict=True)}
            yield Renaming(Edit(pieces, words, 1.15), values, isinstance(places[0].node, s.Derivative))


def repeated(found: Scaffold, tried: Sequence[Renaming]) -> Iterator[Edit]:
    """The renamings that alone make the claim true."""
    for renaming in tried:
        if found.fit_together({p: v[..., None] for p, v in renaming.values.items()})[0]:
            yield renaming.edit


def _alike(bench: Workbench, found: Scaffold) -> Iterator[list[Place]]:
    """The places of each symbol, and of each gradient, that occurs more than once, whatever its indices."""
    groups: dict[object, list[Place]] = {}
    for place in found.places:
        name = _name(bench, place.node)
        if name is not None:
            groups.setdefault(name, []).append(place)
    yield from (places for places in groups.values() if 1 < len(places) < 9)


def _name(bench: Workbench, node: s.Syntax) -> object | None:
    names = bench.meaning.names
    if isinstance(node, s.Symbol):
        return names.resolve(node).name
    if isinstance(node, s.Derivative) and len(node.wrt) == 1 and isinstance(node.wrt[0], s.Symbol):
        return ("gradient", names.resolve(node.wrt[0]).name)
    return None


def _by_name(quantities: Quantities, place: Place) -> dict[str, tuple[str, Array]]:
    """What may stand in a place with the same indices as what is printed there, by name."""
    node = place.node
    symbol = node.wrt[0] if isinstance(node, s.Derivative) else node
    assert isinstance(symbol, s.Symbol)
    resolved = quantities.bench.meaning.names.resolve(symbol)
    letters = tuple(getattr(i, "name", "") for i in resolved.indices)
    derived = isinstance(node, s.Derivative)
    offers = quantities.derivatives(place) if derived else quantities.symbols(place)
    return {
        o.name: (o.latex, values) for o, values in offers if o.letters == letters and o.name != resolved.name
    }


def exchanged(bench: Workbench, found: Scaffold) -> Iterator[Edit]:
    """Two quantities that stand in each other's place."""
    places = [
        p for p in found.places if p.parent is not None and not p.rank and not isinstance(p.node, s.Total)
    ]
    places = sorted(places, key=lambda p: len(p.lengths) and p.node.end - p.node.start)[:_EXCHANGED]
    for a, b in combinations(places, 2):
        if a in b.ancestors() or b in a.ancestors() or a.opening.slots != b.opening.slots:
            continue
        if a.lengths != b.lengths or np.array_equal(a.printed, b.printed):
            continue
        if found.fit_together({a: b.printed[..., None], b: a.printed[..., None]})[0]:
            one, two = bench.text(a.node), bench.text(b.node)
            pieces = (replacing(a.node, two), replacing(b.node, one))
            yield Edit(pieces, f"`{one}` and `{two}` should be exchanged", 1.55)


@dataclass(frozen=True)
class _Tried:
    """A place with its fillings, and their values carried up to each place above it."""

    place: Place
    fillings: Sequence[Filling]
    above: dict[Place, Array]


def pairs(bench: Workbench, found: Scaffold, tried: Sequence[tuple[Place, list[Filling]]]) -> Iterator[Edit]:
    """Two fillings of two places that are not part of each other."""
    most = _fillings_each(found, tried)
    ready = [_carried(found, place, fillings, most) for place, fillings in tried if fillings]
    for a, b in combinations(ready, 2):
        budget.check()
        meeting = _meeting(a.place, b.place)
        if meeting is not None:
            yield from _paired(bench, found, a, b, meeting)


def _fillings_each(found: Scaffold, tried: Sequence[tuple[Place, list[Filling]]]) -> int:
    """How many fillings of each place fit into the work that is allowed."""
    weights = [found.weight(place) for place, _ in tried]
    pairs_weight = sum(weights) * len(weights) / 2
    return max(8, min(_PER_PLACE, int((_WORK / max(1.0, pairs_weight)) ** 0.5)))


def _carried(found: Scaffold, place: Place, fillings: list[Filling], most: int) -> _Tried:
    kept = sorted(fillings, key=lambda f: f.cost)[:most]
    values = np.stack([f.values for f in kept], axis=-1)
    above, below = {place: values}, place
    for parent in place.ancestors():
        values = found.carried({below: values}, parent)
        above[parent], below = values, parent
    return _Tried(place, kept, above)


def _meeting(a: Place, b: Place) -> tuple[Place, Place, Place] | None:
    """The lowest place that both are part of, and the places below it that lead to each."""
    line_a, line_b = [a, *a.ancestors()], [b, *b.ancestors()]
    if a in line_b or b in line_a:
        return None
    common = next((p for p in line_a if p in line_b), None)
    if common is None:
        return None
    return common, line_a[line_a.index(common) - 1], line_b[line_b.index(common) - 1]


def _paired(
    bench: Workbench, found: Scaffold, a: _Tried, b: _Tried, meeting: tuple[Place, Place, Place]
) -> Iterator[Edit]:
    common, below_a, below_b = meeting
    one, two = a.above[below_a], b.above[below_b]
    p, q = one.shape[-1], two.shape[-1]
    step = max(1, _BATCH // q)
    for first in range(0, p, step):
        part = one[..., first : first + step]
        left = np.repeat(part, q, axis=-1)
        right = np.tile(two, part.shape[-1])
        values = found.carried({below_a: left, below_b: right}, common)
        for k in np.flatnonzero(found.agreement(common, values)):
            edit = _both(a.fillings[first + k // q], b.fillings[k % q])
            if edit is not None:
                yield edit


def _both(a: Filling, b: Filling) -> Edit | None:
    one, two = a.make(), b.make()
    return both(one, two) if one is not None and two is not None else None


def both(one: Edit, two: Edit) -> Edit:
    """Two edits as one."""
    return Edit((*one.pieces, *two.pieces), f"{one.words}, and {two.words}", 2.0 + one.cost + two.cost)
