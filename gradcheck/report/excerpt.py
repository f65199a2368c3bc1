"""The author's own line with carets under the span at fault, cut to the width of the page.

Positions come in characters and the carets stand in terminal cells, so that combining
hats (no cell) and wide characters (two cells) do not move them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from gradcheck.model import Place
from gradcheck.report.style import display_width, paint, visible

_CUT = "…"
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Cutting:
    """The shown part of a line; the carets begin after ``indent`` cells and take ``length``."""

    text: str
    indent: int
    length: int


def lines_of(text: str) -> list[str]:
    r"""The lines that an editor counts: form feeds and U+2028 end none.

    >>> lines_of("a\r\nb\fc\n")
    ['a', 'b\x0cc', '']
    """
    return _LINE_END.split(text)


def cut(line: str, start: int, end: int, room: int) -> Cutting:
    """Cut ``line`` to ``room`` cells around the characters from ``start`` to ``end``.

    >>> cut("0123456789", 5, 6, 5)
    Cutting(text='…456…', indent=2, length=1)
    """
    edges = [0, *accumulate(display_width(visible(c)) for c in line)]
    start = _base(edges, min(start, len(line)))
    end = max(start, min(end, len(line)))
    first, last = _window(edges, start, end, room)
    left, right = _CUT * (first > 0), _CUT * (last < len(line))
    text = left + "".join(map(visible, line[first:last])) + right
    length = edges[min(end, last)] - edges[start]
    return Cutting(text, len(left) + edges[start] - edges[first], max(1, length))


def excerpt(
    lines: Sequence[str], place: Place, fault: Place, *, width: int, color: str, on: bool
) -> list[str]:
    """The lines of an excerpt with its gutter: the line at fault and, if another, the sign's own."""
    gutter = len(str(max(place.line, fault.line)))
    rows = [_blank(gutter, on)]
    for number in sorted({place.line, fault.line}):
        if len(rows) > 1:
            rows += _gap(gutter, abs(place.line - fault.line), on)
        shown, mark = (fault, "^") if number == fault.line else (place, "-")
        rows += _row(lines, shown, mark, gutter, width, color, on)
    return [*rows, _blank(gutter, on)]


def _base(edges: Sequence[int], start: int) -> int:
    """The character that carries the one at ``start``, if that one is a combining mark."""
    while 0 < start < len(edges) - 1 and edges[start + 1] == edges[start]:
        start -= 1
    return start


def _window(edges: Sequence[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The first and last edge of the part of a line that is shown."""
    total = edges[-1]
    if total <= room:
        return 0, len(edges) - 1
    fault = min(edges[end] - edges[start], room)
    left = max(0, min(edges[start] - (room - fault) // 2, total - room))
    first = bisect_left(edges, left + 1) if left else 0
    first = min(first, start)
    while 0 < first < start and edges[first + 1] == edges[first]:
        first += 1
    stop = edges[first] - (first > 0) + room
    last = len(edges) - 1 if stop >= total else bisect_right(edges, stop - 1) - 1
    return first, max(last, first)


def _row(
    lines: Sequence[str], place: Place, mark: str, gutter: int, width: int, color: str, on: bool
) -> list[str]:
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    part = cut(line, place.column - 1, place.end_column - 1, max(20, width - gutter - 3))
    carets = paint(mark * part.length, color, on=on, bold=True)
    bar = paint("|", "blue", on=on, bold=True)
    number = paint(f"{place.line:>{gutter}}", "blue", on=on, bold=True)
    return [f"{number} {bar} {part.text}".rstrip(), f"{' ' * gutter} {bar} {' ' * part.indent}{carets}"]


def _blank(gutter: int, on: bool) -> str:
    return " " * gutter + " " + paint("|", "blue", on=on, bold=True)


def _gap(gutter: int, distance: int, on: bool) -> list[str]:
    return [paint("...", "blue", on=on, bold=True)] if distance > 1 else []
