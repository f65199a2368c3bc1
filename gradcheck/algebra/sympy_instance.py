"""A graph written out in SymPy at concrete sizes: scalars, unrolled sums, derivatives by ``sympy.diff``.

Every entry of a leaf becomes a real symbol and every definition is expanded
down to leaves. To differentiate with respect to a tensor its entries are replaced
by fresh symbols in whatever may see the change, and put back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Graph,
    Index,
    Last,
    Mul,
    Node,
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    free_indices,
    upstream,
)
from gradcheck.algebra.structure import SizeTooSmall, Unbound, axes_of
from gradcheck.algebra.sympy_functions import FUNCTIONS
from gradcheck.algebra.sympy_names import Names

Positions = tuple[int, ...]
Entries = Callable[[Positions], sp.Expr]
Env = Mapping[str, int]


class Instance:
    """A graph at concrete sizes."""

    def __init__(self, graph: Graph, sizes: Mapping[str, int]) -> None:
        self.graph = graph
        self.sizes = dict(sizes)
        self.symbols: dict[tuple[str, Positions], sp.Symbol] = {}
        self._names = Names()
        self._scenes: dict[tuple[tuple[str, int], ...], Scene] = {}
        bodies = [free_indices(node.body) - set(node.params) for node in graph.nodes.values()]
        self._ambient = frozenset[str]().union(*bodies)

    def expand(self, expr: Expr, at: Env) -> sp.Expr:
        """``expr`` with its free indices at the 1-based positions ``at``, in the leaves' entries.

        Raises `SizeTooSmall` when a fixed position lies beyond its axis.
        """
        ambient = {index: place for index, place in at.items() if index in self._ambient}
        key = tuple(sorted(ambient.items()))
        if key not in self._scenes:
            self._scenes[key] = Scene(self, None, {}, True, ambient)
        return self._scenes[key].expand(expr, at)

    def symbol(self, name: str, positions: Positions) -> sp.Symbol:
        """The symbol for one entry of a leaf or an upstream gradient."""
        found = self.symbols.get((name, positions))
        if found is None:
            found = sp.Symbol(self._names.of(name, positions), real=True)
            self.symbols[name, positions] = found
        return found

    def length(self, size: str) -> int:
        """The value of a size."""
        if size not in self.sizes:
            raise Unbound(f"size {size} has no value")
        return self.sizes[size]

    def position(self, index: Index, env: Env) -> int:
        """The 1-based position that an index means."""
        if isinstance(index, Last):
            return self.length(index.size)
        if isinstance(index, int):
            return index
        if index not in env:
            raise Unbound(f"index {index} is not bound")
        return env[index]

    def places(self, name: str, indices: tuple[Index, ...], env: Env) -> Positions:
        """The positions that ``name[indices]`` means, all within their axes."""
        lengths = [self.length(size) for size in axes_of(name, self.graph)]
        if len(lengths) != len(indices):
            raise Unbound(f"{name} has {len(lengths)} indices, not {len(indices)}")
        places = tuple(self.position(index, env) for index in indices)
        for place, length in zip(places, lengths, strict=True):
            if not 1 <= place <= length:
                raise SizeTooSmall(f"position {place} of {length} in {name}")
        return places


class Scene:
    """The instance with some tensors replaced, seen by definitions (``follows``) or only directly."""

    def __init__(
        self,
        instance: Instance,
        parent: Scene | None,
        given: dict[str, Entries],
        follows: bool,
        ambient: Env,
    ) -> None:
        self.instance = instance
        self.parent = parent
        self.given = given
        self.follows = follows
        self.ambient = ambient
        self.pinned: frozenset[str] = parent.pinned.union(given) if parent else frozenset()
        self._entries: dict[tuple[str, Positions], sp.Expr] = {}
        self._cuts: dict[object, tuple[sp.Expr, Fresh]] = {}

    def entry(self, name: str, places: Positions) -> sp.Expr:
        """One entry of a tensor."""
        key = (name, places)
        if key not in self._entries:
            self._entries[key] = self._find(name, places)
        return self._entries[key]

    def _find(self, name: str, places: Positions) -> sp.Expr:
        if name in self.given:
            return self.given[name](places)
        node = self.instance.graph.nodes.get(name)
        if node is None:
            return self.parent.entry(name, places) if self.parent else self.instance.symbol(name, places)
        if self.parent is not None and (not self.follows or name in self.pinned):
            return self.parent.entry(name, places)
        return self.define(node, places)

    def define(self, node: Node, places: Positions) -> sp.Expr:
        """One entry of a node, by its definition in this scene."""
        return self.expand(node.body, {**self.ambient, **dict(zip(node.params, places, strict=True))})

    def expand(self, expr: Expr, env: Env) -> sp.Expr:
        """``expr`` with its indices at the positions of ``env``."""
        return _EXPAND[type(expr)](self, expr, env)

    def replaced(self, given: dict[str, Entries], follows: bool) -> Scene:
        """This scene with further tensors replaced."""
        return Scene(self.instance, self, given, follows, self.ambient)

    def following(self) -> Scene:
        """This scene with its replacements seen by every definition."""
        if self.follows or self.parent is None:
            return self
        return self.parent.following().replaced(self.given, True)

    def loss(self, name: str) -> sp.Expr:
        """The loss, or the inner product of its roots with their upstream gradients."""
        graph = self.instance.graph
        if name in graph.nodes:
            return self.entry(name, self.instance.places(name, (), {}))
        if not graph.roots.get(name):
            raise Unbound(f"loss {name} is neither defined nor given upstream gradients")
        terms = []
        for root in graph.roots[name]:
            for places in _all_places([self.instance.length(size) for size in graph.sizes(root)]):
                terms.append(self.entry(root, places) * self.entry(upstream(name, root), places))
        return sp.Add(*terms)

    def adjoint(self, loss: str, node: str, places: Positions, via: str | None) -> sp.Expr:
        """``d loss / d node`` at one entry, through all paths or only through ``via``."""
        start = self.following()
        key = (loss, node, via)
        if key not in self._cuts:
            fresh = Fresh(node)
            scene = start.replaced({node: fresh}, via is None)
            if via is not None:
                definition = self.instance.graph.nodes.get(via)
                if definition is None:
                    raise Unbound(f"{via} is not defined")
                child: Node = definition
                local = scene
                scene = start.replaced({via: lambda at: local.define(child, at)}, True)
            self._cuts[key] = (scene.loss(loss), fresh)
        value, fresh = self._cuts[key]
        return fresh.slope(value, places, start)

    def partial(self, expr: Partial, places: Positions, env: Env) -> sp.Expr:
        """``d body / d wrt`` at one entry of ``wrt``."""
        follows = expr.mode == "total"
        start = self.following() if follows else self
        fresh = Fresh(expr.wrt)
        scene = start.replaced({expr.wrt: fresh}, follows)
        body = expr.body
        node = self.instance.graph.nodes.get(body.name) if isinstance(body, Ref) else None
        if isinstance(body, Ref) and node is not None and not follows and body.name != expr.wrt:
            value = scene.define(node, self.instance.places(body.name, body.indices, env))
        else:
            value = scene.expand(body, env)
        return fresh.slope(value, places, start)


class Fresh:
    """Fresh symbols that stand for the entries of one tensor while it is differentiated by."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dummies: dict[Positions, sp.Dummy] = {}

    def __call__(self, places: Positions) -> sp.Expr:
        """The symbol for one entry."""
        if places not in self.dummies:
            self.dummies[places] = sp.Dummy(f"{self.name}{places}", real=True)
        return self.dummies[places]

    def slope(self, value: sp.Expr, places: Positions, scene: Scene) -> sp.Expr:
        """``d value`` by one entry, with the entries of ``scene`` put back."""
        if places not in self.dummies:
            return sp.S.Zero
        derivative = sp.diff(value, self.dummies[places])
        back = {dummy: scene.entry(self.name, at) for at, dummy in self.dummies.items()}
        return derivative.xreplace(back)


def _all_places(lengths: list[int]) -> list[Positions]:
    places: list[Positions] = [()]
    for length in lengths:
        places = [(*head, k) for head in places for k in range(1, length + 1)]
    return places


def _rational(value: Fraction) -> sp.Expr:
    return sp.Rational(value.numerator, value.denominator)


def _entry(scene: Scene, expr: Var | Ref, env: Env) -> sp.Expr:
    return scene.entry(expr.name, scene.instance.places(expr.name, expr.indices, env))


def _sum(scene: Scene, expr: Sum, env: Env) -> sp.Expr:
    places = range(1, scene.instance.length(expr.size) + 1)
    return sp.Add(*(scene.expand(expr.body, {**env, expr.index: place}) for place in places))


def _delta(scene: Scene, expr: Delta, env: Env) -> sp.Expr:
    left, right = (scene.instance.position(index, env) for index in (expr.left, expr.right))
    return sp.S.One if left == right else sp.S.Zero


def _adjoint(scene: Scene, expr: Adjoint, env: Env) -> sp.Expr:
    places = scene.instance.places(expr.node, expr.indices, env)
    return scene.adjoint(expr.loss, expr.node, places, expr.via)


def _partial(scene: Scene, expr: Partial, env: Env) -> sp.Expr:
    return scene.partial(expr, scene.instance.places(expr.wrt, expr.indices, env), env)


def _fun(scene: Scene, expr: Fun, env: Env) -> sp.Expr:
    return FUNCTIONS[expr.name](*(scene.expand(arg, env) for arg in expr.args))


_EXPAND: dict[type, Callable[[Scene, Any, Env], sp.Expr]] = {
    Num: lambda scene, expr, env: _rational(expr.value),
    Constant: lambda scene, expr, env: {"pi": sp.pi, "e": sp.E}[expr.name],
    Size: lambda scene, expr, env: sp.Integer(scene.instance.length(expr.name)),
    Var: _entry,
    Ref: _entry,
    Add: lambda scene, expr, env: sp.Add(*(scene.expand(term, env) for term in expr.terms)),
    Mul: lambda scene, expr, env: sp.Mul(*(scene.expand(factor, env) for factor in expr.factors)),
    Pow: lambda scene, expr, env: sp.Pow(scene.expand(expr.base, env), scene.expand(expr.exponent, env)),
    Fun: _fun,
    Sum: _sum,
    Delta: _delta,
    Adjoint: _adjoint,
    Partial: _partial,
}
