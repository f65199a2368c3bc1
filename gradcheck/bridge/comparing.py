"""Formulas of a document evaluated at a layer's inputs, and held against the layer's own gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric_worlds import World
from gradcheck.algebra.structure import derivative_depth
from gradcheck.bridge.binding import NO_VALUE, Binding
from gradcheck.bridge.samples import Sample
from gradcheck.documents.correcting.points import TrialPoint
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Equation
from gradcheck.layers.target import Array

TOLERANCE = (1e-8, 1e-7, 1e-5)
"""By how deeply finite differences nest, relative to the largest entry."""

Written = Sequence[tuple[str, tuple[Equation, ...]]]
"""Formulas that stand for the gradients of nodes, in the order in which they are computed."""


@dataclass(eq=False)
class Stand:
    """A layer and a document at one sample: worlds of values to evaluate formulas in."""

    binding: Binding
    sample: Sample
    _worlds: dict[tuple[int, ...] | None, World] = field(default_factory=dict)

    @cached_property
    def first(self) -> tuple[int, ...]:
        """One position among the copies."""
        return tuple(0 for _ in self.binding.output.copies)

    def upstream(self, position: tuple[int, ...] | None) -> Array:
        if self.binding.cut.output in self.binding.cut.losses:
            return np.ones_like(self.sample.output)
        return self.sample.upstream if position is None else self.binding.masked(self.sample, position)

    def world(self, position: tuple[int, ...] | None) -> World:
        """The document's graph here; the same one at every call."""
        if position not in self._worlds:
            self._worlds[position] = self.fresh(position)
        return self._worlds[position]

    def fresh(self, position: tuple[int, ...] | None) -> World:
        return self.binding.world(self.sample, self.upstream(position), position)

    def returned(self, array: str, position: tuple[int, ...] | None) -> World | None:
        """A world in which the gradient of an argument is what the layer says it is."""
        found = self.sample.gradients(self.upstream(position)).get(array)
        if found is None:
            return None
        name = self.binding.tensors[array]
        fit = self.binding.fits[name]
        world = self.fresh(position)
        for loss in self.binding.cut.losses:
            world.derivatives[loss, name, None] = self.binding.tensor(fit, found, position), False
        return world

    def equals(
        self, array: str, equations: Sequence[Equation], written: Written = (), averaged: bool = False
    ) -> bool:
        """Whether the formula is what the layer computes for an argument, at all copies together.

        What the copies share gathers the sum over them, or if ``averaged`` their mean.
        """
        with np.errstate(all="ignore"):
            try:
                returned = self.returned(array, None)
                world = self.fresh(None) if written else self.world(None)
                write(world, written)
                return returned is not None and all(
                    self._same(q, world, returned, array, bool(written), averaged) for q in equations
                )
            except NO_VALUE:
                return False

    def _same(
        self, equation: Equation, world: World, returned: World, array: str, staged: bool, averaged: bool
    ) -> bool:
        fit, output = self.binding.fits[self.binding.tensors[array]], self.binding.output
        target = _evaluated(equation.left, equation, returned)
        values = _evaluated(equation.right, equation, world)
        rank = values.ndim - len(fit.copies) - 1
        for j in fit.shared:
            axis = output.copies[j]
            assert axis is not None
            count = self.sample.output.shape[axis]
            spread = [count if k == rank + j else n for k, n in enumerate(values.shape)]
            values = np.broadcast_to(values, spread).sum(axis=rank + j, keepdims=True)
            values = values / count if averaged else values
        if averaged and not fit.shared:
            return False
        return same(values, target, max(_depth(equation, world), int(staged)))

    def is_right(self, equations: Sequence[Equation]) -> bool:
        """Whether the formula is true here, all gradients taken by differences of the definitions."""
        world = self.world(self.first)
        with np.errstate(all="ignore"):
            try:
                return all(
                    same(
                        _evaluated(q.right, q, world), _evaluated(q.left, q, world), max(_depth(q, world), 1)
                    )
                    for q in equations
                )
            except NO_VALUE:
                return False


def write(world: World, written: Written) -> None:
    """Let the gradients of some nodes be what formulas say they are, one after the other."""
    for node, equations in written:
        values = as_gradient(equations[0], _evaluated(equations[0].right, equations[0], world))
        world.derivatives[_loss(equations[0]), node, None] = values, False


def _loss(equation: Equation) -> str:
    assert isinstance(equation.left, e.Adjoint)
    return equation.left.loss


def as_gradient(equation: Equation, values: Array) -> Array:
    """Values at the positions of an equation's indices, in the order of the node's own axes."""
    left = equation.left
    assert isinstance(left, e.Adjoint)
    names = [n for n, _ in equation.index_sizes]
    order = [names.index(i) for i in left.indices if isinstance(i, str)]
    if len(order) != len(names):
        raise ValueError("an index that the gradient does not have")
    moved: Array = values.transpose(*order, *range(len(order), values.ndim))
    return moved


def same(values: Array, target: Array, depth: int) -> bool:
    """Whether two arrays agree to what finite differences leave of them."""
    gap = np.abs(values - target).max(initial=0.0)
    return bool(gap <= TOLERANCE[min(depth, 2)] * max(float(np.abs(target).max(initial=0.0)), 1e-3))


def _depth(equation: Equation, world: World) -> int:
    return derivative_depth(equation.right) + world.setting.nested


def _evaluated(side: e.Expr, equation: Equation, world: World) -> Array:
    lengths = [world.setting.length(size) for _, size in equation.index_sizes]
    return world.over(side, [n for n, _ in equation.index_sizes], lengths)


@dataclass
class LayerPoint(TrialPoint):
    """A trial point at which the left side is what a layer computes for it.

    With ``outer``, the formula on trial is that of an intermediate gradient, ``written`` are those that are
    computed from it, and ``outer`` the one for the argument.
    """

    values: World | None = None
    returned: World | None = None
    outer: tuple[Equation, ...] = ()
    written: Written = ()
    inner: str = ""

    def world(self, equation: Equation) -> World | None:
        """The document's graph at the layer's inputs."""
        return self.values

    def target(self, equation: Equation, world: World) -> Array | None:
        """What the layer says the left side is."""
        if self.returned is None:
            return None
        return super().target(self.outer[0] if self.outer else equation, self.returned)

    def agreement(self, equation: Equation) -> Array:
        """For each candidate, whether the formula is what the layer computes."""
        world = self.values
        values = self.evaluate(equation.right, equation, world) if world is not None else None
        if world is None or values is None:
            return np.zeros(1, bool)
        depth = _depth(equation, world)
        if self.outer:
            found = self._through(equation, values, world)
            if found is None:
                return np.zeros(values.shape[-1], bool)
            values, equation, depth = found, self.outer[0], max(depth, 1)
        target = self.target(equation, world)
        if target is None:
            return np.zeros(1, bool)
        with np.errstate(all="ignore"):
            gaps = np.abs(values - target).reshape(-1, values.shape[-1]).max(axis=0, initial=0.0)
            scale = max(float(np.abs(target).max(initial=0.0)), 1e-3)
            fitting: Array = gaps <= TOLERANCE[min(depth, 2)] * scale
            return fitting

    def _through(self, equation: Equation, values: Array, world: World) -> Array | None:
        """What the outer formula comes to if an intermediate gradient has these values."""
        trial = World(world.setting, None, world.given, True)
        trial.derivatives.update(world.derivatives)
        try:
            with np.errstate(all="ignore"):
                gradient = as_gradient(equation, values)
                trial.derivatives[_loss(equation), self.inner, None] = gradient, False
                write(trial, self.written)
                return _evaluated(self.outer[0].right, self.outer[0], trial)
        except NO_VALUE:
            return None


def layer_point(
    judge: Judge,
    stand: Stand,
    array: str,
    outer: tuple[Equation, ...] = (),
    written: Written = (),
    inner: str = "",
) -> LayerPoint:
    """The point for a search, at one position of the copies."""
    position = stand.first
    return LayerPoint(
        judge,
        values=stand.fresh(position),
        returned=stand.returned(array, position),
        outer=outer,
        written=written,
        inner=inner,
    )


def arrays_of(stand: Stand) -> Mapping[str, str]:
    """The argument that each tensor is, where the layer returns a gradient of it."""
    found = stand.sample.gradients(stand.sample.upstream)
    return {name: fit.array for name, fit in stand.binding.fits.items() if fit.array in found}
