"""Whether ``$$…$$`` on a line of Markdown is set apart or, as kramdown has it, part of the sentence."""

from __future__ import annotations

import re

from gradcheck.documents.reading.formats.mathematics import Found
from gradcheck.documents.reading.source import Kind

_LETTER = r"[^\W\d_①-⓿]"
_FIRST_LETTER = re.compile(_LETTER)
_LAST_LETTER = re.compile(rf"{_LETTER}(?=(?:[\W\d_①-⓿])*\Z)")
# What may stand beside a display without making it part of a sentence: other displays, an equation
# number, pandoc's {#eq:label}, an item's letter.
_BESIDE = re.compile(
    r"\$\$.*?\$\$|\(\s*\d+[a-z']?\s*\)|\{[#:.][^}\n]*\}|^[ \t]*(?:[-*+][ \t]+)?\(?[a-z][.)](?=\s)"
)
_RELATION = re.compile(
    r"=|\\(?:leftarrow|gets|triangleq|propto|approx|Rightarrow|implies|iff|Leftrightarrow)\b"
)
_ENDS_PARAGRAPH = re.compile(r"\n?[ \t]*(?:\n|\Z)")


class LineSense:
    """Looks at the words around a display; each line is looked at once, however many it holds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = (0, -1)
        self._words = (0, 0)

    def kind_of(self, found: Found) -> Kind:
        """DISPLAY or INLINE for mathematics between double dollars.

        Words after it make it INLINE. Words only before it do too, unless it is a relation that
        ends its paragraph or follows a colon or comma: "Then, $$a = b$$" is meant to be read.
        """
        inner = self._text[slice(*found.inner)]
        if found.unclosed or "\n" in inner:
            return Kind.DISPLAY
        self._look_at(found.start)
        first, last = self._words
        if last > found.end:
            return Kind.INLINE
        if first > found.start or (_RELATION.search(inner) and self._is_announced(found)):
            return Kind.DISPLAY
        return Kind.INLINE

    def _is_announced(self, found: Found) -> bool:
        before = self._text[max(self._line[0], found.start - 40) : found.start]
        return before.rstrip(" \t*_").endswith((":", ",")) or bool(
            _ENDS_PARAGRAPH.match(self._text, self._line[1] + 1)
        )

    def _look_at(self, at: int) -> None:
        if self._line[0] <= at <= self._line[1]:
            return
        start = self._text.rfind("\n", 0, at) + 1
        end = self._text.find("\n", at)
        self._line = (start, len(self._text) if end < 0 else end)
        self._words = self._find_words(*self._line)

    def _find_words(self, start: int, end: int) -> tuple[int, int]:
        """The first letter of the line outside displays, and the end of the last one."""
        line = _BESIDE.sub(lambda beside: " " * len(beside.group()), self._text[start:end])
        first = _FIRST_LETTER.search(line)
        last = _LAST_LETTER.search(line)
        return (start + first.start() if first else end + 1), (start + last.end() if last else -1)
