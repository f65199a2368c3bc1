"""Formulas in float64 at trial points, many at once: what fits is worth a proof.

The sizes are such that a size, one less, and small numbers are not mistaken for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.algebra import numeric
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.algebra.numeric_worlds import World
from gradcheck.algebra.structure import SizeTooSmall, Unbound, derivative_depth
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.judging.small_sizes import largest_position, size_names
from gradcheck.documents.meaning.holes import HOLE

_LENGTHS = (5, 4, 6, 3, 7)
_TOLERANCE = (1e-8, 2e-5, 2e-4)
"""By how deeply finite differences nest; loose, since a proof follows."""
_NO_VALUE = (Unbound, SizeTooSmall, numeric.NoPoint, KeyError, ValueError, IndexError, ZeroDivisionError)


@dataclass
class TrialPoint:
    """Random values for everything that one graph's formulas mention, ``sides`` among them."""

    judge: Judge
    sides: tuple[e.Expr, ...] = ()
    _lengths: dict[str, int] = field(default_factory=dict)
    _points: dict[object, numeric.Point | None] = field(default_factory=dict)
    _values: dict[object, Array | None] = field(default_factory=dict)

    def world(self, equation: Equation) -> World | None:
        """The graph at the point for an equation's leaves and sizes; None where there is none."""
        graph = self.judge.graph
        sizes = self._sizes(self._known_sizes | size_names(None, equation), equation)
        extra = self._extra(self.sides) | self._extra((equation.left, equation.right))
        key = (tuple(sorted(sizes.items())), extra)
        if key not in self._points:
            self._points[key] = self._sampled(sizes, extra)
        point = self._points[key]
        return point.world(graph) if point is not None else None

    @cached_property
    def _known_sizes(self) -> set[str]:
        leaves = {size for axes in self.judge.graph.leaves.values() for size in axes}
        return self.judge.named_sizes | leaves

    def _extra(self, sides: Sequence[e.Expr]) -> frozenset[str]:
        """What the sides mention that the graph does not know, holes apart."""
        leaves = self.judge.graph.leaves
        nodes = (n for x in sides for n in e.walk(x) if isinstance(n, e.Var))
        return frozenset(n.name for n in nodes if n.name not in leaves and not n.name.startswith(HOLE))

    def _sizes(self, names: set[str], equation: Equation) -> dict[str, int]:
        need = max(self.judge.largest_index, largest_position(equation, None)) + 1
        for name in sorted(names - set(self._lengths)):
            self._lengths[name] = _LENGTHS[len(self._lengths) % len(_LENGTHS)]
        return {n: int(n) if n.isdigit() else max(self._lengths[n], need) for n in names}

    def _sampled(self, sizes: dict[str, int], extra: frozenset[str]) -> numeric.Point | None:
        rng = np.random.default_rng([self.judge.seed, 40_009])
        upstreams = {
            e.upstream(loss, node) for loss, nodes in self.judge.graph.roots.items() for node in nodes
        }
        sides = [*self.sides, *(e.Var(n) for n in sorted(extra - upstreams))]
        try:
            with np.errstate(all="ignore"):
                point = numeric.sample(self.judge.graph, sides, sizes, rng)
        except _NO_VALUE:
            return None
        values = dict(point.values)
        for name in self.judge.normalised & set(values):
            entries = np.abs(values[name])
            values[name] = entries / entries.sum(axis=-1, keepdims=True)
        return numeric.Point(point.sizes, values)

    def evaluate(self, side: e.Expr, equation: Equation, world: World) -> Array | None:
        """One side at every position of the equation's free indices, one axis each, then the rest."""
        indices = [n for n, _ in equation.index_sizes if n not in world.setting.ambient]
        sizes = dict(equation.index_sizes)
        try:
            with np.errstate(all="ignore"):
                return world.over(side, indices, [world.setting.length(sizes[n]) for n in indices])
        except _NO_VALUE:
            return None

    def target(self, equation: Equation, world: World) -> Array | None:
        """The left side, evaluated once."""
        key = (equation.left, equation.index_sizes, id(world))
        if key not in self._values:
            self._values[key] = self.evaluate(equation.left, equation, world)
        return self._values[key]

    def agree(self, equations: Sequence[Equation]) -> bool:
        """Whether each equation is true at the point."""
        return all(bool(np.all(self.agreement(q))) for q in equations)

    def agreement(self, equation: Equation) -> Array:
        """For each candidate that fills the hole, if there is one, whether the equation is true."""
        world = self.world(equation)
        if world is None:
            return np.zeros(1, bool)
        target, values = self.target(equation, world), self.evaluate(equation.right, equation, world)
        if target is None or values is None:
            return np.zeros(1, bool)
        depth = max(derivative_depth(equation.left), derivative_depth(equation.right))
        tolerance = _TOLERANCE[min(depth + world.setting.nested, 2)]
        gaps = np.abs(values - target).reshape(-1, values.shape[-1]).max(axis=0, initial=0.0)
        scale = max(float(np.abs(target).max(initial=0.0)), 1e-3)
        with np.errstate(invalid="ignore"):
            found: Array = gaps <= tolerance * scale
        return found
