"""SymPy's side of every claim: formulas written out for people, and decided at concrete sizes.

`to_sympy` keeps sums and derivatives as written (``Sum``, ``Indexed``,
``KroneckerDelta``, unevaluated ``Derivative``). `Instance` writes a graph out in
scalars at given sizes, and `equal` decides two such expressions exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

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
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    indices_of,
    walk,
)
from gradcheck.algebra.structure import SizeTooSmall, Unbound, mentions
from gradcheck.algebra.sympy_equal import BUDGET, OutOfDomain, equal, value_at
from gradcheck.algebra.sympy_functions import Step
from gradcheck.algebra.sympy_instance import Instance
from gradcheck.algebra.sympy_names import Names, plain

__all__ = [
    "Everywhere",
    "Instance",
    "Names",
    "OutOfDomain",
    "SizeTooSmall",
    "Step",
    "Unbound",
    "equal",
    "equal_everywhere",
    "plain",
    "to_sympy",
    "value_at",
]


class Everywhere(NamedTuple):
    """A verdict over sizes and positions, and where it was decided if it is not True."""

    verdict: bool | None
    sizes: dict[str, int]
    at: dict[str, int]


def equal_everywhere(
    left: Expr,
    right: Expr,
    graph: Graph,
    sizes_list: Sequence[Mapping[str, int]],
    index_sizes: Mapping[str, str],
    budget: int = BUDGET,
) -> Everywhere:
    """Whether two formulas are equal at all given sizes, at every position of their free indices.

    Without fixed positions anywhere, a relabelling of the entries carries any position
    to any other of the same coincidences (i = j, i ≠ j), so one of each is complete.
    False comes with the sizes and position that refute; sizes too small are left out.
    """
    fixed = _has_fixed(left, right, *(node.body for node in graph.nodes.values()))
    doubt: Everywhere | None = None
    tried: dict[str, int] = {}
    for sizes in sizes_list:
        instance = Instance(graph, sizes)
        try:
            for at in _positions(index_sizes, instance.sizes, every=fixed):
                verdict = equal(instance.expand(left, at), instance.expand(right, at), budget)
                if verdict is False:
                    return Everywhere(False, instance.sizes, at)
                if verdict is None:
                    doubt = doubt or Everywhere(None, instance.sizes, at)
            tried = instance.sizes
        except SizeTooSmall:
            continue
    return doubt or Everywhere(True if tried else None, tried, {})


def _has_fixed(*exprs: Expr) -> bool:
    return any(not isinstance(i, str) for e in exprs for part in walk(e) for i in indices_of(part))


def _positions(
    index_sizes: Mapping[str, str], sizes: Mapping[str, int], every: bool
) -> Iterator[dict[str, int]]:
    """Every position, or one for each pattern of coincidences among indices of the same size."""
    names = list(index_sizes)
    for places in product(*(range(1, sizes[index_sizes[name]] + 1) for name in names)):
        at = dict(zip(names, places, strict=True))
        if every or _is_first_of_pattern(at, index_sizes):
            yield at


def _is_first_of_pattern(at: Mapping[str, int], index_sizes: Mapping[str, str]) -> bool:
    """Whether the positions along each size appear in the order 1, 2, 3, …"""
    highest: dict[str, int] = {}
    for index, place in at.items():
        size = index_sizes[index]
        if place > highest.get(size, 0) + 1:
            return False
        highest[size] = max(place, highest.get(size, 0))
    return True


def to_sympy(expr: Expr, graph: Graph | None = None, names: Names | None = None) -> sp.Basic:
    """``expr`` as a SymPy expression to read and audit; sums and derivatives stay as written.

    A derivative's numerator is written as a function of what it is differentiated
    by, ``Derivative(L(x), x[i])``, and ``y(x)[i]`` for a node that follows ``x``.
    """
    return _Writer(graph, names or Names()).write(expr)


class _Writer:
    """Writes expressions inside a derivative by ``wrt``, with ``moving`` the nodes that follow it."""

    def __init__(
        self,
        graph: Graph | None,
        names: Names,
        moving: frozenset[str] = frozenset(),
        wrt: str | None = None,
        indexed: bool = False,
    ) -> None:
        self.graph = graph
        self.names = names
        self.moving = moving
        self.wrt = wrt
        self.indexed = indexed

    def write(self, expr: Expr) -> Any:
        return _WRITE[type(expr)](self, expr)

    def index(self, index: Index) -> sp.Basic:
        if isinstance(index, int):
            return sp.Integer(index)
        return self.size(index.size) if isinstance(index, Last) else sp.Symbol(self._own(index), integer=True)

    def size(self, name: str) -> sp.Symbol:
        return sp.Symbol(self._own(name), integer=True, positive=True)

    def whole(self, name: str, indexed: bool) -> Any:
        """A tensor without its indices."""
        plain_name = self._own(name)
        return sp.IndexedBase(plain_name) if indexed else sp.Symbol(plain_name)

    def entry(self, name: str, indices: tuple[Index, ...]) -> Any:
        base = self.whole(name, bool(indices))
        if name in self.moving and self.wrt is not None:
            base = sp.Function(self._own(name))(self.whole(self.wrt, self.indexed))
            base = sp.IndexedBase(base) if indices else base
        return base[tuple(map(self.index, indices))] if indices else base

    def _own(self, name: str) -> str:
        return self.names.of(name)

    def adjoint(self, expr: Adjoint) -> Any:
        argument = self.whole(expr.node, bool(expr.indices))
        if expr.via is not None:
            argument = sp.Function(self._own(expr.via))(argument)
        loss = sp.Function(self._own(expr.loss))(argument)
        return sp.Derivative(loss, self.entry_by(expr.node, expr.indices))

    def entry_by(self, name: str, indices: tuple[Index, ...]) -> Any:
        """What is differentiated by, always as itself."""
        return _Writer(self.graph, self.names).entry(name, indices)

    def partial(self, expr: Partial) -> Any:
        inner = _Writer(self.graph, self.names, self._moving(expr), expr.wrt, bool(expr.indices))
        return sp.Derivative(inner.write(expr.body), self.entry_by(expr.wrt, expr.indices))

    def _moving(self, expr: Partial) -> frozenset[str]:
        """The nodes that follow ``wrt``; locally only a body that is itself one node."""
        if expr.mode == "local":
            return frozenset({expr.body.name} if isinstance(expr.body, Ref) else ()) - {expr.wrt}
        names = {part.name for part in walk(expr.body) if isinstance(part, Ref)} - {expr.wrt}
        return frozenset(name for name in names if self._depends(name, expr.wrt))

    def _depends(self, name: str, wrt: str) -> bool:
        if self.graph is None or name not in self.graph.nodes:
            return self.graph is None
        direct = mentions(self.graph.nodes[name].body, self.graph)
        return wrt in direct or any(self._depends(parent, wrt) for parent in direct)


def _write_sum(writer: _Writer, expr: Sum) -> Any:
    return sp.Sum(writer.write(expr.body), (writer.index(expr.index), 1, writer.size(expr.size)))


def _write_function(writer: _Writer, expr: Fun) -> Any:
    return _SPELT[expr.name](*map(writer.write, expr.args))


_SPELT: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(sp, name)
        for name in ("exp", "log", "tanh", "erf", "sin", "cos", "sinh", "cosh", "sign")
    },
    **{name: sp.Function(name) for name in ("sigmoid", "softplus", "relu")},
    "abs": sp.Abs,
    "max": sp.Max,
    "min": sp.Min,
    "step": Step,
}

_WRITE: dict[type, Callable[[_Writer, Any], Any]] = {
    Num: lambda writer, expr: sp.Rational(expr.value.numerator, expr.value.denominator),
    Constant: lambda writer, expr: {"pi": sp.pi, "e": sp.E}[expr.name],
    Size: lambda writer, expr: writer.size(expr.name),
    Var: lambda writer, expr: writer.entry(expr.name, expr.indices),
    Ref: lambda writer, expr: writer.entry(expr.name, expr.indices),
    Add: lambda writer, expr: sp.Add(*map(writer.write, expr.terms)),
    Mul: lambda writer, expr: sp.Mul(*map(writer.write, expr.factors)),
    Pow: lambda writer, expr: sp.Pow(writer.write(expr.base), writer.write(expr.exponent)),
    Fun: _write_function,
    Sum: _write_sum,
    Delta: lambda writer, expr: sp.KroneckerDelta(writer.index(expr.left), writer.index(expr.right)),
    Adjoint: lambda writer, expr: writer.adjoint(expr),
    Partial: lambda writer, expr: writer.partial(expr),
}
