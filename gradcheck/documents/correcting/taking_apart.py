"""Taking a formula apart: it is read once with a hole at every place that may stand by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.algebra.numeric_worlds import World
from gradcheck.documents.correcting.scaffold import UNREAD, Place, Scaffold, evaluated
from gradcheck.documents.correcting.spots import Spot, rebuilt
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.judging.chain_reading import with_mode
from gradcheck.documents.meaning.holes import HOLE, Opening
from gradcheck.documents.reading import syntax as s


def scaffold(bench: Workbench, spots: Sequence[Spot]) -> Scaffold | None:
    """The claim's right side taken apart; None where reading it so changes what it means."""
    holes: dict[int, s.Hole] = {}
    wanted = {id(x.node): k for k, x in enumerate(spots) if _may_be_open(bench, x)}

    def opened(node: s.Syntax) -> s.Syntax | None:
        k = wanted.get(id(node))
        if k is None or id(node) in holes:
            return None
        hole = s.Hole(node.start, node.end, f"{HOLE}{k}", node, bench.letters, [])
        holes[id(node)] = hole
        inner = rebuilt(node, lambda child: opened(child) if child is not node else None)
        return s.Hole(node.start, node.end, hole.name, inner, bench.letters, hole.opened)

    tree = rebuilt(bench.tree, opened)
    with bench.trial():
        equations = bench.equations_of(tree)
        sized = {k: _sizes(bench, h) for k, h in holes.items()}
    world = bench.points.world(equations[0]) if equations else None
    if world is None:
        return None
    result = Scaffold(bench, world, equations, [])
    for spot in reversed(spots):
        hole, sizes = holes.get(id(spot.node)), sized.get(id(spot.node))
        if hole is not None and sizes is not None:
            place = _evaluated(bench, world, spot, hole, sizes)
            if place is None:
                return None
            result.places.append(place)
            world.values[place.name] = result.tailed(place.printed[..., None])
    result.places.reverse()
    result.by_node = {id(p.node): p for p in result.places}
    for place in result.places:
        above = (result.by_node.get(id(n)) for n in reversed(place.spot.above))
        place.parent = next((p for p in above if p is not None), None)
    return result if result.places and _is_faithful(bench, result) else None


def _sizes(bench: Workbench, hole: s.Hole) -> tuple[str, ...] | None:
    if not hole.opened:
        return None
    opening = hole.opened[-1]
    assert isinstance(opening, Opening)
    return tuple(bench.meaning.sizes.name(m) for m in opening.members)


def _evaluated(
    bench: Workbench, world: World, spot: Spot, hole: s.Hole, sizes: tuple[str, ...]
) -> Place | None:
    opening = hole.opened[-1]
    assert isinstance(opening, Opening)
    body = with_mode(opening.value.expr, bench.mode[1])
    try:
        lengths = tuple(world.setting.length(n) for n in sizes)
        printed = evaluated(bench, opening.value, opening, lengths, world)
    except UNREAD:
        return None
    if printed is None:
        return None
    return Place(spot, hole.name, None, opening, sizes, lengths, body, printed)


def _is_faithful(bench: Workbench, found: Scaffold) -> bool:
    """Whether the formula means the same taken apart as it does whole."""
    whole = bench.printed
    root = found.places[0]
    if whole is None or root.parent is not None or len(whole.equations) != len(found.equations):
        return False
    for apart, printed in zip(found.equations, whole.equations, strict=True):
        values = bench.points.evaluate(apart.right, apart, found.world)
        other_world = bench.points.world(printed)
        if other_world is None:
            return False
        other = bench.points.evaluate(printed.right, printed, other_world)
        same = values is not None and other is not None and values.shape == other.shape
        if not same or not np.allclose(values, other, rtol=1e-6, atol=1e-9, equal_nan=True):  # type: ignore[arg-type]
            return False
    return True


def _may_be_open(bench: Workbench, spot: Spot) -> bool:
    """Whether a place is a quantity by itself, which what stands beside it does not look into."""
    node, parent = spot.node, spot.parent
    if isinstance(node, (s.Group, s.Indicator, s.Dots)) or (
        isinstance(node, s.Number) and spot.role == "base"
    ):
        return False
    if isinstance(node, s.Symbol):
        resolved = bench.meaning.names.resolve(node)
        if resolved.transposed or (resolved.name == "e" and spot.role == "base"):
            return False
    if isinstance(parent, s.Product) and isinstance(node, s.Symbol):
        at = next(k for k, f in enumerate(parent.factors) if f is node)
        following = parent.factors[at + 1] if at + 1 < len(parent.factors) else None
        base = following.base if isinstance(following, s.Power) else following
        name = bench.meaning.names.resolve(node).name
        plain = name in bench.meaning.leaves or name in bench.meaning.defined
        if isinstance(base, s.Group) and not plain:
            return False
        if isinstance(following, s.Symbol) and node.name in ("d", "\\delta"):
            return False
        before = parent.factors[at - 1] if at else None
        if isinstance(before, s.Symbol) and before.name in ("d", "\\delta"):
            return False
    return True
