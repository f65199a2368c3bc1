"""A correction in the author's own notation: each line as it is printed, below it as it should be.

Both lines are cut at the same place, so that the eye can compare them; ``-`` stands under what goes,
``+`` under what comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.changes import LINE_END, Edit, SourceText, applied
from gradcheck.model import Change, Correction
from gradcheck.report.ruler import Ruler
from gradcheck.report.style import paint
from gradcheck.report.tables import EVERY_SIZE

_CONTEXT = 8  # cells
_HUES = {"-": "red", "+": "green"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line, old (``-``) or new (``+``), and the stretches of it that the correction is about."""

    number: int
    sign: str
    line: str
    stretches: tuple[tuple[int, int], ...]


def in_words(correction: Correction) -> str:
    """What a correction does and how far that is proved.

    >>> in_words(Correction("the 2 should be 3", (), True, "sizes 2, 3"))
    'the 2 should be 3 (proved at sizes 2, 3 only)'
    """
    if not correction.proved:
        return f"{correction.edit} (not proved)"
    scope = f"for {EVERY_SIZE}" if correction.scope == EVERY_SIZE else f"at {correction.scope} only"
    return f"{correction.edit} (proved {scope})"


def suggestion(
    source: SourceText, correction: Correction, gutter: int, *, width: int, color: bool
) -> list[str]:
    """The lines that a correction changes, before and after; none where the text is not at hand."""
    blocks = changed_lines(source, correction)
    gutter = max([gutter, *(len(str(row.number)) for rows in blocks for row in rows)])
    bar = f"{' ' * gutter} {paint('|', 'blue', on=color, bold=True)}"
    shown = [bar]
    for nth, rows in enumerate(blocks):
        if nth:
            shown.append(paint("...", "blue", on=color, bold=True))
        shown += _shown(rows, bar, gutter, max(20, width - gutter - 3), color)
    return [*shown, bar] if blocks else []


def changed_lines(source: SourceText, correction: Correction) -> list[list[Row]]:
    """What a correction changes, place by place, the old lines first; none where the text is not at hand."""
    try:
        return [_rows(source, *block) for block in _blocks(source, correction.changes)]
    except ValueError:
        return []


def first_shown(row: Row, rows: Sequence[Row], room: int) -> int:
    """The first character to show of a row: the same for the old line and the new one."""
    return max(_first(other, room) for other in rows if _begins_like(row, other))


def _blocks(
    source: SourceText, changes: Sequence[Change]
) -> Iterator[tuple[tuple[int, int], tuple[Edit, ...]]]:
    """The changes by the lines that they stand in: first and last line, and the edits there."""
    group: list[Change] = []
    for change in changes:
        if group and change.line > group[-1].end_line:
            yield (group[0].line, group[-1].end_line), source.edits(group)
            group = []
        group.append(change)
    if group:
        yield (group[0].line, group[-1].end_line), source.edits(group)


def _rows(source: SourceText, lines: tuple[int, int], edits: tuple[Edit, ...]) -> list[Row]:
    """The old lines of a block and then the new ones."""
    start = source.offset(lines[0], 1)
    end = source.offset(lines[1], len(source.lines[lines[1] - 1]) + 1)
    local = tuple(Edit(e.start - start, e.end - start, e.new) for e in edits)
    old = source.text[start:end]
    return [
        *_signed("-", lines[0], old, [(e.start, e.end) for e in local]),
        *_signed("+", lines[0], applied(old, local), _places(local)),
    ]


def _places(edits: Sequence[Edit]) -> list[tuple[int, int]]:
    """Where the new text of each edit stands after all of them."""
    places, grown = [], 0
    for edit in edits:
        start = edit.start + grown
        places.append((start, start + len(edit.new)))
        grown += len(edit.new) - (edit.end - edit.start)
    return places


def _signed(sign: str, number: int, text: str, stretches: Sequence[tuple[int, int]]) -> Iterator[Row]:
    start = 0
    for end in [*LINE_END.finditer(text), None]:
        line = text[start : end.start() if end else len(text)].rstrip()
        inside = (
            (max(a, start) - start, min(b, start + len(line)) - start)
            for a, b in stretches
            if a <= start + len(line) and b >= start
        )
        yield Row(number, sign, line, tuple(pair for pair in inside if pair[0] <= pair[1]))
        start, number = end.end() if end else start, number + 1


def _shown(rows: Sequence[Row], bar: str, gutter: int, room: int, color: bool) -> Iterator[str]:
    """Each row, cut like its counterpart, and the marks under it."""
    for row in rows:
        ruler = Ruler(row.line)
        first = first_shown(row, rows, room)
        pieces = (
            _painted(text, row.sign, marked, color)
            for text, marked in ruler.pieces(first, room, row.stretches)
        )
        number = paint(f"{row.number:>{gutter}}", "blue", on=color, bold=True)
        sign = paint(row.sign, _HUES[row.sign], on=color, bold=True)
        yield f"{number} {sign} {''.join(pieces)}".rstrip()
        if marks := _marks(ruler, first, room, row):
            yield f"{bar} {paint(marks, _HUES[row.sign], on=color, bold=True)}"


def _begins_like(row: Row, other: Row) -> bool:
    """Whether two rows are the same up to where the correction begins, as a line is with itself."""
    if row is other:
        return True
    if not (row.stretches and other.stretches and row.number == other.number):
        return False
    start = row.stretches[0][0]
    return other.stretches[0][0] == start and row.line[:start] == other.line[:start]


def _first(row: Row, room: int) -> int:
    """The first character to show of a row by itself: some of what stands before the correction is kept."""
    if not row.stretches:
        return 0
    ruler = Ruler(row.line)
    start, end = ruler.stretch(row.stretches[0][0], row.stretches[-1][1])
    while ruler.width(start, end) > room - 2 * _CONTEXT:
        end -= 1
    return ruler.first(start, end, room)


def _painted(text: str, sign: str, marked: bool, color: bool) -> str:
    return paint(text, _HUES[sign], on=color and marked, bold=True)


def _marks(ruler: Ruler, first: int, room: int, row: Row) -> str:
    """``-`` or ``+`` under each stretch that is shown."""
    marks = ""
    for stretch in row.stretches:
        start, end = ruler.stretch(*stretch)
        if first <= start < min(end, ruler.last(first, room)):
            indent, length = ruler.cells(first, room, start, end)
            marks = marks.ljust(indent) + row.sign * max(1, length)
    return marks if marks.strip() else ""
