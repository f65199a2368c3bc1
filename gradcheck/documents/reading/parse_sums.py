"""Sums and products with their indices: the binders, and how far the body reaches."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, split
from gradcheck.documents.reading.tokens import Refusal, Token
from gradcheck.documents.reading.vocabulary import COMPARISONS, JOINS


def big(parser: Cursor) -> s.Syntax:
    token = parser.next()
    lower: list[Token] = []
    upper: s.Syntax | None = None
    while parser.peek().is_("_", "^"):
        script = parser.next().value
        raw = parser.raw_argument()
        if script == "_":
            lower = raw
        else:
            upper = parser.within(raw)
    binders = _read_binders(parser, lower, upper)
    start = parser.at
    if parser.peek().is_("-", "+"):
        body = parser.signed_factor()
        while parser.starts_factor() or parser.peek().value in JOINS:
            body = _extended(parser, body)
    else:
        body = parser.product()
    if parser.at == start:
        raise parser.refuse("a sum of nothing", token)
    return s.Big(token.start, body.end, token.value[1:], binders, body)


def _extended(parser: Cursor, body: s.Syntax) -> s.Syntax:
    join = parser.next().value if parser.peek().value in JOINS else ""
    factor = parser.signed_factor()
    return s.Product(body.start, factor.end, (body, factor), (join,))


def _read_binders(parser: Cursor, tokens: list[Token], upper: s.Syntax | None) -> tuple[s.Binder, ...]:
    """The indices that a sum's lower script binds."""
    if tokens and tokens[0].is_("\\substack"):
        tokens = [t if not t.is_("\\\\") else replace(t, kind="char", value=",") for t in tokens[2:-1]]
    binders: list[s.Binder] = []
    for part in split([t for t in tokens if t.kind != "space"], ","):
        if not part:
            continue
        relation = next((k for k, t in enumerate(part) if t.value in COMPARISONS), None)
        if relation is None:
            binders += (
                s.Binder(t.start, t.end, t.value, upper=upper) for t in part if t.kind in ("char", "command")
            )
            continue
        _bind(parser, binders, part, relation, upper)
    return tuple(binders)


def _bind(
    parser: Cursor, binders: list[s.Binder], part: list[Token], relation: int, upper: s.Syntax | None
) -> None:
    sign = COMPARISONS[part[relation].value]
    if relation != 1:
        raise Refusal("this range of a sum is not read", part[0].start, part[-1].end)
    letter = part[0]
    right = parser.fresh(part[2:]).whole()
    known = next((k for k, b in enumerate(binders) if b.letter == letter.value), None)
    binder = (
        binders[known]
        if known is not None
        else s.Binder(letter.start, part[-1].end, letter.value, upper=upper)
    )
    if sign == "=":
        binder = replace(binder, lower=right)
    elif sign == "!=":
        binder = replace(binder, excluded=(*binder.excluded, right))
    elif sign == "in":
        binder = replace(binder, domain=right)
    else:
        raise Refusal("this range of a sum is not read", part[0].start, part[-1].end)
    if known is None:
        binders.append(binder)
    else:
        binders[known] = binder
