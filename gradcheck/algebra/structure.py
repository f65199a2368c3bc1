"""What a graph's structure says before any value does: lengths, dependencies, ambient indices.

*Ambient* indices are free in a definition's body without being among its
parameters, such as the label ``y`` in ``L = -log p_y``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gradcheck.algebra.expr import (
    Adjoint,
    Expr,
    Graph,
    Last,
    Partial,
    Ref,
    Var,
    free_indices,
    upstream,
    walk,
)


class Unbound(LookupError):
    """A tensor without a value, or an index or size without a length."""


class SizeTooSmall(IndexError):
    """A fixed position lies beyond the end of its axis."""


@dataclass
class Setting:
    """What all worlds over one point share.

    ``near_kink`` notes that a value came near one, ``straddled`` that a difference quotient spans one.
    """

    graph: Graph
    sizes: dict[str, int]
    ancestors: dict[str, frozenset[str]]
    ambient: dict[str, tuple[int, int]]
    nested: bool
    near_kink: bool = False
    straddled: bool = False

    def length(self, size: str) -> int:
        try:
            return self.sizes[size]
        except KeyError:
            raise Unbound(f"size {size} has no value") from None

    def position(self, index: int | Last) -> int:
        """The 0-based position that a fixed index means."""
        return self.length(index.size) - 1 if isinstance(index, Last) else index - 1


def setting_of(graph: Graph, sizes: dict[str, int]) -> Setting:
    """The dependencies and ambient indices of ``graph`` at the given sizes."""
    ancestors: dict[str, frozenset[str]] = {}
    free: dict[str, str] = {}
    for name, node in graph.nodes.items():
        direct = mentions(node.body, graph)
        ancestors[name] = direct.union(*(ancestors.get(parent, frozenset()) for parent in direct))
        for index in sorted(free_indices(node.body) - set(node.params)):
            free.setdefault(index, _size_by_use(node.body, index, graph))
    ambient = {index: (slot, sizes[size]) for slot, (index, size) in enumerate(free.items())}
    nested = any(derivative_depth(node.body) for node in graph.nodes.values())
    return Setting(graph, sizes, ancestors, ambient, nested)


def mentions(expr: Expr, graph: Graph) -> frozenset[str]:
    """The tensors that ``expr`` needs directly; an adjoint needs all that its loss is made of."""
    names: set[str] = set()
    for part in walk(expr):
        if isinstance(part, Var | Ref):
            names.add(part.name)
        elif isinstance(part, Partial):
            names.add(part.wrt)
        elif isinstance(part, Adjoint):
            roots = graph.roots.get(part.loss, ())
            names.update((part.loss, part.node, *roots), (upstream(part.loss, root) for root in roots))
    return frozenset(names)


def axes_of(name: str, graph: Graph) -> tuple[str, ...]:
    """The sizes of the axes of a node, a leaf or an upstream gradient."""
    if name in graph.nodes or name in graph.leaves:
        return graph.sizes(name)
    for loss, roots in graph.roots.items():
        for node in (*roots, *graph.nodes):
            if name == upstream(loss, node):
                return graph.sizes(node)
    raise Unbound(f"{name} is neither defined nor a leaf")


def _size_by_use(body: Expr, index: str, graph: Graph) -> str:
    for part in walk(body):
        if isinstance(part, Var | Ref) and index in part.indices:
            return axes_of(part.name, graph)[part.indices.index(index)]
    raise Unbound(f"nothing says how far index {index} runs")


@lru_cache(maxsize=4096)
def derivative_depth(expr: Expr) -> int:
    """How deeply derivatives nest in ``expr``: 0 without any."""
    inner = (part for part in walk(expr) if part is not expr and isinstance(part, Adjoint | Partial))
    return isinstance(expr, Adjoint | Partial) + max(map(derivative_depth, inner), default=0)
