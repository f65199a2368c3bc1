"""Finds a formula that is quoted as printed in the text of its document.

What only lays a formula out does not count: white space, ``&``, the ends of rows, and how a file spells it
(a notebook escapes backslashes, a web page escapes ``<``).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.changes import SourceText

_WORD = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)
_LAYOUT = frozenset({"&", r"\\"})
_IN_JSON = re.compile(r'(?P<between>(?:\\n)?"\s*,\s*")|\\u[0-9a-fA-F]{4}|\\.|.', re.DOTALL)
_IN_MARKUP = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)
_END = "\0"


@dataclass(frozen=True, slots=True)
class Word:
    """A TeX token, and where it stands in the text of the file."""

    text: str
    start: int
    end: int


def occurrences(source: SourceText, formula: str) -> list[tuple[int, int]]:
    r"""Where a formula stands in a document, each as the characters from and to.

    >>> source = SourceText("a.md", r"so $x &= \frac12 y$, but $x = \frac12$")
    >>> [source.text[start:end] for start, end in occurrences(source, r"x=\frac 1 2")]
    ['x &= \\frac12', 'x = \\frac12']
    """
    wanted = [word.text for word in words(SourceText("quotation", formula))]
    there = words(source)
    if not wanted:
        return []
    hay = _END + _END.join(word.text for word in there) + _END
    needle = _END + _END.join(wanted) + _END
    found = []
    at = hay.find(needle)
    while at >= 0:
        first = hay.count(_END, 0, at)
        found.append((there[first].start, there[first + len(wanted) - 1].end))
        at = hay.find(needle, at + 1)
    return found


def words(source: SourceText) -> list[Word]:
    """The TeX tokens of a document, without those that only lay it out."""
    characters = list(_characters(source))
    plain = "".join(text for text, _, _ in characters)
    found = []
    for match in _WORD.finditer(plain):
        if match.group() not in _LAYOUT:
            start, end = characters[match.start()][1], characters[match.end() - 1][2]
            found.append(Word(match.group(), start, end))
    return found


def _characters(source: SourceText) -> Iterator[tuple[str, int, int]]:
    """The characters that a file stands for, each with its stretch of the file."""
    name = source.path.lower()
    if name.endswith(".ipynb"):
        yield from _of_json(source.text)
    elif name.endswith((".html", ".htm")):
        yield from _of_markup(source.text)
    else:
        yield from ((character, at, at + 1) for at, character in enumerate(source.text))


def _of_json(text: str) -> Iterator[tuple[str, int, int]]:
    """Lines of a cell are strings of their own; what is between them is white space."""
    for match in _IN_JSON.finditer(text):
        character = " "
        if match["between"] is None:
            character = match.group() if len(match.group()) == 1 else _unescaped(match.group())
        yield character, match.start(), match.end()


def _unescaped(escape: str) -> str:
    try:
        return str(json.loads(f'"{escape}"'))
    except json.JSONDecodeError:
        return " "


def _of_markup(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _IN_MARKUP.finditer(text):
        yield from ((c, match.start(), match.end()) for c in html.unescape(match.group()))
