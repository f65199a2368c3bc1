"""A line measured in terminal cells: which part of it fits, and where a character stands in that part.

Positions come in characters and marks stand in cells, so that combining hats (no cell) and wide
characters (two cells) do not move them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from gradcheck.report.style import display_width, visible

CUT = "…"


class Ruler:
    """A line with the cell at which each of its characters begins."""

    def __init__(self, line: str) -> None:
        self.line = line
        self._edges = [0, *accumulate(display_width(visible(c)) for c in line)]

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """The characters from ``start`` to ``end`` that the line has, with the base of a combining mark."""
        start = self._base(min(start, len(self.line)))
        return start, max(start, min(end, len(self.line)))

    def width(self, start: int, end: int) -> int:
        """How many cells a stretch takes."""
        return self._edges[end] - self._edges[start]

    def first(self, start: int, end: int, room: int) -> int:
        """The first character to show so that a stretch stands in the middle of ``room`` cells."""
        edges = self._edges
        total = edges[-1]
        if total <= room:
            return 0
        wanted = min(self.width(start, end), room)
        left = max(0, min(edges[start] - (room - wanted) // 2, total - room))
        first = min(bisect_left(edges, left + 1) if left else 0, start)
        while 0 < first < start and edges[first + 1] == edges[first]:
            first += 1
        return first

    def last(self, first: int, room: int) -> int:
        """The character before which the shown part ends."""
        stop = self._edges[first] - (first > 0) + room
        if stop >= self._edges[-1]:
            return len(self.line)
        return max(first, bisect_right(self._edges, stop - 1) - 1)

    def pieces(
        self, first: int, room: int, stretches: Sequence[tuple[int, int]] = ()
    ) -> Iterator[tuple[str, bool]]:
        """The shown part, piece by piece, each with whether it belongs to one of the stretches."""
        last = self.last(first, room)
        yield CUT * (first > 0), False
        at = first
        for stretch in stretches:
            start, end = (min(max(edge, at), last) for edge in stretch)
            yield self._visible(at, start), False
            yield self._visible(start, end), True
            at = end
        yield self._visible(at, last), False
        yield CUT * (last < len(self.line)), False

    def cells(self, first: int, room: int, start: int, end: int) -> tuple[int, int]:
        """After how many cells a stretch begins in the shown part, and how many it takes there."""
        start, end = max(start, first), min(end, self.last(first, room))
        indent = (first > 0) + self._edges[start] - self._edges[first]
        return indent, max(0, self._edges[max(start, end)] - self._edges[start])

    def _visible(self, start: int, end: int) -> str:
        return "".join(map(visible, self.line[start:end]))

    def _base(self, start: int) -> int:
        """The character that carries the one at ``start``, if that one is a combining mark."""
        edges = self._edges
        while 0 < start < len(edges) - 1 and edges[start + 1] == edges[start]:
            start -= 1
        return start
