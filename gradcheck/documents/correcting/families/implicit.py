"""Indices that a whole line leaves out, and the sum that goes with them."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of


def implicit_edits(bench: Workbench, offers: Offers) -> Iterator[Edit]:
    """Every bare array given the indices it has elsewhere, summed over those that the left side lacks."""
    pieces: list[Piece] = []
    letters: dict[str, None] = {}
    for node in s.walk(bench.tree):
        known = (
            offers.occurrences.get(offers.names.resolve(node).name) if isinstance(node, s.Symbol) else None
        )
        if known is None or not isinstance(node, s.Symbol) or node.sub or node.sup is not None:
            continue
        own = [letter_of(i) for i in offers.names.resolve(known).indices]
        if not own or None in own:
            continue
        pieces.append(Piece(node.start, node.end, offers.spelling.of(known)))
        letters |= dict.fromkeys(x for x in own if x is not None)
    summed = [x for x in letters if x not in bench.letters]
    if not pieces:
        return
    if not summed:
        yield Edit(tuple(pieces), "the indices are left out", 1.1)
        return
    head = " ".join(bench.sum_over(x, offers.bound_of(x)) for x in summed)
    words = f"the sum over {', '.join(summed)} is missing, with its indices"
    start, end = bench.tree.start, bench.tree.end
    if isinstance(bench.tree, s.Total) and len(bench.tree.terms) > 1:
        around = (Piece(start, start, head + r" \left("), Piece(end, end, r"\right)"))
        yield Edit((*around, *pieces), words, 1.3)
    else:
        yield Edit((Piece(start, start, head + " "), *pieces), words, 1.3)
