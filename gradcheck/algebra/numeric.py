"""Two formulas compared in float64 at a random point, derivatives by finite differences.

Nothing here differentiates symbolically: an `Adjoint` or a `Partial` is a
difference quotient of the graph's own forward definitions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from gradcheck.algebra.expr import Expr, Fun, Graph, Num, Pow, Var, children, upstream, walk
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.algebra.numeric_worlds import World
from gradcheck.algebra.structure import (
    Setting,
    SizeTooSmall,
    Unbound,
    axes_of,
    derivative_depth,
    mentions,
    setting_of,
)

__all__ = ["Comparison", "NoPoint", "Point", "SizeTooSmall", "Unbound", "compare", "evaluate", "sample"]

TOLERANCE = (1e-10, 1e-6, 1e-5)
"""By how deeply finite differences nest: none, one, two or more."""
DOUBT = 100.0
LARGEST = 1e4
RANGES = ((0.3, 1.7, True),) * 4 + ((0.3, 1.7, False),) * 2 + ((0.1, 0.9, False),) * 3
"""What is tried in turn: magnitudes from, to, and whether signs are mixed."""


class NoPoint(ValueError):
    """No values were found at which all the formulas are finite."""


@dataclass(eq=False)
class Point:
    """Sizes and values of the leaves and upstream gradients; remembers what is evaluated there."""

    sizes: dict[str, int]
    values: dict[str, Array]
    _graph: Graph | None = field(default=None, repr=False)
    _world: World | None = field(default=None, repr=False)

    def world(self, graph: Graph) -> World:
        """The unperturbed graph at this point."""
        if self._world is None or self._graph is not graph:
            setting = setting_of(graph, self.sizes)
            tail = (1,) * (len(setting.ambient) + 1)
            given = {name: value.reshape(*value.shape, *tail) for name, value in self.values.items()}
            self._graph, self._world = graph, World(setting, None, given, True)
        return self._world


@dataclass(frozen=True)
class Comparison:
    """How two formulas compare; ``agrees`` is None where float64 cannot tell.

    It is None too where a difference quotient spans a kink: sample another point.
    ``worst`` is the 1-based position of the largest difference, ``left`` and
    ``right`` the values there; ``error`` is relative to the largest entry, if that exceeds 1.
    """

    agrees: bool | None
    error: float
    tolerance: float
    worst: dict[str, int]
    left: float
    right: float


def sample(
    graph: Graph,
    exprs: Iterable[Expr],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    positive: AbstractSet[str] = frozenset(),
    index_sizes: Mapping[str, str] | None = None,
) -> Point:
    """Random values for every leaf and upstream gradient, away from kinks and singularities.

    Leaves under a logarithm or a fractional power are drawn positive. With
    ``index_sizes`` the expressions themselves must be finite too, not only the
    definitions they need. Raises `NoPoint`.
    """
    exprs = list(exprs)
    shapes = _shapes(graph, exprs, sizes)
    must = positive | _positive_leaves([*exprs, *(node.body for node in graph.nodes.values())])
    fallback: Point | None = None
    for low, high, signs in RANGES:
        point = Point(dict(sizes), _draw(shapes, must, rng, low, high, signs))
        if _is_finite(point, graph, exprs, index_sizes):
            setting = point.world(graph).setting
            if not (setting.near_kink or setting.straddled):
                return point
            fallback = fallback or point
    if fallback is None:
        raise NoPoint("no point found where the formulas are finite")
    return fallback


def _shapes(graph: Graph, exprs: Sequence[Expr], sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    upstreams = [upstream(loss, root) for loss, roots in graph.roots.items() for root in roots]
    written = [p.name for e in exprs for p in walk(e) if isinstance(p, Var)]
    names = dict.fromkeys([*graph.leaves, *upstreams, *written])
    return {name: tuple(sizes[size] for size in axes_of(name, graph)) for name in names}


def _draw(
    shapes: Mapping[str, tuple[int, ...]],
    positive: Collection[str],
    rng: np.random.Generator,
    low: float,
    high: float,
    signs: bool,
) -> dict[str, Array]:
    values = {}
    for name, shape in shapes.items():
        values[name] = rng.uniform(low, high, shape)
        if signs and name not in positive:
            values[name] *= rng.choice([-1.0, 1.0], shape)
    return values


def _positive_leaves(exprs: Iterable[Expr]) -> frozenset[str]:
    """The leaves that stand directly under a logarithm or a fractional power."""
    found: set[str] = set()
    for expr in exprs:
        for part in walk(expr):
            if isinstance(part, Fun) and part.name == "log":
                found.update(_bare_leaves(part.args[0]))
            elif isinstance(part, Pow) and not _is_whole(part.exponent):
                found.update(_bare_leaves(part.base))
    return frozenset(found)


def _is_whole(exponent: Expr) -> bool:
    return isinstance(exponent, Num) and exponent.value.denominator == 1


def _bare_leaves(expr: Expr) -> Iterator[str]:
    """The leaves whose sign the sign of ``expr`` may follow: not those inside a function or a power."""
    if isinstance(expr, Var):
        yield expr.name
    elif not isinstance(expr, Fun | Pow):
        for part in children(expr):
            yield from _bare_leaves(part)


def _is_finite(
    point: Point, graph: Graph, exprs: Sequence[Expr], index_sizes: Mapping[str, str] | None
) -> bool:
    world = point.world(graph)
    with np.errstate(all="ignore"):
        values = [world.tensor(name) for name in _needed(exprs, graph, world.setting) if name in graph.nodes]
    if index_sizes is not None:
        axes = list(index_sizes)
        values += [evaluate(expr, graph, point, axes, index_sizes) for expr in exprs]
    return all(np.isfinite(v).all() and np.abs(v).max(initial=0.0) < LARGEST for v in values)


def _needed(exprs: Sequence[Expr], graph: Graph, setting: Setting) -> Collection[str]:
    if not exprs:
        return graph.nodes
    direct = frozenset[str]().union(*(mentions(expr, graph) for expr in exprs))
    return sorted(direct.union(*(setting.ancestors.get(name, frozenset()) for name in direct)))


def evaluate(
    expr: Expr, graph: Graph, point: Point, axes: Sequence[str], index_sizes: Mapping[str, str]
) -> Array:
    """``expr`` at every position of its free indices, which are the axes of the result in that order."""
    world = point.world(graph)
    ambient = world.setting.ambient
    own = [index for index in axes if index not in ambient]
    lengths = [world.setting.length(index_sizes[index]) for index in own]
    with np.errstate(all="ignore"):
        value = world.over(expr, own, lengths)[..., 0]
    if not ambient:
        return value
    tail = sorted(ambient, key=lambda i: ambient[i][0], reverse=True)
    return _select(value, own + tail, axes, {index: length for index, (_, length) in ambient.items()})


def _select(value: Array, have: Sequence[str], want: Sequence[str], ambient: Mapping[str, int]) -> Array:
    """``value`` with its axes in the order wanted; ambient ones it does not depend on go or are spread."""
    for index in [index for index in have if index not in want]:
        if value.shape[have.index(index)] != 1:
            raise Unbound(f"the value depends on index {index}")
        value = value.squeeze(have.index(index))
        have = [other for other in have if other != index]
    value = value.transpose([have.index(index) for index in want])
    spread = [ambient.get(index, length) for index, length in zip(want, value.shape, strict=True)]
    return np.broadcast_to(value, spread)


def compare(
    left: Expr, right: Expr, graph: Graph, point: Point, index_sizes: Mapping[str, str]
) -> Comparison:
    """Whether two formulas have the same value at every position of their free indices."""
    setting = point.world(graph).setting
    axes = [*index_sizes, *(index for index in setting.ambient if index not in index_sizes)]
    setting.straddled = False
    lefts, rights = (evaluate(side, graph, point, axes, index_sizes) for side in (left, right))
    with np.errstate(invalid="ignore"):
        gaps = np.abs(lefts - rights)
    scale = max(1.0, np.abs(lefts).max(initial=0.0), np.abs(rights).max(initial=0.0))
    at = np.unravel_index(int(gaps.argmax()), gaps.shape)
    error = float(gaps[at] / scale)
    depth = max(derivative_depth(left), derivative_depth(right)) + setting.nested
    tolerance = TOLERANCE[min(depth, 2)]
    return Comparison(
        agrees=None if setting.straddled else _verdict(error, tolerance),
        error=error,
        tolerance=tolerance,
        worst={index: int(place) + 1 for index, place in zip(axes, at, strict=True)},
        left=float(lefts[at]),
        right=float(rights[at]),
    )


def _verdict(error: float, tolerance: float) -> bool | None:
    if error <= tolerance:
        return True
    return False if error >= DOUBT * tolerance else None
