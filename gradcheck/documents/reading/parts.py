"""The parts of a statement: the expressions between its relation signs, each read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Note
from gradcheck.documents.reading.parser import Parser
from gradcheck.documents.reading.relation_signs import RELATIONS
from gradcheck.documents.reading.tokens import Refusal, Token


@dataclass(frozen=True)
class Part:
    """One expression of a chain and the sign before it (None for the first).

    ``tree`` is what was read from ``tokens``, or the `Refusal` that stopped the reader.
    """

    sign: Token | None
    tree: s.Syntax | Refusal
    start: int
    end: int
    notes: tuple[Note, ...] = ()
    tokens: tuple[Token, ...] = field(default=(), repr=False)


def read_parts(piece: list[Token], signs: frozenset[str] = RELATIONS) -> list[Part]:
    """The expressions between the relation signs of a statement."""
    parts: list[Part] = []
    sign: Token | None = None
    current: list[Token] = []
    depth = 0
    for k, token in enumerate(piece):
        if token.is_("}", ")", "]", "\\}", "\\end"):
            depth = max(0, depth - 1)
        closed = depth == 0 or (token.value in signs and not _closes_later(piece[k:]))
        if closed and token.kind != "text" and (token.value in signs or _is_colon_equal(piece, k)):
            if token.is_(":"):
                continue
            if current or sign is not None:
                parts.append(read_part(sign, current))
            sign = _sign_token(piece, k)
            current, depth = [], 0
            continue
        if token.is_("{", "(", "[", "\\{", "\\begin"):
            depth += 1
        current.append(token)
    parts.append(read_part(sign, current))
    return parts


def _closes_later(tokens: Sequence[Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += token.is_("{", "(", "[", "\\{", "\\begin") - token.is_("}", ")", "]", "\\}", "\\end")
        if depth < 0:
            return True
    return False


def _is_colon_equal(piece: list[Token], k: int) -> bool:
    return piece[k].is_(":") and k + 1 < len(piece) and piece[k + 1].is_("=")


def _sign_token(piece: list[Token], k: int) -> Token:
    token = piece[k]
    if k and piece[k - 1].is_(":") and token.is_("="):
        return Token("char", ":=", piece[k - 1].start, token.end)
    return token


def read_part(sign: Token | None, tokens: list[Token]) -> Part:
    """The expression that ``tokens`` spell."""
    while tokens and (tokens[-1].is_(",", ".", ";", ":") or tokens[-1].kind == "space"):
        tokens = tokens[:-1]
    if not tokens:
        where = sign or Token("end", "", 0, 0)
        return Part(
            sign, Refusal("nothing stands after this sign", where.start, where.end), where.start, where.end
        )
    start, end = tokens[0].start, tokens[-1].end
    parser = Parser(tokens)
    try:
        tree: s.Syntax | Refusal = parser.whole()
    except Refusal as refusal:
        tree = refusal
    except RecursionError:
        tree = Refusal("brackets nested too deeply", start, end)
    return Part(sign, tree, start, end, tuple(parser.notes), tuple(tokens))
