"""Brackets, braces and bars, and the argument of a command."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled
from gradcheck.documents.reading.parse_conditions import iverson
from gradcheck.documents.reading.tokens import Refusal, Token
from gradcheck.documents.reading.vocabulary import CLOSERS, OPENERS


def argument(parser: Cursor) -> s.Syntax:
    """The one argument of a command: a group, or a single token."""
    token = parser.peek()
    if token.is_("{"):
        parser.next()
        return braced(parser, token)
    parser.split_number()
    return parser.primary()


def optional(parser: Cursor) -> s.Syntax | None:
    if not parser.peek().is_("["):
        return None
    parser.next()
    inner = parser.total()
    if parser.peek().is_("]"):
        parser.next()
    return inner


def braced(parser: Cursor, opener: Token) -> s.Syntax:
    if parser.peek().is_("}"):
        parser.next()
        raise Refusal("empty braces where a quantity was expected", opener.start, opener.end)
    inner = parser.total()
    if not parser.peek().is_("}"):
        if parser.done():
            raise Refusal("this brace is never closed", opener.start, opener.end)
        if parser.peek().is_(","):
            items = [inner]
            while parser.peek().is_(","):
                parser.next()
                items.append(parser.total())
            inner = s.Group(opener.start, items[-1].end, "(", tuple(items))
    if not parser.peek().is_("}"):
        raise parser.refuse(f"`{parser.peek().value}` was not expected here")
    parser.next()
    return inner


def braced_with_caption(parser: Cursor, token: Token) -> s.Syntax:
    body = argument(parser)
    while parser.peek().is_("_", "^"):
        parser.next()
        parser.raw_argument()
    return body


def bracketed(parser: Cursor, opener: Token) -> s.Syntax:
    outer_bars, parser.bars = parser.bars, []
    try:
        return _inside(parser, opener)
    finally:
        parser.bars = outer_bars


def _inside(parser: Cursor, opener: Token) -> s.Syntax:
    closer = OPENERS[opener.value]
    compared = iverson(parser, opener) if opener.value == "[" else None
    if compared is not None:
        return compared
    items: list[s.Syntax] = []
    while True:
        items.append(parser.total())
        if parser.peek().is_(",", ";"):
            parser.next()
            continue
        break
    token = parser.peek()
    end = items[-1].end
    if token.is_(closer):
        end = parser.next().end
    elif token.kind == "end":
        parser.note("D405", f"`{opener.value}` is never closed", opener)
    elif token.value in CLOSERS:
        parser.note("D405", f"`{opener.value}` is closed by `{token.value}`", opener)
        end = parser.next().end
    elif token.is_("}"):
        parser.note("D405", f"`{opener.value}` is never closed", opener)
    else:
        raise parser.refuse(f"`{token.value}` was not expected here")
    if opener.value == "\\lfloor":
        raise Refusal("these brackets around one quantity are not read", opener.start, end)
    return s.Group(opener.start, end, opener.value, tuple(items))


def bars(parser: Cursor, opener: Token) -> s.Syntax:
    parser.bars.append(opener.value)
    body = parser.total()
    parser.bars.pop()
    if not parser.peek().is_(opener.value):
        raise Refusal(f"`{opener.value}` is never closed", opener.start, opener.end)
    closer = parser.next()
    order = ""
    if opener.value == "\\|" and parser.peek().is_("_"):
        parser.next()
        order = spelled(parser.raw_argument())
    kind = "norm" if opener.value == "\\|" else "abs"
    return s.Norm(opener.start, closer.end, kind, body, order)
