"""How the author spells things: stretches of the source as LaTeX, and the places of changes in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

from gradcheck.documents.correcting.edits import Piece, spaced
from gradcheck.documents.correcting.sizing import length_before
from gradcheck.documents.reading.source import Region, Source
from gradcheck.documents.reading.syntax import Syntax
from gradcheck.model import Change

_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|mathit|mathsf|bold)\{$")


class Spelling:
    """The LaTeX of one source, whatever its file format spells it as."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def _regions(self) -> tuple[list[int], list[Region]]:
        ordered = sorted((r for r in self.source.regions if len(r.offsets)), key=lambda r: r.offsets[0])
        return [r.offsets[0] for r in ordered], ordered

    def region(self, at: int) -> Region:
        """The region that holds a character of the source."""
        starts, regions = self._regions
        return regions[max(0, bisect_right(starts, at) - 1)]

    def between(self, start: int, end: int) -> str:
        """The LaTeX that stands at ``start … end``."""
        region = self.region(start)
        first, last = _index(region.offsets, start), _index(region.offsets, end)
        return region.text[first:last]

    def of(self, tree: Syntax) -> str:
        """The LaTeX that a tree was read from."""
        return self.between(tree.start, tree.end)

    def with_parts(self, start: int, end: int, parts: Iterable[tuple[int, int, str]]) -> str:
        """The LaTeX at ``start … end`` with some stretches of it written otherwise."""
        written, at = "", start
        for first, last, latex in sorted(parts):
            before = self.between(at, first)
            written += before + spaced(before, latex, self.between(last, end)[:1])
            at = last
        return written + self.between(at, end)

    def whole(self, start: int, end: int) -> tuple[int, int]:
        r"""The stretch with what sizes its bracket, and the font it stands in: ``\mathbf{dS}``."""
        if self.after(start)[:1] in ("(", "[", "\\"):
            start -= length_before(self.before(start))
        before, text = self.before(start), self.between(start, end)
        font = _FONT.search(before)
        if font is None:
            return start, end
        depth = text.count("{") - text.count("}")
        if depth < 0:
            return start - len(font.group()), end
        if self.after(end).startswith("}"):
            return start - len(font.group()), end + 1
        return start, end

    def before(self, at: int) -> str:
        """The LaTeX before a place, back to the beginning of its region."""
        region = self.region(at)
        return region.text[: _index(region.offsets, at)]

    def after(self, at: int) -> str:
        """The LaTeX from a place on, to the end of its region."""
        region = self.region(at)
        return region.text[_index(region.offsets, at) :]

    def change(self, piece: Piece) -> Change:
        """A piece as a change of the file."""
        latex = spaced(self.before(piece.start)[-40:], piece.latex, self.after(piece.end)[:1])
        line, column = self.source.position(piece.start)
        end_line, end_column = self.source.position(self._after_character(piece.end))
        return Change(line, column, end_line, end_column, latex)

    def _after_character(self, at: int) -> int:
        """A place, or the end of the character that it is inside of, such as ``&lt;``."""
        offsets = self.region(at - 1).offsets if at else ()
        index = _index(offsets, at)
        return offsets[index] if index < len(offsets) else at

    def changed(self, pieces: Sequence[Piece]) -> str:
        """The LaTeX of the region that the pieces are in, after them."""
        region = self.region(pieces[0].start)
        text = region.text
        for piece in reversed(pieces):
            start, end = _index(region.offsets, piece.start), _index(region.offsets, piece.end)
            text = text[:start] + piece.latex + text[end:]
        return text

    def sized(self, piece: Piece) -> Piece:
        """The piece with the commands that size its first bracket, and without those of the next one."""
        start, end = piece.start, piece.end
        font = _FONT.search(self.before(start)) if start == end else None
        if font is not None:
            return Piece(start - len(font.group()), start - len(font.group()), piece.latex)
        before = length_before(self.before(start))
        if before and self.after(start)[:1] in tuple("([{|\\)]}"):
            start -= before
        if start == piece.start == end:
            return piece
        if end > piece.start:
            end -= length_before(self.between(piece.start, end))
        return (
            Piece(start, max(start, end), piece.latex)
            if end > piece.start
            else Piece(start, start, piece.latex)
        )


def _index(offsets: Sequence[int], at: int) -> int:
    """Which character of a region stands at a place of the source."""
    if isinstance(offsets, range):
        return at - offsets.start
    return bisect_left(offsets, at)
