"""A document as the later stages see it: its text, and its regions in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from gradcheck.model import Place


class UnreadableDocument(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


class Kind(Enum):
    """What a region of a document holds."""

    DISPLAY = "display"  # mathematics set apart: $$…$$, \[…\], equation, align, ```math
    INLINE = "inline"  # mathematics in running text: $…$, \(…\), kramdown's $$…$$ inside a line
    PROSE = "prose"  # running text between the mathematics, markup included
    HEADING = "heading"  # the text of a heading, without its marks; `level` says how deep
    READING = "reading"  # the TOML of a fenced ```gradcheck block


@dataclass(frozen=True)
class Region:
    """A stretch of a document. ``offsets[k]`` is where ``text[k]`` stands in the source.

    ``offsets`` has one entry more than ``text``: the end. Where the text is a plain slice of
    the source it is a ``range``. For a DISPLAY, ``text`` is what stands between the delimiters;
    for a top-level environment such as ``align`` it includes ``\\begin{align}`` and ``\\end{align}``.
    """

    kind: Kind
    text: str
    offsets: Sequence[int]
    level: int = 0


@dataclass(frozen=True)
class Source:
    """A document's text (decoded, as in the file) and its regions in order."""

    path: str
    text: str
    title: str
    regions: tuple[Region, ...]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a character of ``text``."""
        line = bisect_right(self._line_starts, offset, 0, max(1, len(self._line_starts) - 1))
        return line, offset - self._line_starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``, cut at the end of its first line."""
        line, column = self.position(start)
        stop = min(end, self._line_starts[line] if line < len(self._line_starts) else end)
        return Place(line, column, max(column + 1, column + stop - start))

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""
