"""What a correction does to the text of a file: stretches of it become others, in the file's own spelling.

LaTeX is written differently from file to file: a notebook escapes backslashes, a web page escapes ``<``,
and a line may end in ``\\r\\n``. Positions are those of the text as it stands in the file.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from gradcheck.model import Change

LINE_END = re.compile(r"\r\n?|\n")
"""What editors count as the end of a line: form feeds and U+2028 end none."""

_BETWEEN_STRINGS = re.compile(r'(?<!\\)"\s*,\s*"')
"""What stands between the lines of a notebook's cell."""

_SCRIPT_EDGE = re.compile(r"<(/?)script\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` of a file becomes ``new``; an empty stretch inserts."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class SourceText:
    """The text of a file whose lines and columns can be looked up."""

    path: str
    text: str

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(end.end() for end in LINE_END.finditer(self.text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return LINE_END.split(self.text)

    def offset(self, line: int, column: int) -> int:
        """The character at a 1-based line and column; one past the last is allowed.

        Raises ValueError where there is no such place.
        """
        if not (0 < line <= len(self.lines) and 0 < column <= len(self.lines[line - 1]) + 1):
            raise ValueError(f"{self.path} has no column {column} in a line {line}")
        return self.starts[line - 1] + column - 1

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """Changes as edits of this text, spelled as it spells. Raises ValueError."""
        return tuple(map(self._edit, changes))

    def _edit(self, change: Change) -> Edit:
        start = self.offset(change.line, change.column)
        end = self.offset(change.end_line, change.end_column)
        return Edit(start, end, self.spelled(change.latex, start))

    def spelled(self, latex: str, at: int) -> str:
        r"""LaTeX as it has to be written at a place of this file.

        >>> SourceText("a.ipynb", "{}").spelled(r'\frac{"a"}{b}', 0)
        '\\\\frac{\\"a\\"}{b}'
        >>> SourceText("a.html", "").spelled("a < b & c", 0)
        'a &lt; b &amp; c'
        >>> SourceText("a.md", "x\r\n").spelled("a\nb", 0)
        'a\r\nb'
        """
        if self._suffix == ".ipynb":
            return json.dumps(latex, ensure_ascii=self.text.isascii())[1:-1]
        if self._escapes_markup(at):
            latex = html.escape(latex, quote=False)
        return latex.replace("\n", self._line_end) if "\n" in latex else latex

    def as_latex(self, start: int, end: int) -> str:
        r"""A stretch of this file as the LaTeX that it stands for.

        >>> SourceText("a.ipynb", r'"\\frac"').as_latex(1, 7)
        '\\frac'
        """
        raw = self.text[start:end]
        if self._suffix == ".ipynb":
            try:
                return str(json.loads(f'"{_BETWEEN_STRINGS.sub("", raw)}"', strict=False))
            except json.JSONDecodeError:  # more than lines of one cell
                return raw
        return html.unescape(raw) if self._escapes_markup(start) else LINE_END.sub("\n", raw)

    @property
    def _suffix(self) -> str:
        return PurePath(self.path).suffix.lower()

    @cached_property
    def _line_end(self) -> str:
        """How this file ends its lines."""
        end = LINE_END.search(self.text)
        return end.group() if end else "\n"

    def _escapes_markup(self, at: int) -> bool:
        """Whether this is a web page and the place is not inside a script, where ``<`` stands for itself."""
        if self._suffix not in (".html", ".htm"):
            return False
        closing = ""
        for edge in _SCRIPT_EDGE.finditer(self.text, 0, at):
            closing = edge[1] or "open"
        return closing != "open"


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits, which stand in its order and do not overlap.

    >>> applied("x^2 + y", [Edit(0, 0, "2 "), Edit(2, 3, "{-1}"), Edit(4, 7, "")])
    '2 x^{-1} '

    Raises ValueError for edits that overlap.
    """
    pieces, at = [], 0
    for edit in edits:
        if not at <= edit.start <= edit.end:
            raise ValueError(f"changes that overlap, at characters {edit.start} to {edit.end}")
        pieces += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*pieces, text[at:]])


def touch(one: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether some edits overlap others or meet them, so that what comes of both depends on their order.

    >>> touch([Edit(0, 2, "a")], [Edit(2, 2, "b")]), touch([Edit(0, 2, "a")], [Edit(3, 4, "b")])
    (True, False)
    """
    others = tuple(others)
    return any(a.start <= b.end and b.start <= a.end for a in one for b in others)
