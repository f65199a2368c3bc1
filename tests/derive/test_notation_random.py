"""Random formulas are read back as what they were, in index notation and in matrix notation."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.expr import (
    Add,
    Expr,
    Fun,
    Graph,
    Mul,
    Node,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    free_indices,
    mapped,
    neg,
    number,
    rename,
)
from gradcheck.algebra.lowering import Algebra
from gradcheck.derive.notation.latex import latex, space
from gradcheck.derive.notation.matrix import matrix
from gradcheck.derive.notation.pretty import pretty
from gradcheck.documents.reading.collect import collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.symbols.topics import parts_of

LEAVES: dict[str, tuple[str, ...]] = {
    "X": ("n", "d"), "W": ("d", "m"), "P": ("n", "m"), "Q": ("n", "m"), "u": ("n",), "w": ("m",), "v": ("d",),
    "c": (), "\\gamma": (), "\\hat{s}": ("m",),
}  # fmt: skip
SIZES = {"i": "n", "j": "m", "k": "d", "p": "n", "q": "m", "l": "d"}
POWERS = [2, -1, -1, 3, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(-3, 2)]
FUNCTIONS = ["exp", "tanh", "log", "relu", "step", "sigmoid", "abs"]
AXES = [(), ("i",), ("j",), ("i", "j"), ("j", "i")]


class Formulas:
    """Draws formulas from a seed; ``sizes`` says whether sizes stand in them as quantities."""

    def __init__(self, seed: int, sizes: bool) -> None:
        self.random, self.sizes = Random(seed), sizes

    def formula(self, free: tuple[str, ...], depth: int) -> Expr:
        """A formula whose indices are among ``free``."""
        kinds = ["leaf", "leaf", "number", "add", "mul", "mul", "pow", "fun", "neg", "sum"]
        kind = self.random.choice(kinds) if depth else "leaf"
        new = [index for index in SIZES if index not in free]
        match kind:
            case "number" if self.sizes and self.random.random() < 0.4:
                return Size(self.random.choice("nmd"))
            case "number":
                return number(
                    Fraction(self.random.choice([1, 2, 3, -1, -2]), self.random.choice([1, 1, 2, 3]))
                )
            case "add" | "mul":
                parts = tuple(self.formula(free, depth - 1) for _ in range(self.random.choice([2, 3])))
                return Add(parts) if kind == "add" else Mul(parts)
            case "pow":
                return Pow(self.formula(free, depth - 1), number(self.random.choice(POWERS)))
            case "fun":
                return Fun(self.random.choice(FUNCTIONS), (self.formula(free, depth - 1),))
            case "neg":
                return neg(self.formula(free, depth - 1))
            case "sum" if new:
                index = self.random.choice(new)
                return Sum(index, SIZES[index], self.formula((*free, index), depth - 1))
            case _:
                return self.leaf(free)

    def leaf(self, free: tuple[str, ...]) -> Expr:
        """An entry of an input."""
        reached = {SIZES[index] for index in free}
        name = self.random.choice([name for name, sizes in LEAVES.items() if set(sizes) <= reached])
        return Var(name, tuple(self.random.choice([i for i in free if SIZES[i] == s]) for s in LEAVES[name]))


def drawn(seed: int, sizes: bool) -> tuple[Expr, tuple[str, ...], Graph] | None:
    """A formula, its indices, and a graph that defines z by it; None if not all indices occur."""
    formulas = Formulas(seed, sizes)
    axes = formulas.random.choice(AXES)
    expr = formulas.formula(axes, formulas.random.choice([2, 3, 4]))
    if free_indices(expr) != set(axes):
        return None
    return expr, axes, Graph({"z": Node("z", axes, tuple(SIZES[i] for i in axes), expr)}, LEAVES, {})


def read_back(text: str, axes: tuple[str, ...]) -> tuple[Expr, Graph]:
    """What a document's definition of z says, and the document's graph."""
    environment = parts_of(collect(read_source("printed.md", text.encode()), []))[0].environments[0]
    graph = environment.graph(environment.epochs[0][1])
    node = graph.nodes["z"]
    return rename(node.body, dict(zip(node.params, axes, strict=True))), graph


def is_same(graph: Graph, expr: Expr, other: Expr) -> bool:
    """Whether two formulas are equal; True where the algebra cannot tell that the first equals itself."""
    try:
        if not Algebra(graph).equal(expr, expr):
            return True
    except (TooComplex, ZeroDivisionError):
        return True
    return Algebra(graph).equal(expr, other)


@pytest.mark.parametrize("seed", range(60))
def test_index_notation(seed: int) -> None:
    found = drawn(seed, sizes=False)
    if found is None:
        return
    expr, axes, graph = found
    body, again = read_back(f"$${latex(Ref('z', axes), graph)} = {latex(expr, graph)}$$", axes)
    # Without a bound somewhere, a document has no name for a size.
    named = {
        s: own for name, sizes in again.leaves.items() for s, own in zip(sizes, LEAVES[name], strict=True)
    }

    def resized(node: Expr) -> Expr:
        return Sum(node.index, named.get(node.size, node.size), node.body) if isinstance(node, Sum) else node

    assert is_same(graph, expr, mapped(body, resized))


@pytest.mark.parametrize("seed", range(60))
def test_matrix_notation(seed: int) -> None:
    found = drawn(seed, sizes=True)
    if found is None:
        return
    expr, axes, graph = found
    printed = matrix(expr, axes, graph)
    if printed is None:
        return
    shapes = ", ".join(f"${space(name, graph)}$" for name in ("z", *LEAVES))
    body, _ = read_back(f"Here {shapes}.\n\n$$z = {printed}$$", axes)
    assert is_same(graph, expr, body)


@pytest.mark.parametrize("seed", range(30))
def test_a_terminal_of_any_width(seed: int) -> None:
    found = drawn(seed, sizes=True)
    if found is None:
        return
    expr, _, graph = found
    plain = pretty(expr, graph, ascii=True, width=60)
    assert plain.isascii() and max(map(len, plain.splitlines())) <= 60
    assert pretty(expr, graph).isascii() == pretty(expr, graph, width=200).isascii()
