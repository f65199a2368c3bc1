"""A printed matrix, entry by entry: which position each cell stands at.

Cells before the dots count from the first position, a cell behind them stands at the last
one, or at a letter of its own if the cells there are written with one (``h_{1,l}``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.algebra import expr as e
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Names


def entries(
    matrix: s.Matrix, sizes: Sequence[str], names: Names
) -> Iterator[tuple[tuple[e.Index, ...], s.Syntax]]:
    """Each written cell with its position along the axes, whose sizes are ``sizes``."""
    rows = [r for r in matrix.rows if r]
    dotted_rows = [all(c is None or isinstance(c, s.Dots) for c in r) for r in rows]
    width = max(len(r) for r in rows)
    if len(sizes) == 1:
        yield from _vector(rows, sizes[0])
        return
    row_at = _positions(dotted_rows, sizes[0])
    sample = next(r for r, d in zip(rows, dotted_rows, strict=True) if not d)
    column_at = _positions([isinstance(c, s.Dots) for c in sample], sizes[1])
    if len(column_at) != width:
        raise Refusal("the rows of this matrix have different lengths", matrix.start, matrix.end)
    column_at = _lettered(column_at, rows, dotted_rows, names)
    for row, place, dotted in zip(rows, row_at, dotted_rows, strict=True):
        if dotted:
            continue
        for cell, column in zip(row, column_at, strict=False):
            if cell is not None and not isinstance(cell, s.Dots) and place is not None and column is not None:
                yield (place, column), cell


def _vector(
    rows: Sequence[tuple[s.Syntax | None, ...]], size: str
) -> Iterator[tuple[tuple[e.Index, ...], s.Syntax]]:
    cells = rows[0] if len(rows) == 1 else tuple(r[0] for r in rows)
    places = _positions([isinstance(c, s.Dots) for c in cells], size)
    for cell, place in zip(cells, places, strict=True):
        if cell is not None and place is not None and not isinstance(cell, s.Dots):
            yield (place,), cell


def _positions(dots: Sequence[bool], size: str) -> list[e.Index | None]:
    """1, 2, … before the dots, the last positions counted from the end; None at the dots."""
    if True not in dots:
        return [k + 1 for k in range(len(dots))]
    first = list(dots).index(True)
    after = len(dots) - first - 1
    if after > 1:
        raise Refusal("more than one row or column behind ⋯", 0, 0)
    return [*range(1, first + 1), None, *([e.Last(size)] * after)]


def _lettered(
    places: list[e.Index | None],
    rows: Sequence[tuple[s.Syntax | None, ...]],
    dotted: Sequence[bool],
    names: Names,
) -> list[e.Index | None]:
    """A last column whose cells carry an index letter of their own stands at that letter."""
    if not isinstance(places[-1], e.Last):
        return places
    cells = [r[-1] for r, d in zip(rows, dotted, strict=True) if not d and len(r) == len(places)]
    common: set[str] | None = None
    for cell in cells:
        if cell is None:
            return places
        letters = {
            i.name
            for n in s.walk(cell)
            if isinstance(n, s.Symbol)
            for i in n.sub[1:]
            if isinstance(i, s.Symbol) and len(i.name) == 1 and i.name.islower() and i.name in names.letters
        }
        common = letters if common is None else common & letters
    return [*places[:-1], next(iter(sorted(common)))] if common else places
