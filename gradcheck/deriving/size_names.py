"""Names for the sizes that a formula counts with and that the document does not name.

``mean(x)`` divides by a length: where nothing says how long x is, the length is called by a capital.
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import Derivation, Forward

_CAPITALS = "NMKDHPQRSTABCEFGIJLOUVWXYZ"


def with_printable_sizes(graph: e.Graph, taken: frozenset[str]) -> e.Graph:
    """The graph with a capital for each size that is a factor somewhere and has no name, ``|j|``."""
    counted = dict.fromkeys(
        n.name for node in graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Size)
    )
    used = taken | {*graph.nodes, *graph.leaves, *counted}
    used |= {size for node in graph.nodes.values() for size in node.sizes}
    names: dict[str, str] = {}
    for size in counted:
        if size.startswith("|"):
            own = size.strip("|").upper()
            names[size] = next(c for c in (own, *_CAPITALS) if _is_free(c, used, names))
    return _renamed(graph, names) if names else graph


def with_named_sizes(forward: Forward) -> Forward:
    """The same with a capital for every size that has no name: shapes, and so matrices, need them."""
    graph = forward.graph
    sizes = [size for each in (*graph.nodes, *graph.leaves) for size in graph.sizes(each)]
    used = {*graph.nodes, *graph.leaves, *sizes, forward.loss}
    names: dict[str, str] = {}
    for size in dict.fromkeys(sizes):
        if size.startswith("|"):
            names[size] = next(c for c in (size.strip("|").upper(), *_CAPITALS) if _is_free(c, used, names))
    letters = {names.get(size, size): pool for size, pool in forward.letters.items()}
    return replace(forward, graph=_renamed(graph, names), letters=letters)


def counts_without_name(derivation: Derivation) -> bool:
    """Whether a line of the derivation has a size as a number, and the size has no name."""
    lines = (s.value for c in (*derivation.chains, *derivation.second, *derivation.locals) for s in c.steps)
    parts = (part for line in lines for part in e.walk(line))
    return any(isinstance(part, e.Size) and part.name.startswith("|") for part in parts)


def _is_free(capital: str, used: set[str] | frozenset[str], names: dict[str, str]) -> bool:
    return len(capital) == 1 and capital not in used and capital not in names.values()


def _renamed(graph: e.Graph, names: dict[str, str]) -> e.Graph:
    def size(old: str) -> str:
        return names.get(old, old)

    def change(part: e.Expr) -> e.Expr:
        match part:
            case e.Size(name):
                return e.Size(size(name))
            case e.Sum(index, over, body):
                return e.Sum(index, size(over), body)
            case e.Var(name, indices):
                return e.Var(name, tuple(map(position, indices)))
            case e.Ref(name, indices):
                return e.Ref(name, tuple(map(position, indices)))
            case e.Delta(left, right):
                return e.Delta(position(left), position(right))
            case _:
                return part

    def position(index: e.Index) -> e.Index:
        return e.Last(size(index.size)) if isinstance(index, e.Last) else index

    nodes = {
        name: replace(node, sizes=tuple(map(size, node.sizes)), body=e.mapped(node.body, change))
        for name, node in graph.nodes.items()
    }
    leaves = {name: tuple(map(size, sizes)) for name, sizes in graph.leaves.items()}
    return e.Graph(nodes, leaves, graph.roots)
