"""Lines of a file on a page: the author's own with the fault marked, and a correction as a pair of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.changes import SourceText
from gradcheck.model import Correction, Place
from gradcheck.report.suggestion import _blocks, _rows

_AROUND, _LONGEST = 240, 1_200


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or what is shown of it, as pieces of text, each with whether it is marked.

    ``sign`` is "-" or "+" in a correction, else "".
    """

    number: int
    sign: str
    pieces: tuple[tuple[str, bool], ...]


def excerpt(source: SourceText, place: Place, fault: Place) -> tuple[Line, ...]:
    """The line at fault and, if another, that of the sign; none where the text is not at hand."""
    spans = {place.line: place, fault.line: fault}
    return tuple(
        Line(number, "", pieces(source.lines[number - 1], [_stretch(spans[number])]))
        for number in sorted(spans)
        if source.text and 0 < number <= len(source.lines)
    )


def suggestion(source: SourceText, correction: Correction) -> tuple[tuple[Line, ...], ...]:
    """The lines that a correction changes, before and after, block by block; none without the text."""
    try:
        blocks = [_rows(source, *block) for block in _blocks(source, correction.changes)]
    except ValueError:
        return ()
    return tuple(
        tuple(Line(row.number, row.sign, _marked(row.line, row.stretches)) for row in rows) for rows in blocks
    )


def pieces(line: str, stretches: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """A line by turns as it is and marked, cut to what stands around the marks if it is long.

    >>> pieces("x = 2 y", [(4, 5)])
    (('x = ', False), ('2', True), (' y', False))
    """
    marks = [(_base(line, min(a, len(line))), min(b, len(line))) for a, b in stretches]
    first, last = _window(line, marks)
    found = [
        ("…" * (first > 0), False),
        *_between(line, marks, first, last),
        ("…" * (last < len(line)), False),
    ]
    return tuple(piece for piece in found if piece[0] or piece[1])


def _marked(line: str, stretches: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """The pieces of a corrected line: where nothing goes or comes, nothing is marked."""
    return tuple(piece for piece in pieces(line, stretches) if piece[0])


def _between(
    line: str, marks: Sequence[tuple[int, int]], first: int, last: int
) -> Iterator[tuple[str, bool]]:
    at = first
    for mark in marks:
        start, end = (min(max(edge, at), last) for edge in mark)
        yield line[at:start], False
        yield line[start:end], True
        at = end
    yield line[at:last], False


def _window(line: str, marks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The part of a line to show: all of it if it is short."""
    if len(line) <= 2 * _AROUND:
        return 0, len(line)
    first = max(0, marks[0][0] - _AROUND) if marks else 0
    last = marks[-1][1] + _AROUND if marks else 2 * _AROUND
    return first, min(last, first + _LONGEST, len(line))


def _base(line: str, start: int) -> int:
    """The character that carries the one at ``start``, if that one is a combining mark."""
    while 0 < start < len(line) and unicodedata.combining(line[start]):
        start -= 1
    return start


def _stretch(place: Place) -> tuple[int, int]:
    return place.column - 1, max(place.column, place.end_column) - 1
