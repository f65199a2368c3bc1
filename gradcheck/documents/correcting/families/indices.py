"""Index letters: one exchanged for another throughout a formula or a part of it."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of


def index_edits(bench: Workbench, places: list[Spot]) -> Iterator[Edit]:
    """One letter written for another everywhere in the formula, in one term or in one bracket."""
    wholes = [
        p.node
        for p in places
        if p.role in ("root", "term", "item", "body") and not isinstance(p.node, s.Symbol)
    ]
    for whole in wholes:
        uses = _index_uses(bench, whole)
        letters = sorted({*uses, *bench.letters})
        for letter, found in uses.items():
            if len(found) < 2:
                continue
            for other in letters:
                if other != letter:
                    pieces = tuple(Piece(n.start, n.end, other) for n in found)
                    yield Edit(pieces, f"the index {letter} should be {other}, {len(found)} times", 1.5)
        for a, b in ((a, b) for a in uses for b in uses if a < b):
            pieces = tuple(Piece(n.start, n.end, b) for n in uses[a]) + tuple(
                Piece(n.start, n.end, a) for n in uses[b]
            )
            yield Edit(pieces, f"the indices {a} and {b} should be exchanged", 1.6)


def _index_uses(bench: Workbench, tree: s.Syntax) -> dict[str, list[s.Syntax]]:
    """Where each index letter stands as an index."""
    found: dict[str, list[s.Syntax]] = {}
    for node in s.walk(tree):
        if isinstance(node, s.Symbol):
            for item in bench.meaning.names.resolve(node).indices:
                letter = letter_of(item)
                if letter is not None:
                    found.setdefault(letter, []).append(item)
        elif isinstance(node, s.Compare):
            for side in (node.left, node.right):
                letter = letter_of(side)
                if letter is not None and bench.meaning.names.is_bound(letter):
                    found.setdefault(letter, []).append(side)
    return found
