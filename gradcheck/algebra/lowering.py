"""From expressions to normal forms: the every-size engine.

`Algebra` interprets an expression tree over one graph. Defined symbols stay atoms while
they can; `equal` writes them out one at a time, deepest first, until the difference
vanishes. Adjoints are accumulated in reverse over the graph, each as one polynomial with
generic indices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from gradcheck.algebra import functions
from gradcheck.algebra.calculus import derive
from gradcheck.algebra.components import Component, TooComplex
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
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    upstream,
)
from gradcheck.algebra.functions import new_ring
from gradcheck.algebra.poly import Poly, Ring
from gradcheck.algebra.roots import power
from gradcheck.algebra.zero import is_zero

Overrides = Mapping[str, Expr]


def index_name(index: Index) -> str:
    """An expression's index as the normal form spells it."""
    if isinstance(index, Last):
        return f"=${index.size}"
    return f"={index}" if isinstance(index, int) else index


class Algebra:
    """The normal forms of one graph.

    ``overrides`` maps nodes to formulas, over the node's parameters, that stand in for
    their adjoints: what would follow if those formulas were right.
    """

    def __init__(self, graph: Graph, overrides: Overrides | None = None) -> None:
        self.graph = graph
        self.ring = new_ring()
        self.overrides = dict(overrides or {})
        self._depth = {name: k for k, name in enumerate(graph.nodes)}
        self._definitions: dict[str, Poly] = {}
        self._adjoints: dict[tuple[str, str, str | None], Poly] = {}
        self._totals: dict[tuple[str, str], Poly] = {}
        self.rewritten: Callable[[Poly], Poly] = lambda poly: poly
        """How a derivative is written before it is used further; the value stays the same."""

    def overridden(self, overrides: Overrides) -> Algebra:
        """The same algebra with other adjoints; what does not depend on them is shared."""
        other = Algebra(self.graph, overrides)
        other.ring, other._definitions, other._totals = self.ring, self._definitions, self._totals
        return other

    def equal(self, left: Expr, right: Expr, given: tuple[Poly, ...] = ()) -> bool:
        """Whether ``left = right`` is proved for every size. ``False`` refutes nothing.

        ``given`` are polynomials known to vanish, each linear in a sum over an input.
        Raises `TooComplex` or `ZeroDivisionError` where the algebra does not reach.
        """
        return self.vanishes(self.lower(left) - self.lower(right), given)

    def equal_if_symmetric(self, left: Expr, right: Expr, name: str) -> bool:
        """Whether ``left = right`` is proved if the matrix ``name`` equals its transpose."""
        difference = self.written_out_fully(self.lower(left) - self.lower(right))
        head, half = f"v:{name}", Fraction(1, 2)

        def image(indices: tuple[str, ...]) -> Poly:
            both = self.ring.atom(head, indices) + self.ring.atom(head, indices[::-1])
            return both.scale(half)

        return is_zero(substitute(difference, head, image))

    def vanishes(self, difference: Poly, given: tuple[Poly, ...] = ()) -> bool:
        """Whether ``difference`` is zero once enough definitions are written out."""
        while True:
            if is_zero(difference):
                return True
            node = self._deepest(difference)
            if node is None:
                break
            difference = self.written_out(difference, node)
        for known in given:
            difference = _substituted(difference, known)
        return bool(given) and is_zero(difference)

    def _deepest(self, poly: Poly) -> str | None:
        nodes = [h[2:] for h in poly.deps() if h[:2] == "v:" and h[2:] in self._depth]
        return max(nodes, key=self._depth.__getitem__, default=None)

    def written_out(self, poly: Poly, name: str) -> Poly:
        """``poly`` with every entry of a node replaced by its definition."""
        head = f"v:{name}"

        def image(indices: tuple[str, ...]) -> Poly:
            return self.definition(name, indices)

        return substitute(poly, head, image)

    def written_out_fully(self, poly: Poly) -> Poly:
        """``poly`` over the leaves: every defined symbol replaced by its definition."""
        while (node := self._deepest(poly)) is not None:
            poly = self.written_out(poly, node)
        return poly

    def definition(self, name: str, indices: tuple[str, ...]) -> Poly:
        """A node's definition at ``indices``."""
        node = self.graph.nodes[name]
        found = self._definitions.get(name)
        if found is None:
            found = self._definitions[name] = self.lower(node.body)
        return found.rename(dict(zip(node.params, indices, strict=True)))

    def lower(self, expr: Expr) -> Poly:
        """The normal form of ``expr``, defined symbols kept as atoms."""
        ring = self.ring
        match expr:
            case Num(value):
                return ring.constant(value if value.denominator != 1 else int(value))
            case Constant(name):
                return ring.atom(f"c:{name}")
            case Size(name):
                return ring.atom(f"s:{name}")
            case Var(name, indices) | Ref(name, indices):
                return ring.atom(f"v:{name}", tuple(map(index_name, indices)))
            case Add(terms):
                total = ring.zero
                for term in terms:
                    total = total + self.lower(term)
                return total
            case Mul(factors):
                return ring.product(map(self.lower, factors))
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Fun(name, args):
                return _FUNCTIONS[name](*map(self.lower, args))
            case Sum(index, size, body):
                return self.lower(body).sum_over(index, size)
            case Delta(left, right):
                return ring.delta(index_name(left), index_name(right))
            case Adjoint(loss, node, indices, via):
                return self.adjoint(loss, node, tuple(map(index_name, indices)), via)
            case Partial(body, wrt, indices, mode):
                return self.partial(body, wrt, tuple(map(index_name, indices)), mode)

    def _power(self, base: Expr, exponent: Expr) -> Poly:
        lowered = self.lower(exponent)
        if not lowered:
            return self.ring.one
        if list(lowered.terms) == [()]:
            value = lowered.terms[()]
            if base == Constant("e"):
                return functions.exp(lowered)
            return power(self.lower(base), value)
        if base == Constant("e"):
            return functions.exp(lowered)
        return functions.exp(lowered * functions.log(self.lower(base)))

    def partial(self, body: Expr, wrt: str, indices: tuple[str, ...], mode: str) -> Poly:
        """``∂ body / ∂ wrt[indices]``; the local partial of a node is that of its definition."""
        head = f"v:{wrt}"
        if isinstance(body, Ref) and body.name != wrt:
            lowered = self.definition(body.name, tuple(map(index_name, body.indices)))
        else:
            lowered = self.lower(body)
        fresh = tuple(self.ring.table.fresh() for _ in indices)
        total = derive(lowered, head, fresh)
        if mode == "total":
            total = total + self._through_nodes(lowered, wrt, fresh)
        return total.rename(dict(zip(fresh, indices, strict=True)))

    def _through_nodes(self, poly: Poly, wrt: str, indices: tuple[str, ...]) -> Poly:
        """What the defined symbols in ``poly`` that depend on ``wrt`` add to its derivative."""
        total = self.ring.zero
        for name in self._depth:
            if name == wrt or f"v:{name}" not in poly.deps() or not self.depends(name, wrt):
                continue
            bound = {self.ring.table.fresh(): size for size in self.graph.sizes(name)}
            outer = derive(poly, f"v:{name}", tuple(bound))
            inner = self._total(name, wrt, tuple(bound), indices)
            total = total + (outer * inner).sum_over_all(bound)
        return total

    def _total(self, name: str, wrt: str, at: tuple[str, ...], indices: tuple[str, ...]) -> Poly:
        """``d name[at] / d wrt[indices]`` through every path, by forward accumulation."""
        found = self._totals.get((name, wrt))
        own = tuple(f"@{k}" for k in range(len(at)))
        other = tuple(f"@w{k}" for k in range(len(indices)))
        if found is None:
            body = self.definition(name, own)
            found = derive(body, f"v:{wrt}", other) + self._through_nodes(body, wrt, other)
            found = self._totals[name, wrt] = self.rewritten(found)
        return found.rename(dict(zip(own + other, at + indices, strict=True)))

    def depends(self, name: str, other: str) -> bool:
        return name == other or any(
            self.depends(h[2:], other) if h[2:] in self._depth else h[2:] == other
            for h in self.definition(name, self.graph.nodes[name].params).deps()
            if h[:2] == "v:"
        )

    def connected(self, loss: str, node: str) -> bool:
        """Whether the loss depends on a node by the graph's definitions."""
        roots = self.graph.roots.get(loss, (loss,) if loss in self.graph.nodes else ())
        return any(root == node or self.depends(root, node) for root in roots)

    def adjoint(self, loss: str, node: str, indices: tuple[str, ...], via: str | None = None) -> Poly:
        """``d loss / d node[indices]`` through every path, or through one child only."""
        own = tuple(f"@{k}" for k in range(len(indices)))
        key = (loss, node, via)
        found = self._adjoints.get(key)
        if found is None:
            found = self._adjoints[key] = self._accumulated(loss, node, own, via)
        return found.rename(dict(zip(own, indices, strict=True)))

    def _accumulated(self, loss: str, node: str, own: tuple[str, ...], via: str | None) -> Poly:
        ring = self.ring
        if node in self.overrides and via is None:
            definition = self.graph.nodes.get(node)
            names = definition.params if definition else tuple(f"@{k}" for k in range(len(own)))
            return self.lower(self.overrides[node]).rename(dict(zip(names, own, strict=True)))
        if node == loss:
            return ring.one
        total = ring.zero
        if via is None and node in self.graph.roots.get(loss, ()):
            total = ring.atom(f"v:{upstream(loss, node)}", own)
        for child in self.graph.nodes if via is None else (via,):
            if child == node:
                continue
            bound = {ring.table.fresh(): size for size in self.graph.sizes(child)}
            body = self.definition(child, tuple(bound))
            if f"v:{node}" not in body.deps():
                continue
            local = derive(body, f"v:{node}", own)
            if local:
                total = total + (local * self.adjoint(loss, child, tuple(bound))).sum_over_all(bound)
        return total


def substitute(poly: Poly, head: str, image: Callable[[tuple[str, ...]], Poly]) -> Poly:
    """``poly`` with every atom ``head[I]`` replaced by ``image(I)``, inside functions too."""
    ring = poly.ring
    touched = {c.id for c in poly.components() if head in c.deps}
    if not touched:
        return poly

    def atom(name: str, indices: tuple[str, ...]) -> Poly:
        if name == head:
            return image(indices)
        template = ring.templates.get(name)
        if template is None or head not in ring.table.deps_of_head[name]:
            return ring.atom(name, indices)
        return template.make(substitute(ring.instance(name, indices), head, image))

    def component_image(component: object) -> Poly:
        assert hasattr(component, "sizes")
        if not component.sizes:
            return atom(component.head, component.indices)  # type: ignore[attr-defined]
        bound, atoms = ring.unbound(component)  # type: ignore[arg-type]
        factors = (ring.power(atom(h, i), e) for h, i, e in atoms)
        return ring.product(factors).sum_over_all(bound)

    return poly.replace(touched, component_image)


def _substituted(poly: Poly, known: Poly) -> Poly:
    """``poly`` with every ``Σ_k t[…, k]`` replaced by 1, where ``known`` is that sum less 1.

    Inside a larger sum, ``Σ_{n,k} t[n,k] f[n] = Σ_n f[n]``: the index k may stand nowhere else.
    """
    head = next(c.head for c in known.components() if c.sizes)
    touched = {c.id for c in poly.components() if unit_atom(c, head) is not None}
    if not touched:
        return poly
    return _substituted(poly.replace(touched, lambda c: _without_unit(poly.ring, c, head)), known)


def unit_atom(component: Component, head: str) -> int | None:
    """The position of an atom ``head[…, k]`` whose last index is summed and stands nowhere else."""
    for position, (name, indices, exponent) in enumerate(component.atoms):
        if name != head or exponent != 1 or not indices[-1].startswith("~"):
            continue
        uses = sum(i == indices[-1] for _, other, _ in component.atoms for i in other)
        if uses == 1:
            return position
    return None


def _without_unit(ring: Ring, component: Component, head: str) -> Poly:
    position = unit_atom(component, head)
    assert position is not None
    bound, atoms = ring.unbound(component)
    summed = atoms[position][1][-1]
    factors = [ring.power(ring.atom(h, i), x) for k, (h, i, x) in enumerate(atoms) if k != position]
    return ring.product(factors).sum_over_all({i: n for i, n in bound.items() if i != summed})


def _relu(z: Poly) -> Poly:
    return z * functions.step(z)


def _sigmoid(z: Poly) -> Poly:
    return power(z.ring.one + functions.exp(-z), -1)


def _tanh(z: Poly) -> Poly:
    return z.ring.one - power(z.ring.one + functions.exp(z.scale(2)), -1).scale(2)


def _sign(z: Poly) -> Poly:
    return functions.step(z).scale(2) - z.ring.one


def _max(*args: Poly) -> Poly:
    best = args[0]
    for other in args[1:]:
        best = other + (best - other) * functions.step(best - other)
    return best


_HALF = Fraction(1, 2)
_FUNCTIONS: dict[str, Callable[..., Poly]] = {
    "exp": functions.exp,
    "log": functions.log,
    "erf": functions.erf,
    "sin": functions.sin,
    "cos": functions.cos,
    "atan": functions.atan,
    "step": functions.step,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "softplus": lambda z: functions.log(z.ring.one + functions.exp(z)),
    "sinh": lambda z: (functions.exp(z) - functions.exp(-z)).scale(_HALF),
    "cosh": lambda z: (functions.exp(z) + functions.exp(-z)).scale(_HALF),
    "abs": lambda z: z * _sign(z),
    "sign": _sign,
    "max": _max,
    "min": lambda *args: -_max(*(-a for a in args)),
}

__all__ = ["Algebra", "TooComplex", "substitute", "unit_atom"]
