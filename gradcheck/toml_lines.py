"""On which line of a TOML text each key and each element stands, which tomllib does not tell.

The text is known to be valid, so this reads only its structure: where keys, strings and brackets begin and
end.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

DEEPEST = 64
"""How deep brackets may nest and how many parts a key may have; tomllib itself has no bound it survives."""

_KEY = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[\w-]++)"""
_MULTILINE = r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^']|'(?!''))*+'{3,5}'''
_STRING = rf"""{_MULTILINE}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'"""
_AKEY = re.compile(_KEY)
_BLANK = re.compile(r"[ \t]*+")
_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_VALUE = re.compile(rf"{_STRING}|[^,\]}}#\n]++", re.DOTALL)
_PIECES = re.compile(
    rf"(?P<long>(?:{_KEY}[ \t]*+\.[ \t]*+){{{DEEPEST}}})|{_STRING}|#[^\n]*+|[\w-]++"
    r"|(?P<open>[\[{])|(?P<close>[\]}])",
    re.DOTALL,
)


@dataclass(slots=True)
class Lines:
    """The line of a key or an element, and of what it holds.

    ``named`` tells a key with a line of its own from the ``a`` of a mere ``[a.b]``.
    """

    line: int = 1
    named: bool = False
    inner: dict[str | int, Lines] = field(default_factory=dict)

    def of(self, *keys: str | int) -> int:
        """The line of the last key, or of the nearest one around it that is known.

        >>> lines_of('[a]\\nb = [1,\\n2]').of("a", "b", 1)
        3
        """
        found = self
        for key in keys:
            if key not in found.inner:
                break
            found = found.inner[key]
        return found.line


def lines_of(text: str) -> Lines:
    """The lines of everything in a valid TOML text."""
    scanner = _Scanner(text)
    with suppress(_Lost):  # what was seen so far still has its lines
        scanner.document()
    return scanner.root


def too_deep(text: str) -> int | None:
    """The first line at which brackets nest too deep or a key has too many parts; the text may be invalid."""
    depth = 0
    for piece in _PIECES.finditer(text):
        depth = max(0, depth + (piece["open"] is not None) - (piece["close"] is not None))
        if depth > DEEPEST or piece["long"]:
            return text.count("\n", 0, piece.start()) + 1
    return None


class _Lost(Exception):
    """The text is not what it has to be here."""


class _Scanner:
    """A position in the text, and the lines seen before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = Lines()
        self._ends = [end.start() for end in re.finditer("\n", text)]

    def document(self) -> None:
        table = self.root
        self._take(_GAP)
        while self.at < len(self.text):
            if self._skip("["):
                table = self._header(array=self._skip("["))
            else:
                self._pair(table)
            self._take(_GAP)

    def _header(self, array: bool) -> Lines:
        table = self.root
        keys = list(self._keys())
        for number, (key, line) in enumerate(keys, 1):
            table = _inner(table, key, line, named=number == len(keys))
            if number < len(keys) and 0 in table.inner:
                table = table.inner[len(table.inner) - 1]
        if array:
            self._skip("]")
            table = _inner(table, len(table.inner), keys[-1][1], named=True)
        self._skip("]")
        return table

    def _pair(self, table: Lines) -> None:
        keys = list(self._keys())
        for number, (key, line) in enumerate(keys, 1):
            table = _inner(table, key, line, named=number == len(keys))
        if not self._skip("="):
            raise _Lost
        self._take(_BLANK)
        self._value(table)

    def _keys(self) -> Iterator[tuple[str, int]]:
        """The parts of a dotted key, each with its line; the blanks around them are taken too."""
        dotted = True
        while dotted:
            self._take(_BLANK)
            line = self._line()
            yield _plain(self._take(_AKEY)), line
            self._take(_BLANK)
            dotted = self._skip(".")

    def _value(self, place: Lines) -> None:
        if self._skip("["):
            while self._more("]"):
                self._value(_inner(place, len(place.inner), self._line(), named=True))
        elif self._skip("{"):
            while self._more("}"):
                self._pair(place)
        else:
            self._take(_VALUE)

    def _more(self, end: str) -> bool:
        """Whether another element follows; if none does, the end is taken."""
        self._take(_GAP)
        if self._skip(","):
            self._take(_GAP)
        return not self._skip(end)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _Lost
        self.at = found.end()
        return found[0]

    def _skip(self, sign: str) -> bool:
        follows = self.text.startswith(sign, self.at)
        self.at += len(sign) * follows
        return follows

    def _line(self) -> int:
        return bisect_left(self._ends, self.at) + 1


def _inner(table: Lines, key: str | int, line: int, named: bool) -> Lines:
    """What a table holds under a key. A key's own line wins over that of ``[key.other]``, however late."""
    inner = table.inner.setdefault(key, Lines(line))
    if named and not inner.named:
        inner.line, inner.named = line, True
    return inner


def _plain(key: str) -> str:
    """A key without its quotes.

    >>> _plain("'a.b'"), _plain(r'"\\u0061"'), _plain("a-b")
    ('a.b', 'a', 'a-b')
    """
    if key[0] == '"':
        try:
            return str(tomllib.loads(f"key = {key}")["key"])
        except tomllib.TOMLDecodeError:
            raise _Lost from None
    return key.strip("'") if key[0] == "'" else key
