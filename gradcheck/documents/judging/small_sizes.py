"""Which sizes an equation mentions, and how large they must be at least."""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.equations import Equation


def depth(expr: e.Expr) -> int:
    own = 1 if isinstance(expr, e.Sum) else 3 if isinstance(expr, e.Partial) else 0
    return own + max(map(depth, e.children(expr)), default=0)


def size_names(graph: e.Graph | None, equation: Equation | None) -> set[str]:
    """Every size symbol that a graph and an equation mention."""
    names: set[str] = set()
    trees: list[e.Expr] = []
    if equation is not None:
        names |= {size for _, size in equation.index_sizes}
        trees += [equation.left, equation.right]
    if graph is not None:
        names = names.union(*graph.leaves.values(), *(node.sizes for node in graph.nodes.values()))
        trees += [node.body for node in graph.nodes.values()]
    for tree in trees:
        for part in e.walk(tree):
            if isinstance(part, e.Size):
                names.add(part.name)
            elif isinstance(part, e.Sum):
                names.add(part.size)
            names |= {i.size for i in e.indices_of(part) if isinstance(i, e.Last)}
    return names


def largest_position(equation: Equation | None, graph: e.Graph | None) -> int:
    """The largest fixed position that occurs, and one more if a last position does."""
    largest, last = 0, False
    trees = [n.body for n in graph.nodes.values()] if graph is not None else []
    trees += [equation.left, equation.right] if equation is not None else []
    for tree in trees:
        for part in e.walk(tree):
            for index in e.indices_of(part):
                if isinstance(index, int):
                    largest = max(largest, index)
                last = last or isinstance(index, e.Last)
    return largest + int(last and largest > 0)
