"""Derivations to be printed: of definitions that come with gradcheck, also with every symbol renamed."""

from dataclasses import replace
from functools import cache

from gradcheck.algebra.expr import Expr, Graph, Node, Ref, Sum, Var, mapped, walk
from gradcheck.derive.derivation import Derivation, Forward
from gradcheck.derive.deriving import derive
from gradcheck.deriving.library import builtin
from gradcheck.deriving.source import forwards

LAYERS = ("affine", "batchnorm", "softmax", "softmax_cross_entropy", "attention", "rnn_step")


@cache
def forward_of(name: str) -> Forward:
    """The definitions of a layer."""
    (found,) = forwards(*builtin(name))
    return found


@cache
def derivation_of(name: str) -> Derivation:
    """The derivation of a layer, with the derivatives of its definitions."""
    return derive(forward_of(name), locals=True)


@cache
def renamed_derivation_of(name: str) -> Derivation:
    """The same of the same layer, in which nothing is called as it was."""
    return derive(renamed(forward_of(name)), locals=True)


@cache
def matrix_derivation() -> Derivation:
    """An affine map of the rows of a matrix, its sizes stated, so that it can be written in matrices."""
    text = r"""# Affine map of rows

With $x \in \mathbb{R}^{N \times D}$, $w \in \mathbb{R}^{D \times M}$ and $b \in \mathbb{R}^{M}$:

$$y_{ij} = \sum_{k=1}^{D} x_{ik} w_{kj} + b_{j}$$
"""
    (found,) = forwards("rows.md", text.encode())
    return derive(found, locals=True)


def renamed(forward: Forward) -> Forward:
    """The same computation under names that nobody would expect, index letters left as they are."""
    graph = forward.graph
    taken = {letter for letters in forward.letters.values() for letter in letters}
    taken |= {size for name in (*graph.nodes, *graph.leaves) for size in graph.sizes(name)}
    taken |= {part.size for node in graph.nodes.values() for part in walk(node.body) if isinstance(part, Sum)}
    unusual = (r"\tilde{%s}", r"\%s")
    letters = [letter for letter in "AFGPQRSUVYZ" if letter not in taken]
    greek = ["xi", "zeta", "eta", "theta", "rho", "tau", "kappa", "omega", "chi", "psi", "varphi"]
    fresh = [*(unusual[0] % x for x in letters), *(unusual[1] % x for x in greek)]
    names = dict(zip((*graph.nodes, *graph.leaves), fresh, strict=False))
    loss = names.get(forward.loss, r"\mathcal{J}")

    def change(part: Expr) -> Expr:
        return replace(part, name=names[part.name]) if isinstance(part, Var | Ref) else part

    nodes = [Node(names[n.name], n.params, n.sizes, mapped(n.body, change)) for n in graph.nodes.values()]
    return replace(
        forward,
        graph=Graph(
            {node.name: node for node in nodes},
            {names[leaf]: sizes for leaf, sizes in graph.leaves.items()},
            dict.fromkeys((loss,) * len(graph.roots), tuple(names[n] for n in forward.outputs)),
        ),
        loss=loss,
        outputs=tuple(names[n] for n in forward.outputs),
        wrt=tuple(names[n] for n in forward.wrt),
        fixed=tuple(names[n] for n in forward.fixed),
        normalised=tuple(names[n] for n in forward.normalised),
    )
