"""Sums: a sign that should not be there, another letter, other bounds, an index to leave out."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s


def sum_edits(bench: Workbench, places: list[Spot], offers: Offers) -> Iterator[Edit]:
    """Every sum sign taken away or bound otherwise."""
    for spot in places:
        node = spot.node
        if not isinstance(node, s.Big) or node.kind != "sum":
            continue
        head = bench.spelling.between(node.start, node.body.start)
        yield Edit((Piece(node.start, node.body.start, ""),), f"`{head.strip()}` should not be there", 1.3)
        for binder in node.binders:
            yield from _rebound(bench, node, binder, offers)


def _rebound(bench: Workbench, node: s.Big, binder: s.Binder, offers: Offers) -> Iterator[Edit]:
    letters = [*bench.letters, *(x for x in ("i", "j", "k", "l") if x not in bench.letters)]
    at = _letter_at(bench, binder)
    for letter in letters:
        if letter != binder.letter and at is not None:
            words = f"the sum should run over {letter}"
            yield Edit((Piece(at, at + len(binder.letter), letter),), words, 1.2)
            renamed = tuple(
                Piece(n.start, n.end, letter)
                for n in s.walk(node.body)
                if isinstance(n, s.Symbol) and n.name == binder.letter and not n.sub
            )
            if renamed:
                yield Edit((Piece(at, at + len(binder.letter), letter), *renamed), words, 1.6)
    for bound, other in ((binder.lower, ("1", "0", "2")), (binder.upper, tuple(offers.sizes.values()))):
        if bound is None:
            continue
        text = bench.text(bound)
        for latex in other:
            if latex != text:
                piece = bench.unit(bound, latex)
                yield Edit((piece,), f"the bound `{text}` of the sum should be `{latex}`", 1.2)
    for excluded in binder.excluded:
        where = bench.spelling.between(binder.start, binder.end)
        piece = Piece(binder.start, binder.end, binder.letter)
        yield Edit(
            (piece,), f"`{where}` should leave out nothing: `{bench.text(excluded)}` belongs to it", 1.3
        )
    if not binder.excluded and binder.lower is None and binder.upper is None and at is not None:
        for letter in bench.letters:
            if letter != binder.letter:
                latex = rf"{binder.letter} \neq {letter}"
                piece = bench.wrapped(at, at + len(binder.letter), latex)
                yield Edit((piece,), f"the sum should leave out {letter}", 1.3)


def _letter_at(bench: Workbench, binder: s.Binder) -> int | None:
    """Where the letter of a sum stands."""
    tokens = bench.part.tokens
    return next(
        (t.start for t in tokens if binder.start <= t.start < binder.end and t.value == binder.letter), None
    )
