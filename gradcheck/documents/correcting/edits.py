"""An edit: which stretches of the source to write anew, in words and with what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gradcheck.documents.reading.tokens import Token

_COMMAND_BEFORE = re.compile(r"\\[A-Za-z]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """``source[start:end]`` becomes ``latex``; an empty stretch inserts."""

    start: int
    end: int
    latex: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Pieces that are written together; ``cost`` is how unlikely the slip is that they undo."""

    pieces: tuple[Piece, ...]
    words: str
    cost: float


class Misfit(Exception):
    """An edit that does not fit the tokens: it would cut one in two, or overlaps itself."""


def edited(
    tokens: Sequence[Token], pieces: Sequence[Piece], read: Callable[[Piece], list[Token]]
) -> list[Token]:
    """The tokens after the edit, ``read`` giving those of each piece. Raises `Misfit`."""
    result: list[Token] = []
    k = 0
    for piece in ordered(pieces):
        while k < len(tokens) and tokens[k].start < piece.start:
            result.append(tokens[k])
            k += 1
        if result and k and tokens[k - 1].end > piece.start:
            raise Misfit("an edit inside a token")
        while k < len(tokens) and tokens[k].start < piece.end:
            if tokens[k].end > piece.end:
                raise Misfit("an edit inside a token")
            k += 1
        result += read(piece)
    return result + list(tokens[k:])


def ordered(pieces: Iterable[Piece]) -> list[Piece]:
    """In the order of the source; where two begin together, the one that only inserts comes first."""
    return sorted(pieces, key=lambda p: (p.start, p.end > p.start))


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with neighbours that touch made one.

    >>> merged([Piece(3, 3, "-"), Piece(3, 5, "x")])
    [Piece(start=3, end=5, latex='-x')]
    """
    result: list[Piece] = []
    for piece in pieces:
        if result and result[-1].end == piece.start:
            last = result.pop()
            latex = last.latex + spaced(last.latex, piece.latex, "")
            result.append(Piece(last.start, piece.end, latex))
        else:
            result.append(piece)
    return result


def spaced(before: str, latex: str, after: str) -> str:
    """``latex`` with the blanks that keep a command apart from a letter beside it.

    >>> spaced(r"\\gamma", "x", "y"), spaced("", r"\\gamma", "x")
    (' x', '\\\\gamma ')
    """
    if latex[:1].isalpha() and _COMMAND_BEFORE.search(before):
        latex = " " + latex
    if after[:1].isalpha() and (
        _COMMAND_BEFORE.search(latex) or (not latex and _COMMAND_BEFORE.search(before))
    ):
        latex += " "
    return latex
