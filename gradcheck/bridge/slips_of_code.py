"""Edits that code is prone to and print is not: a sum left out, a part of a definition for the whole."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.spots import is_differentiated
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of


def sums_left_out(bench: Workbench) -> Iterator[Edit]:
    """Every sum taken away, its letter becoming one that is free in the claim."""
    for node in s.walk(bench.tree):
        if not isinstance(node, s.Big) or node.kind != "sum" or len(node.binders) != 1:
            continue
        head = bench.spelling.between(node.start, node.body.start).strip()
        for letter in bench.letters:
            found = _renaming(node.body, node.binders[0].letter, letter)
            if found:
                pieces = (Piece(node.start, node.body.start, ""), *found)
                yield Edit(pieces, f"`{head}` should not be there", 0.95)


def parts_of_definitions(bench: Workbench) -> Iterator[Edit]:
    """Every defined symbol replaced by the numerator, or a factor, of what defines it."""
    for node in s.walk(bench.tree):
        if not isinstance(node, s.Symbol) or is_differentiated(bench.tree, node):
            continue
        found = bench.meaning.definitions.get(bench.meaning.names.resolve(node).name)
        if found is None or found.formal is not None or found.tree is bench.tree:
            continue
        letters = [letter_of(item) for item in bench.meaning.names.resolve(node).indices]
        if None in letters or len(letters) != len(found.letters):
            continue
        for part in _parts(found.tree):
            latex = bench.text(part)
            for old, new in zip(found.letters, letters, strict=True):
                latex = _renamed(bench, part, latex, old, str(new))
            if isinstance(part, s.Total):
                latex = f"({latex})"
            yield Edit(
                (Piece(node.start, node.end, latex),), f"`{bench.text(node)}` should be `{latex}`", 1.05
            )


def _parts(tree: s.Syntax) -> Iterator[s.Syntax]:
    if isinstance(tree, s.Fraction_):
        yield tree.numerator
    if isinstance(tree, s.Product):
        yield from tree.factors


def _renaming(tree: s.Syntax, old: str, new: str) -> list[Piece]:
    """The pieces that write another letter for an index, in the order of the source."""
    items = {
        (i.start, i.end)
        for n in s.walk(tree)
        if isinstance(n, s.Symbol)
        for i in n.sub
        if letter_of(i) == old
    }
    return [Piece(start, end, new) for start, end in sorted(items)]


def _renamed(bench: Workbench, part: s.Syntax, latex: str, old: str, new: str) -> str:
    if old == new:
        return latex
    text, at = "", part.start
    for piece in _renaming(part, old, new):
        text += bench.spelling.between(at, piece.start) + piece.latex
        at = piece.end
    return text + bench.spelling.between(at, part.end)
