"""The author's own line with carets under the span at fault, cut to the width of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.changes import LINE_END
from gradcheck.model import Place
from gradcheck.report.ruler import Ruler
from gradcheck.report.style import paint


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
    return LINE_END.split(text)


def cut(line: str, start: int, end: int, room: int) -> Cutting:
    """Cut ``line`` to ``room`` cells around the characters from ``start`` to ``end``.

    >>> cut("0123456789", 5, 6, 5)
    Cutting(text='…456…', indent=2, length=1)
    """
    ruler = Ruler(line)
    start, end = ruler.stretch(start, end)
    first = ruler.first(start, end, room)
    indent, length = ruler.cells(first, room, start, end)
    return Cutting("".join(text for text, _ in ruler.pieces(first, room)), indent, max(1, length))


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
