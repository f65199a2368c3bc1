"""What a derivation starts from, in rows: by what is differentiated, what is held fixed, what is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.algebra.expr import ONE, Expr, Ref, Size, Sum, Var, walk
from gradcheck.derive.derivation import Forward
from gradcheck.derive.printing.view import View


@dataclass(frozen=True)
class Shape:
    """That a whole array has axes of these sizes."""

    name: str
    sizes: tuple[str, ...]


Fragment = str | Expr | tuple[Expr, Expr] | Shape
"""Words, a formula, an equation, or a shape."""


@dataclass(frozen=True)
class Row:
    """What is said of some items; each item is words and formulas in a row."""

    label: str
    items: tuple[tuple[Fragment, ...], ...]


def given(forward: Forward, view: View) -> tuple[Row, ...]:
    """The rows that have anything to say; shapes are said where whole arrays are written."""
    rows = (
        Row("Differentiated with respect to", tuple((quantity(forward, n),) for n in forward.wrt)),
        Row("Held fixed", tuple((quantity(forward, n),) for n in forward.fixed)),
        Row("Loss", ((Ref(forward.loss),),) if forward.loss_is_defined else ()),
        Row("Upstream gradient, given", () if forward.loss_is_defined else _upstream(forward)),
        Row("Entries that sum to one", tuple((_total(forward, n),) for n in forward.normalised)),
        Row("Shapes", tuple((s,) for s in _shapes(forward)) if view.notation == "matrix" else ()),
        Row("Indices", tuple(_ranges(forward))),
    )
    return tuple(row for row in rows if row.items)


def quantity(forward: Forward, name: str) -> Expr:
    """A quantity with the indices that it is printed with."""
    kind = Ref if name in forward.graph.nodes else Var
    return kind(name, forward.indices(name))


def _upstream(forward: Forward) -> tuple[tuple[Fragment], ...]:
    return tuple((forward.gradient(name),) for name in forward.outputs)


def _total(forward: Forward, name: str) -> tuple[Expr, Expr]:
    """The sum of the entries of a quantity over its last index is 1."""
    entry = quantity(forward, name)
    return Sum(forward.indices(name)[-1], forward.graph.sizes(name)[-1], entry), ONE


def _shapes(forward: Forward) -> Iterator[Shape]:
    for name in (*forward.graph.leaves, *forward.graph.nodes):
        sizes = forward.graph.sizes(name)
        if sizes and not any(size.startswith("|") for size in sizes):
            yield Shape(name, sizes)


def _ranges(forward: Forward) -> Iterator[tuple[Fragment, ...]]:
    """What the index letters of the definitions run over, where that has a name."""
    letters: dict[str, list[str]] = {}
    for letter, size in _index_letters(forward):
        found = letters.setdefault(size, [])
        if letter not in found and not size.startswith("|"):
            found.append(letter)
    for size, found in letters.items():
        for letter in found:
            yield Var(letter), " from ", ONE, " to ", Size(size)


def _index_letters(forward: Forward) -> Iterator[tuple[str, str]]:
    for node in forward.graph.nodes.values():
        yield from zip(node.params, node.sizes, strict=True)
        yield from ((part.index, part.size) for part in walk(node.body) if isinstance(part, Sum))
