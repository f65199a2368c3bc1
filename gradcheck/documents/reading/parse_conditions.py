"""Comparisons, and the indicators that hold them: ``[i = j]``, ``\\mathbb 1_{i = j}``."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor
from gradcheck.documents.reading.tokens import Token
from gradcheck.documents.reading.vocabulary import COMPARISONS, OPENERS


def iverson(parser: Cursor, opener: Token) -> s.Syntax | None:
    """``[i = j]``: a bracket that holds a condition."""
    depth = 0
    for k in range(parser.at, len(parser.tokens)):
        token = parser.tokens[k]
        if depth == 0 and token.value in COMPARISONS and token.kind != "text":
            break
        depth += token.is_("(", "[", "{", "\\{") - token.is_(")", "]", "}", "\\}")
        if depth < 0:
            return None
    else:
        return None
    compared = conditions(parser, "]")
    end = parser.next().end if parser.peek().is_("]") else parser.peek().start
    return s.Indicator(opener.start, end, tuple(compared))


def conditions(parser: Cursor, *closers: str) -> list[s.Compare]:
    """Comparisons separated by commas, up to a closer."""
    found: list[s.Compare] = []
    while not parser.done() and not parser.peek().is_(*closers):
        left = parser.total()
        while parser.peek().value in COMPARISONS or _not_equal(parser):
            sign = _comparison(parser)
            right = parser.total()
            found.append(s.Compare(left.start, right.end, sign, left, right))
            left = right
        if parser.peek().is_(",", "\\wedge", ";") or parser.peek().kind in ("space", "text"):
            parser.next()
            continue
        break
    return found


def _not_equal(parser: Cursor) -> bool:
    return parser.peek().is_("!") and parser.peek(1).is_("=")


def _comparison(parser: Cursor) -> str:
    if _not_equal(parser):
        parser.at += 2
        return "!="
    token = parser.next()
    following = parser.peek()
    if token.is_("=") and following.is_("="):
        parser.next()
    if token.is_("<") and following.is_(">"):
        parser.next()
        return "!="
    return COMPARISONS[token.value]


def indicator(parser: Cursor, token: Token) -> s.Syntax:
    """``\\mathbb 1(…)``, ``\\mathbb 1_{…}``."""
    if parser.peek().is_("_"):
        parser.next()
        raw = parser.raw_argument()
        while raw and raw[0].is_("\\{", "(", "["):
            raw = raw[1:-1]
        inner = parser.fresh(raw)
        compared = conditions(inner)
        return s.Indicator(token.start, parser.last_end, tuple(compared))
    opener = parser.peek()
    if opener.value not in ("(", "[", "\\{"):
        return s.Symbol(token.start, token.end, "\\mathbf{1}")
    parser.next()
    closer = OPENERS[opener.value]
    compared = conditions(parser, closer)
    if not parser.peek().is_(closer):
        raise parser.refuse(f"`{closer}` was expected here")
    return s.Indicator(token.start, parser.next().end, tuple(compared))


def has_comparison(parser: Cursor) -> bool:
    depth = 0
    for k in range(parser.at, len(parser.tokens)):
        token = parser.tokens[k]
        depth += token.is_("(", "[", "{", "\\{") - token.is_(")", "]", "}", "\\}")
        if token.value in COMPARISONS:
            return True
        if depth == 0:
            return False
    return False
