"""Formulas as data: indexed expressions whose sizes stay symbols.

An expression is a tree of frozen nodes. It says *what* is meant, derivatives
included, and nothing about how to compute it: the algebra, SymPy and float64
evaluation each interpret the same tree on their own, which is what makes their
agreement worth something.

An *index* is a name (``"i"``, bound by a `Sum` or free), a fixed 1-based
position (``3``), or the last position of a size (``Last("N")``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Last:
    """The last position along an axis of size ``size``."""

    size: str


Index = str | int | Last


@dataclass(frozen=True, slots=True)
class Num:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """A named real constant: ``pi`` or ``e``."""

    name: str


@dataclass(frozen=True, slots=True)
class Size:
    """The number of positions along an axis, a positive integer."""

    name: str


@dataclass(frozen=True, slots=True)
class Var:
    """A free tensor's entry: an input, a parameter, or an upstream gradient."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """An entry of a node that the graph defines."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Add:
    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    factors: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Pow:
    base: Expr
    exponent: Expr


@dataclass(frozen=True, slots=True)
class Fun:
    """A function of real arguments.

    ``exp log tanh sigmoid softplus erf sin cos sinh cosh abs sign relu step
    max min``; ``step(z)`` is 1 for z > 0, else 0.
    """

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """``sum of body over index = 1 … size``; the index is bound in ``body`` only."""

    index: str
    size: str
    body: Expr


@dataclass(frozen=True, slots=True)
class Delta:
    """Kronecker's delta: 1 where the two indices are equal, else 0."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Adjoint:
    """``dL/dv[indices]``: cut the graph at ``node``, differentiate all that follows.

    ``via`` names one child of the node: only the paths through that child count.
    """

    loss: str
    node: str
    indices: tuple[Index, ...] = ()
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """``d body / d wrt[indices]``.

    ``local``: every other defined symbol in ``body`` is held fixed.
    ``total``: defined symbols that depend on ``wrt`` follow it.
    """

    body: Expr
    wrt: str
    indices: tuple[Index, ...] = ()
    mode: str = "local"


Expr = Num | Constant | Size | Var | Ref | Add | Mul | Pow | Fun | Sum | Delta | Adjoint | Partial

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))


@dataclass(frozen=True, slots=True)
class Node:
    """A definition ``name[params] = body``; ``sizes`` are the sizes of ``params``."""

    name: str
    params: tuple[str, ...]
    sizes: tuple[str, ...]
    body: Expr


@dataclass(frozen=True)
class Graph:
    """The computational graph that a document's definitions spell out.

    ``nodes`` is in topological order (a node after its parents); ``leaves`` maps
    each free tensor to the sizes of its axes; ``roots`` maps a loss to the nodes
    that it depends on through free upstream gradients, ``Var(upstream(loss, node))``.
    A loss that is itself a node has no roots: its own adjoint is 1.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    leaves: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roots: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def sizes(self, name: str) -> tuple[str, ...]:
        """The sizes of the axes of a node or leaf."""
        node = self.nodes.get(name)
        return node.sizes if node is not None else self.leaves[name]


def upstream(loss: str, node: str) -> str:
    """The name of the free tensor ``d loss / d node`` that flows into a root."""
    return f"d{loss}/d{node}"


def number(value: int | Fraction) -> Num:
    """``value`` as an expression."""
    return Num(Fraction(value))


def add(*terms: Expr) -> Expr:
    """The sum of ``terms``, flattened; no terms make 0."""
    flat = [t for term in terms for t in (term.terms if isinstance(term, Add) else (term,))]
    flat = [t for t in flat if t != ZERO]
    return ZERO if not flat else flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Expr) -> Expr:
    """The product of ``factors``, flattened; no factors make 1."""
    flat = [f for fac in factors for f in (fac.factors if isinstance(fac, Mul) else (fac,))]
    if ZERO in flat:
        return ZERO
    flat = [f for f in flat if f != ONE]
    return ONE if not flat else flat[0] if len(flat) == 1 else Mul(tuple(flat))


def neg(expr: Expr) -> Expr:
    """``-expr``."""
    return mul(number(-1), expr)


def power(base: Expr, exponent: int | Fraction) -> Expr:
    """``base`` to a rational power."""
    return base if exponent == 1 else Pow(base, number(exponent))


def divide(numerator: Expr, denominator: Expr) -> Expr:
    """``numerator / denominator``."""
    return mul(numerator, power(denominator, -1))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions of ``expr``."""
    match expr:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Pow(base, exponent):
            return (base, exponent)
        case Fun(_, args):
            return args
        case Sum(_, _, body) | Partial(body):
            return (body,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """``expr`` and every subexpression, parents first."""
    stack = [expr]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def mapped(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """``expr`` with ``change`` applied to every node, leaves first."""
    match expr:
        case Add(terms):
            return change(Add(tuple(mapped(t, change) for t in terms)))
        case Mul(factors):
            return change(Mul(tuple(mapped(f, change) for f in factors)))
        case Pow(base, exponent):
            return change(Pow(mapped(base, change), mapped(exponent, change)))
        case Fun(name, args):
            return change(Fun(name, tuple(mapped(a, change) for a in args)))
        case Sum(index, size, body):
            return change(Sum(index, size, mapped(body, change)))
        case Partial(body, wrt, indices, mode):
            return change(Partial(mapped(body, change), wrt, indices, mode))
        case _:
            return change(expr)


def indices_of(expr: Expr) -> tuple[Index, ...]:
    """The indices that ``expr`` itself carries, its subexpressions' apart."""
    match expr:
        case Var(_, indices) | Ref(_, indices) | Adjoint(_, _, indices) | Partial(_, _, indices):
            return indices
        case Delta(left, right):
            return (left, right)
        case _:
            return ()


def free_indices(expr: Expr) -> frozenset[str]:
    """The named indices of ``expr`` that no `Sum` inside it binds."""
    own = frozenset(i for i in indices_of(expr) if isinstance(i, str))
    inner = frozenset[str]().union(*(free_indices(c) for c in children(expr)))
    if isinstance(expr, Sum):
        inner -= {expr.index}
    return own | inner


def rename(expr: Expr, mapping: dict[str, Index]) -> Expr:
    """``expr`` with free indices replaced; bound ones move out of the way."""
    if not mapping:
        return expr

    def index(i: Index) -> Index:
        return mapping.get(i, i) if isinstance(i, str) else i

    match expr:
        case Var(name, indices):
            return Var(name, tuple(map(index, indices)))
        case Ref(name, indices):
            return Ref(name, tuple(map(index, indices)))
        case Delta(left, right):
            return Delta(index(left), index(right))
        case Adjoint(loss, node, indices, via):
            return Adjoint(loss, node, tuple(map(index, indices)), via)
        case Partial(body, wrt, indices, mode):
            return Partial(rename(body, mapping), wrt, tuple(map(index, indices)), mode)
        case Add(terms):
            return Add(tuple(rename(t, mapping) for t in terms))
        case Mul(factors):
            return Mul(tuple(rename(f, mapping) for f in factors))
        case Pow(base, exponent):
            return Pow(rename(base, mapping), rename(exponent, mapping))
        case Fun(name, args):
            return Fun(name, tuple(rename(a, mapping) for a in args))
        case Sum(bound, size, body):
            inner = {k: v for k, v in mapping.items() if k != bound}
            if bound in inner.values():
                fresh = fresh_index(bound, free_indices(body) | set(mapping) | _names(inner))
                return Sum(fresh, size, rename(body, {**inner, bound: fresh}))
            return Sum(bound, size, rename(body, inner))
        case _:
            return expr


def _names(mapping: dict[str, Index]) -> set[str]:
    return {v for v in mapping.values() if isinstance(v, str)}


def fresh_index(base: str, taken: frozenset[str] | set[str]) -> str:
    """A name like ``base`` that is not in ``taken``."""
    count = 1
    while f"{base}'{count}" in taken:
        count += 1
    return f"{base}'{count}"
