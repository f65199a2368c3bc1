"""A graph with some tensors replaced, and derivatives as differences between such worlds.

A world is local (only what mentions a replaced tensor directly sees it) or it
follows (every definition that depends on one is evaluated anew). A tensor once
replaced stays cut from its definition. All perturbed copies that one Jacobian
needs are evaluated together along the copies axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from gradcheck.algebra.expr import Expr, Node, upstream
from gradcheck.algebra.numeric_arrays import Array, Frame, Value, value_of
from gradcheck.algebra.structure import Setting, Unbound, derivative_depth

STEP, NESTED_STEP = 1e-3, 4e-3
"""Relative steps; a derivative of a difference needs the larger one."""
OFFSETS = np.array([1.0, -1.0, 2.0, -2.0])


class World:
    """The graph with some tensors replaced, each tensor evaluated at most once."""

    __slots__ = (
        "copies",
        "derivatives",
        "follows",
        "given",
        "parent",
        "pinned",
        "setting",
        "tail",
        "values",
        "width",
    )

    def __init__(
        self, setting: Setting, parent: World | None, given: dict[str, Array], follows: bool, copies: int = 1
    ) -> None:
        self.setting = setting
        self.parent = parent
        self.given = given
        self.follows = follows
        self.copies = copies
        self.width: int = copies * (parent.width if parent is not None else 1)
        self.pinned: frozenset[str] = parent.pinned.union(given) if parent is not None else frozenset()
        self.values = dict(given)
        self.derivatives: dict[object, tuple[Array, bool]] = {}
        self.tail = len(setting.ambient) + 1

    def tensor(self, name: str) -> Array:
        """All entries of a tensor: its axes, the ambient axes, the copies."""
        found = self.values.get(name)
        if found is None:
            found = self.values[name] = self._find(name)
        return found

    def _find(self, name: str) -> Array:
        node = self.setting.graph.nodes.get(name)
        if self.parent is None:
            if node is None:
                raise Unbound(f"{name} has no value")
            return self.define(node)
        if self.follows and node is not None and name not in self.pinned and self._moves(name):
            return self.define(node)
        return self._copied(self.parent.tensor(name))

    def _moves(self, name: str) -> bool:
        return not self.setting.ancestors[name].isdisjoint(self.given)

    def _copied(self, value: Array) -> Array:
        if self.copies == 1 or value.shape[-1] == 1:
            return value
        shape = (*value.shape[:-1], self.copies, value.shape[-1])
        return np.broadcast_to(value[..., None, :], shape).reshape(*shape[:-2], -1)

    def define(self, node: Node) -> Array:
        """The node's definition evaluated in this world."""
        lengths = [self.setting.length(size) for size in node.sizes]
        return self.over(node.body, node.params, lengths)

    def over(self, expr: Expr, indices: Sequence[str], lengths: Sequence[int]) -> Array:
        """``expr`` at all positions of ``indices``, as a tensor with those axes."""
        value = np.asarray(value_of(Frame(self, indices, lengths), expr))
        if value.ndim < self.tail:
            value = value.reshape((1,) * (self.tail - value.ndim) + value.shape)
        shape = (*lengths, *value.shape[value.ndim - self.tail :])
        return value if value.shape == shape else np.broadcast_to(value, shape)

    def loss(self, name: str) -> Array:
        """The loss itself, or the inner product of its roots with their upstream gradients."""
        if name in self.setting.graph.nodes:
            value = self.tensor(name)
            if value.ndim > self.tail:
                raise Unbound(f"loss {name} is not a scalar")
            return value
        roots = self.setting.graph.roots.get(name)
        if not roots:
            raise Unbound(f"loss {name} is neither defined nor given upstream gradients")
        total: Value = 0.0
        for root in roots:
            product = self.tensor(root) * self.tensor(upstream(name, root))
            total = total + product.reshape(-1, *product.shape[product.ndim - self.tail :]).sum(0)
        return np.asarray(total)

    def following(self) -> World:
        """This world with its replacements seen by every definition, not only locally."""
        if self.follows or self.parent is None:
            return self
        return World(self.setting, self.parent.following(), self.given, True, self.copies)

    def adjoint(self, loss: str, node: str, via: str | None) -> Array:
        """``d loss / d node`` through every path, or only through the child ``via``."""
        nested = self.setting.nested
        return self._remembered(
            (loss, node, via),
            lambda: self.following()._difference(node, nested, _read_loss(loss, node, via)),
        )

    def partial(self, body: Expr, free: Sequence[str], lengths: Sequence[int], wrt: str, mode: str) -> Array:
        """``d body / d wrt``: the axes of ``free``, then those of ``wrt``."""
        nested = derivative_depth(body) > 0 or self.setting.nested
        return self._remembered(
            (body, tuple(lengths), wrt, mode),
            lambda: self._start(mode)._difference(wrt, nested, _read_body(body, free, lengths, wrt, mode)),
        )

    def between(self, name: str, wrt: str, mode: str) -> Array:
        """``d name / d wrt`` between two tensors: the axes of the first, then of the second."""
        nested = self.setting.nested
        return self._remembered(
            (name, wrt, mode),
            lambda: self._start(mode)._difference(wrt, nested, _read_tensor(name, wrt, mode)),
        )

    def _remembered(self, key: object, difference: Callable[[], Array]) -> Array:
        """A derivative and whether it straddled a kink, evaluated once."""
        found = self.derivatives.get(key)
        if found is None:
            before, self.setting.straddled = self.setting.straddled, False
            found = self.derivatives[key] = (difference(), self.setting.straddled)
            self.setting.straddled = before
        self.setting.straddled |= found[1]
        return found[0]

    def _start(self, mode: str) -> World:
        return self.following() if mode == "total" else self

    def _difference(self, wrt: str, nested: bool, read: Read) -> Array:
        """The Jacobian of what ``read`` returns, by fourth-order central differences."""
        tail = self.tail
        at = self.tensor(wrt)
        if at.shape[-1] != self.width:
            at = np.broadcast_to(at, (*at.shape[:-1], self.width))
        own, rest = at.shape[: at.ndim - tail], at.shape[at.ndim - tail :]
        count = math.prod(own)
        flat = at.reshape(count, *rest[:-1], 1, rest[-1])
        step = np.clip(np.abs(flat).reshape(count, -1).max(1), 0.1, 10.0) * (NESTED_STEP if nested else STEP)
        moves = ((np.eye(count) * step)[:, None, :] * OFFSETS[:, None]).reshape(count, -1)
        moved = flat + moves.reshape(count, *(1,) * (tail - 1), -1, 1)
        out = read(self, moved.reshape(*own, *rest[:-1], -1), len(OFFSETS) * count)
        outer = out.ndim - tail
        if out.shape[-1] == 1:
            return np.zeros((*out.shape[:outer], *own, *out.shape[outer:]))
        out = out.reshape(*out.shape[:-1], len(OFFSETS), count, -1)
        near, far = out[..., 0, :, :] - out[..., 1, :, :], out[..., 2, :, :] - out[..., 3, :, :]
        slope: Array = np.moveaxis((8.0 * near - far) / (12.0 * step[:, None]), -2, outer)
        return slope.reshape(*slope.shape[:outer], *own, *slope.shape[outer + 1 :])


Read = Callable[[World, Array, int], Array]


def _read_loss(loss: str, node: str, via: str | None) -> Read:
    def read(start: World, moved: Array, copies: int) -> Array:
        setting = start.setting
        if via is None:
            return World(setting, start, {node: moved}, True, copies).loss(loss)
        if via not in setting.graph.nodes:
            raise Unbound(f"{via} is not defined")
        child = World(setting, start, {node: moved}, False, copies).define(setting.graph.nodes[via])
        return World(setting, start, {via: child}, True, copies).loss(loss)

    return read


def _read_body(body: Expr, free: Sequence[str], lengths: Sequence[int], wrt: str, mode: str) -> Read:
    def read(start: World, moved: Array, copies: int) -> Array:
        world = World(start.setting, start, {wrt: moved}, mode == "total", copies)
        return world.over(body, free, lengths)

    return read


def _read_tensor(name: str, wrt: str, mode: str) -> Read:
    def read(start: World, moved: Array, copies: int) -> Array:
        world = World(start.setting, start, {wrt: moved}, mode == "total", copies)
        node = start.setting.graph.nodes.get(name)
        if mode == "total" or node is None or name == wrt:
            return world.tensor(name)
        return world.define(node)

    return read
