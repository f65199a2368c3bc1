"""A document as the later stages see it: its text, and its regions in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from gradcheck.model import Place

# What editors count as the end of a line; str.splitlines also splits at form feeds and U+2028.
_LINE_END = re.compile(r"\r\n?|\n")


class UnreadableDocument(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


class Kind(Enum):
    """What a region of a document holds."""

    DISPLAY = "display"  # mathematics set apart: $$…$$, \[…\], equation, align, ```math
    INLINE = "inline"  # mathematics in running text: $…$, \(…\), kramdown's $$…$$ inside a line
    PROSE = "prose"  # running text between the mathematics, markup included; a TeX preamble
    HEADING = "heading"  # the text of a heading, without its marks; `level` says how deep
    READING = "reading"  # the TOML of a fenced ```gradcheck block


@dataclass(frozen=True)
class Region:
    """A stretch of a document. ``offsets[k]`` is where ``text[k]`` stands in the source.

    ``offsets`` has one entry more than ``text``: the end. Where the text is a plain slice of
    the source it is a ``range``. For a DISPLAY, ``text`` is what stands between the delimiters;
    for a top-level environment such as ``align`` it includes ``\\begin{align}`` and ``\\end{align}``.
    In ``text`` every line ends in ``\\n``, whatever the file uses. ``level`` is that of a heading,
    0 for the title of the document. ``label`` is one written outside the mathematics (the
    ``:label:`` of a reStructuredText directive, pandoc's ``{#eq:a}``). ``unclosed`` marks
    mathematics or a fence whose closing delimiter is missing.
    """

    kind: Kind
    text: str
    offsets: Sequence[int]
    level: int = 0
    label: str | None = None
    unclosed: bool = False


@dataclass(frozen=True)
class Source:
    """A document's text (decoded, as in the file) and its regions in order."""

    path: str
    text: str
    title: str
    regions: tuple[Region, ...]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a character of ``text``."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``, cut at the end of its first line."""
        line, column = self.position(start)
        stop = min(end, self._line_starts[line - 1] + len(self.line(line)))
        return Place(line, column, max(column + 1, column + stop - start))

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end; empty where there is no such line."""
        starts = self._line_starts
        if not 0 < number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")
