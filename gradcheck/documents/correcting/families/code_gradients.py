"""Gradients in code's spelling, ``dW`` for ∂L/∂W, written for an array or an array for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_FONT = re.compile(r"^(\\[a-z]+)\{(.*)\}$")
_MARK = re.compile(r"^(\\[a-z]+\{)?d(?=\\?[A-Za-z])")


def code_gradients(bench: Workbench, offers: Offers) -> list[str]:
    """``dW`` for every quantity W without indices, where the document writes such."""
    font = next(
        (found.group(1) or "" for u in _units(bench, bench.collected_trees) if (found := _MARK.match(u))),
        None,
    )
    if font is None:
        return []
    spelled = []
    for node in offers.bare.values():
        text = offers.spelling.of(node)
        inner = _FONT.match(text)
        letter = inner.group(2) if inner and font else text
        spelled.append(f"{font}d{letter}" + ("}" if font else ""))
    return spelled


def code_gradient_edits(bench: Workbench, offers: Offers) -> Iterator[Edit]:
    """Every array and every ``dW`` of the line exchanged for each other one."""
    gradients = code_gradients(bench, offers)
    if not gradients:
        return
    plain = [offers.spelling.of(n) for n in offers.bare.values()]
    for start, end in _places(bench, bench.tree):
        text = bench.spelling.between(start, end)
        for latex in [*gradients, *plain]:
            if latex != text:
                yield Edit((Piece(start, end, latex),), f"`{text}` should be `{latex}`", 1.2)


def _units(bench: Workbench, trees: Iterator[s.Syntax]) -> Iterator[str]:
    for tree in trees:
        for start, end in _marked(bench, tree):
            yield bench.spelling.between(start, end)


def _marked(bench: Workbench, tree: s.Syntax) -> Iterator[tuple[int, int]]:
    """Where a ``d`` stands directly before a symbol."""
    for node in s.walk(tree):
        if isinstance(node, s.Product):
            for mark, symbol in zip(node.factors, node.factors[1:], strict=False):
                if isinstance(mark, s.Symbol) and mark.name == "d" and mark.end == symbol.start:
                    yield bench.spelling.whole(mark.start, symbol.end)


def _places(bench: Workbench, tree: s.Syntax) -> Iterator[tuple[int, int]]:
    """The ``dW`` of a line, and its arrays without indices."""
    marked = list(_marked(bench, tree))
    yield from marked
    for node in s.walk(tree):
        inside = any(start <= node.start and node.end <= end for start, end in marked)
        if isinstance(node, s.Symbol) and not node.sub and node.sup is None and not inside:
            yield node.start, node.end
