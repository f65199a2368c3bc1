r"""Formulas as text for a terminal, several lines high, drawn by SymPy's pretty printer.

>>> from gradcheck.algebra.expr import Graph, Size, Sum, Var, divide
>>> mean = divide(Sum("i", "m", Var("x", ("i",))), Size("m"))
>>> print(pretty(mean, Graph(leaves={"x": ("m",)}), ascii=True))
  m
1  ___
-  \    x_i
m  /__
  i = 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gradcheck.algebra.expr import Expr, Graph
from gradcheck.derive.notation.arranging import arranged
from gradcheck.derive.notation.pieces import Piece, Total

if TYPE_CHECKING:
    from gradcheck.derive.notation.drawing import Picture, Terminal


def pretty(expr: Expr, graph: Graph, ascii: bool = False, width: int | None = None) -> str:
    """``expr`` in index notation; sums wider than ``width`` columns go on in further lines."""
    return pretty_piece(arranged(expr, graph), ascii, width)


def pretty_piece(piece: Piece, ascii: bool = False, width: int | None = None) -> str:
    """An arranged formula."""
    with _terminal(ascii) as terminal:
        return _text(_rows(terminal, piece, width), ascii, width)


def equation(left: Expr, right: Expr, graph: Graph, ascii: bool = False, width: int | None = None) -> str:
    """``left = right``, side by side."""
    return chain(left, [right], graph, ascii, width)


def chain(
    left: Expr, rights: Sequence[Expr], graph: Graph, ascii: bool = False, width: int | None = None
) -> str:
    """``left = right = …``: the equality signs stand below each other."""
    with _terminal(ascii) as terminal:
        subject = terminal.draw(arranged(left, graph))
        margin = subject.width()
        rows: list[Picture] = []
        for k, right in enumerate(rights):
            room = None if width is None else width - margin - 3
            first, *others = _rows(terminal, arranged(right, graph), room)
            rows.append(_beside(" " * margin if k else subject, " = ", first))
            rows += [_beside(" " * (margin + 2), row) for row in others]
        return _text(rows, ascii, width)


@contextmanager
def _terminal(ascii: bool) -> Iterator[Terminal]:
    """A printer, while SymPy draws its lines and brackets in the same characters."""
    from sympy.printing.pretty.pretty_symbology import pretty_use_unicode

    from gradcheck.derive.notation.drawing import Terminal

    before = pretty_use_unicode(not ascii)
    try:
        yield Terminal(ascii)
    finally:
        pretty_use_unicode(before)


def _rows(terminal: Terminal, piece: Piece, width: int | None) -> list[Picture]:
    """A piece in one row, or a sum of terms in as many as it needs."""
    whole = terminal.draw(piece)
    if width is None or whole.width() <= width or not isinstance(piece, Total):
        return [whole]
    first, *others = terminal.terms(piece)
    rows = [first]
    for term in others:
        longer = _beside(rows[-1], term)
        if longer.width() <= width:
            rows[-1] = longer
        else:
            rows.append(term)
    return rows


def _beside(*pictures: Picture | str) -> Picture:
    from gradcheck.derive.notation.drawing import beside

    return beside(*pictures)


def _text(rows: list[Picture], ascii: bool, width: int | None) -> str:
    """Rows one below the other, an empty line between those that are more than one line high."""
    texts = [
        str(row.render(wrap_line=width is not None, num_columns=width, use_unicode=not ascii)) for row in rows
    ]
    gap = "\n\n" if any("\n" in text for text in texts) else "\n"
    return "\n".join(line.rstrip() for line in gap.join(texts).splitlines())
