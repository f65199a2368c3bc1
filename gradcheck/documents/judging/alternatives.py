"""The same document under another reading: the other variance, inputs that sum to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.documents.judging.equations import Equation


def other_variances(graph: e.Graph) -> Iterator[tuple[str, e.Graph, str]]:
    """The graph with one node's 1/m over a sum of squares read as 1/(m-1), or the reverse."""
    for name, node in graph.nodes.items():
        for part in e.walk(node.body):
            if not isinstance(part, e.Sum) or not _is_square(part.body):
                continue
            size = e.Size(part.size)
            less = e.add(size, e.number(-1))
            for old, new, words in ((size, less, f"1/({part.size}−1)"), (less, size, f"1/{part.size}")):
                changed = _divided_by(node.body, old, new)
                if changed != node.body:
                    nodes = {**graph.nodes, name: replace(node, body=changed)}
                    yield name, e.Graph(nodes, graph.leaves, graph.roots), words


def _is_square(body: e.Expr) -> bool:
    return isinstance(body, e.Pow) and body.exponent == e.number(2)


def _divided_by(body: e.Expr, old: e.Expr, new: e.Expr) -> e.Expr:
    inverse, other = e.Pow(old, e.number(-1)), e.Pow(new, e.number(-1))
    return e.mapped(body, lambda node: other if node == inverse else node)


def unit_sum(algebra: Algebra, name: str, sizes: tuple[str, ...]) -> Poly:
    """``Σ_k name[…, k] − 1``, which vanishes."""
    indices = tuple(f"@n{k}" for k in range(len(sizes)))
    total = algebra.ring.atom(f"v:{name}", indices).sum_over(indices[-1], sizes[-1])
    return total - algebra.ring.one


def made_unit(graph: e.Graph, equation: Equation, names: frozenset[str]) -> tuple[e.Graph, Equation]:
    """Every entry of the inputs ``names`` divided by the sum along its last axis."""

    def unit(node: e.Expr) -> e.Expr:
        if not isinstance(node, e.Var) or node.name not in names or not node.indices:
            return node
        total = e.Sum("ν", graph.leaves[node.name][-1], e.Var(node.name, (*node.indices[:-1], "ν")))
        return e.divide(node, total)

    nodes = {n: replace(d, body=e.mapped(d.body, unit)) for n, d in graph.nodes.items()}
    left, right = e.mapped(equation.left, unit), e.mapped(equation.right, unit)
    return e.Graph(nodes, graph.leaves, graph.roots), replace(equation, left=left, right=right)
