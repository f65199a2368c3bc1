"""Suppressions in documents: ``<!-- gradcheck: ignore[D101] why -->``, or after ``%`` or ``..``.

A comment is about its own line or, if it is alone on its line, about the block that follows: up to the next
blank line, with what is indented deeper below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcheck.changes import LINE_END
from gradcheck.model import Notice, Place
from gradcheck.suppressions import Comment, Suppression, understood

_COMMENT = re.compile(
    r"<!--\s*(?P<markup>gradcheck:.*?)\s*-->"
    r"|(?:(?<![\\%])%+|^\s*\.\.)\s*(?P<line>gradcheck:.*?)\s*$"
)
_FENCE = re.compile(r"\s*(```+|~~~+)\s*([\w-]*)")
_MATHEMATICS = frozenset({"math", "latex", "tex"})
_CELL_LINE = re.compile(r'\s*"(?P<text>.*?)(?:\\r)?(?:\\n)?",?\s*')


def suppressions_in(path: str, text: str) -> tuple[list[Suppression], list[Notice]]:
    """The suppressions of a document, and the comments to gradcheck that cannot be understood."""
    if "gradcheck:" not in text:
        return [], []
    lines = _shown(path.lower(), LINE_END.split(text))
    return understood(path, _comments(lines), lambda comment: _extent(lines, comment))


def _shown(path: str, lines: Sequence[str]) -> list[str]:
    """The lines of the document itself: code in Markdown is blank, as are a notebook's quotes."""
    if path.endswith(".ipynb"):
        return [_of_cell(line) for line in lines]
    return _without_code(lines) if path.endswith((".md", ".markdown")) else list(lines)


def _of_cell(line: str) -> str:
    """A line of a cell in the columns of the file."""
    match = _CELL_LINE.fullmatch(line)
    return line if match is None else " " * match.start("text") + match["text"]


def _without_code(lines: Sequence[str]) -> list[str]:
    shown, fence = [], ""
    for line in lines:
        edge = _FENCE.match(line)
        if fence:
            shown.append("")
            closes = edge is not None and edge[1].startswith(fence) and not edge[2]
            fence = "" if closes else fence
        else:
            opens = edge is not None and edge[2].lower() not in _MATHEMATICS
            fence = edge[1] if opens and edge is not None else ""
            shown.append("" if opens else line)
    return shown


def _comments(lines: Sequence[str]) -> Iterator[Comment]:
    for number, line in enumerate(lines, 1):
        for match in _COMMENT.finditer(line):
            text = match["markup"] or match["line"]
            yield Comment(text, Place(number, match.start() + 1, match.end() + 1))


def _extent(lines: Sequence[str], comment: Comment) -> tuple[int, int]:
    number = comment.place.line
    if _COMMENT.sub("", lines[number - 1]).strip():
        return number, number
    first = number + 1
    while first <= len(lines) and not _COMMENT.sub("", lines[first - 1]).strip():
        first += 1
    return first, _block_end(lines, first)


def _block_end(lines: Sequence[str], first: int) -> int:
    """The last line of the block that begins on a line; what is indented below its head belongs to it."""
    last = end = first
    while last < len(lines):
        line = lines[last]
        last += 1
        if not line.strip():
            continue
        if last > end + 1 and _indent(line) <= _indent(lines[first - 1]):
            break
        end = last
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
