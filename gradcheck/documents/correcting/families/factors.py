"""Matrix factors that are missing, and neighbours that stand in each other's place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.families.code_gradients import code_gradients
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.spots import Spot, is_simple
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s

_MOST = 400
_BESIDE = frozenset(["root", "term", "item", "numerator", "body"])


def factor_edits(bench: Workbench, places: list[Spot], offers: Offers) -> Iterator[Edit]:
    """Every array of the document as one more factor at either end, as it is and transposed."""
    if bench.meaning.matrix_mode:
        yield from islice(_with_factor(bench, places, offers), _MOST)


def _with_factor(bench: Workbench, places: list[Spot], offers: Offers) -> Iterator[Edit]:
    arrays = [
        offers.spelling.of(node)
        for name, node in offers.occurrences.items()
        if name in bench.meaning.arrays or name in bench.meaning.shapes or bench.rank_of(name)
    ]
    arrays += [
        o.latex for o in offers.derivatives({}) if bench.rank_of(o.name) or o.name in bench.meaning.arrays
    ]
    arrays += code_gradients(bench, offers)
    for spot in places:
        node = spot.node
        if spot.role not in _BESIDE or isinstance(node, s.Group):
            continue
        text = bench.text(node)
        inner = text if is_simple(node) else rf"\left({text}\right)"
        for array in arrays:
            for factor in (
                f"{array}{bench.transpose}" if "^" not in array else rf"{{{array}}}{bench.transpose}",
                array,
            ):
                words = f"the factor `{factor}` is missing beside `{text}`"
                yield Edit((replacing(node, f"{inner} {factor}"),), words, 1.5)
                yield Edit((replacing(node, f"{factor} {inner}"),), words, 1.5)
                yield Edit((replacing(node, rf"{inner} \odot {factor}"),), words, 1.6)


def exchange_edits(bench: Workbench, places: list[Spot]) -> Iterator[Edit]:
    """Two symbols or numbers that stand in each other's place, by their text."""
    leaves = [p.node for p in places if isinstance(p.node, (s.Symbol, s.Number, s.Derivative))]
    for a, b in islice(combinations(leaves, 2), _MOST):
        one, two = bench.text(a), bench.text(b)
        if one != two:
            pieces = (Piece(a.start, a.end, two), Piece(b.start, b.end, one))
            yield Edit(pieces, f"`{one}` and `{two}` should be exchanged", 1.55)
