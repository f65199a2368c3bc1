"""Text taken out of a source with every character's place in it: parts dropped, escapes decoded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gradcheck.documents.reading.source import Kind, Region


@dataclass(frozen=True, slots=True)
class _Piece:
    """Consecutive characters of a view, beginning at ``at``, that stand at source[start:end].

    Either they are as many as the source characters, one for one, or it is a single character
    written with several (``&amp;``, ``\\u00e9``).
    """

    at: int
    start: int
    end: int


class View:
    """A text whose characters know their offset in the source."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self.text = text
        self._pieces = pieces
        self._starts = [piece.at for piece in pieces]

    def offsets(self, start: int, end: int) -> Sequence[int]:
        """The source offset of each character of ``text[start:end]``, and the end."""
        runs = list(self.source_spans(start, end))
        if not runs:
            return range(self._offset(start), self._offset(start) + 1)
        if len(runs) == 1 and runs[0][1] - runs[0][0] == end - start:
            return range(runs[0][0], runs[0][1] + 1)
        places = [place for first, last, size in runs for place in range(first, first + size)]
        return [*places, runs[-1][1]]

    def _offset(self, index: int) -> int:
        if not self._pieces:
            return 0
        piece = self._pieces[max(0, bisect_right(self._starts, index) - 1)]
        return min(piece.start + index - piece.at, piece.end)

    def source_spans(self, start: int, end: int) -> Iterable[tuple[int, int, int]]:
        """For each piece in ``text[start:end]``: first and last source offset, and its length here."""
        number = max(0, bisect_right(self._starts, start) - 1)
        while start < end:
            piece = self._pieces[number]
            stop = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
            size = min(stop, end) - start
            first = piece.start + start - piece.at
            yield first, (piece.end if start + size == stop else first + size), size
            start, number = start + size, number + 1

    def keep(self, spans: Iterable[tuple[int, int]]) -> View:
        """Only these stretches of the view, in order."""
        builder = ViewBuilder()
        for start, end in spans:
            at = start
            for first, last, size in self.source_spans(start, end):
                builder.add(self.text[at : at + size], first, last)
                at += size
        return builder.view()

    def region(
        self,
        kind: Kind,
        start: int,
        end: int,
        *,
        level: int = 0,
        label: str | None = None,
        unclosed: bool = False,
    ) -> Region:
        """The region that ``text[start:end]`` is."""
        return Region(kind, self.text[start:end], self.offsets(start, end), level, label, unclosed)

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The bounds of ``text[start:end]`` without the white space at either side."""
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        return start, max(start, end - (len(inner) - len(inner.rstrip())))


@dataclass
class ViewBuilder:
    """Collects the pieces of a view from left to right."""

    _texts: list[str] = field(default_factory=list)
    _pieces: list[_Piece] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, start: int, end: int) -> None:
        """Append characters that stand at ``source[start:end]``, one for one or all for each."""
        if len(text) == end - start:
            self._add_straight(text, start, end)
        else:
            for character in text:
                self._append(_Piece(self._length, start, end), character)

    def _add_straight(self, text: str, start: int, end: int) -> None:
        last = self._pieces[-1] if self._pieces else None
        if not text:
            return
        if last and last.end == start and self._length - last.at == last.end - last.start:
            self._pieces[-1] = _Piece(last.at, last.start, end)
            self._texts.append(text)
            self._length += len(text)
        else:
            self._append(_Piece(self._length, start, end), text)

    def _append(self, piece: _Piece, text: str) -> None:
        self._pieces.append(piece)
        self._texts.append(text)
        self._length += len(text)

    def view(self) -> View:
        """What was collected."""
        return View("".join(self._texts), self._pieces)


def view_of(text: str) -> View:
    """The whole source with every line end written ``\\n``, so that scanners know only one."""
    builder = ViewBuilder()
    done = 0
    for end in re.finditer(r"\r\n?", text):
        builder.add(text[done : end.start()], done, end.start())
        builder.add("\n", end.end() - 1, end.end())
        done = end.end()
    builder.add(text[done:], done, len(text))
    return builder.view()
