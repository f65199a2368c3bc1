"""Symbols exchanged in the text: where a place cannot be filled with an array, the edited text is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.spots import is_differentiated, quantities
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of

_MOST = 160
"""Edits of one formula."""


def symbol_edits(
    bench: Workbench, offers: Offers, covered: frozenset[int], indices: bool = True
) -> Iterator[Edit]:
    """Every symbol that is not ``covered`` exchanged: with other ``indices`` first, then for others."""
    nodes = [n for n in quantities(bench.tree) if id(n) not in covered]
    yield from islice(_renamed(bench, offers, nodes, indices), _MOST)


def _renamed(bench: Workbench, offers: Offers, nodes: list[s.Symbol], indices: bool) -> Iterator[Edit]:
    for node in nodes:
        for loss in sorted(bench.meaning.losses):
            if node.name != loss and is_differentiated(bench.tree, node):
                yield _edit(bench, node, loss, 1.2)
    for node in nodes if indices else ():
        yield from reindexed(bench, offers, node)
    for node in nodes:
        for name, other in offers.occurrences.items():
            if name != offers.names.resolve(node).name and fits(offers, node, other):
                yield _edit(bench, node, dressed(bench, offers, node, other), 1.2)
    for gradient in (n for n in s.walk(bench.tree) if isinstance(n, s.Derivative) and n.of is not None):
        for offer in offers.derivatives({}) if bench.meaning.matrix_mode else ():
            latex = offer.latex
            if latex != bench.text(gradient):
                words = f"`{bench.text(gradient)}` should be `{latex}`"
                yield Edit((replacing(gradient, latex),), words, 1.1)
    letters = (*bench.letters, *sorted(offers.letters_inside))
    for node in (n for n in nodes if is_differentiated(bench.tree, n)):
        for other in offers.occurrences.values():
            slots = len(offers.names.resolve(other).indices)
            for chosen in islice(product(letters, repeat=slots), 9):
                if bench.text(node) != (latex := offers.indexed(other, chosen)):
                    yield _edit(bench, node, latex, 1.15)


def reindexed(bench: Workbench, offers: Offers, node: s.Symbol) -> Iterator[Edit]:
    """Other letters for each of its indices; those it has elsewhere where it has none."""
    name = offers.names.resolve(node).name
    letters = [*bench.letters, *sorted(offers.letters_inside)]
    own = offers.names.resolve(node).indices
    if own and all(letter_of(i) for i in own):
        for chosen in islice(product(dict.fromkeys(letters), repeat=len(own)), 30):
            pieces = tuple(
                Piece(i.start, i.end, x) for i, x in zip(own, chosen, strict=True) if letter_of(i) != x
            )
            latex = ",".join(chosen)
            if pieces:
                words = f"the indices of `{bench.text(node)}` should be {latex}"
                yield Edit(pieces, words, 0.95 + 0.05 * len(pieces))
    known = offers.occurrences.get(name)
    slots = len(offers.names.resolve(known).indices) if known is not None else 0
    if known is not None and len(own) < slots:
        tail = _power(bench, offers, node)
        for chosen in islice(product(dict.fromkeys(letters), repeat=slots), 30):
            if len(set(chosen)) == slots:
                yield _edit(bench, node, offers.indexed(known, chosen) + tail, 1.05)


def fits(offers: Offers, node: s.Symbol, other: s.Symbol) -> bool:
    """Whether two symbols carry as many indices."""
    slots = offers.names.slots
    own, theirs = offers.names.resolve(node), offers.names.resolve(other)
    return len(own.indices) == len(theirs.indices) or (
        not own.indices and slots.get(own.name) == slots.get(theirs.name)
    )


def dressed(bench: Workbench, offers: Offers, node: s.Symbol, other: s.Symbol) -> str:
    """Another symbol with this one's indices, power and transpose."""
    own = offers.names.resolve(node)
    if not own.indices:
        other = offers.bare.get(offers.names.resolve(other).name, other)
    letters = tuple(letter_of(i) or "" for i in own.indices)
    latex = offers.indexed(other, letters) if own.indices and all(letters) else offers.spelling.of(other)
    return latex + _power(bench, offers, node)


def _power(bench: Workbench, offers: Offers, node: s.Symbol) -> str:
    """A symbol's own power or transpose, as it is written."""
    own, text = offers.names.resolve(node), bench.text(node)
    caret = text.rfind("^")
    return text[caret:] if (own.power is not None or own.transposed) and caret >= 0 else ""


def _edit(bench: Workbench, node: s.Symbol, latex: str, cost: float) -> Edit:
    return Edit((replacing(node, latex),), f"`{bench.text(node)}` should be `{latex}`", cost)
