"""Differential operators on one line, and what they act on: ``∂L/∂x``, ``d/dx``, ``∇_x``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor
from gradcheck.documents.reading.parse_derivatives import differential, differential_length
from gradcheck.documents.reading.parse_scripts import postfix
from gradcheck.documents.reading.tokens import Refusal, Token


def slash_derivative(parser: Cursor) -> s.Syntax | None:
    """``∂L/∂x_i`` or ``dL/dx_i`` on one line; nothing is consumed unless it is all there."""
    rest = parser.tokens[parser.at : parser.at + 8]
    sign = differential(rest)
    if sign is None or (sign == "d" and not _starts_symbol(rest[1:])):
        return None
    saved = parser.at, len(parser.notes)
    try:
        start = parser.peek().start
        parser.at += differential_length(rest)
        of = None if parser.peek().is_("/") else postfix(parser, parser.primary())
        if parser.peek().is_("/") and differential(parser.tokens[parser.at + 1 : parser.at + 6]) == sign:
            parser.at += 1 + differential_length(parser.tokens[parser.at + 1 : parser.at + 6])
            wrt = postfix(parser, parser.primary())
            found = s.Derivative(start, wrt.end, sign, of, (wrt,))
            return operand(parser, found) if of is None else found
    except Refusal:
        pass
    parser.at = saved[0]
    del parser.notes[saved[1] :]
    return None


def _starts_symbol(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and (
        tokens[0].kind == "text"
        or (tokens[0].kind == "char" and tokens[0].value.isalpha())
        or (tokens[0].kind == "command" and tokens[0].value[1:].isalpha() and not tokens[0].is_("\\frac"))
    )


def operand(parser: Cursor, operator: s.Derivative) -> s.Syntax:
    """What a bare operator ``d/dx`` acts on: the bracket after it, else the product."""
    if parser.peek().is_("\\cdot", "*", "\\times"):
        parser.next()
    token = parser.peek()
    if token.is_("-") and parser.at + 1 < len(parser.tokens):
        parser.note("D407", "an operator is followed by `−`: its argument lacks brackets", token)
        parser.next()
        inner = parser.product()
        of: s.Syntax = s.Total(token.start, inner.end, ((-1, inner),))
    elif not parser.starts_factor():
        return operator
    elif token.value in ("(", "[", "\\{"):
        of = postfix(parser, parser.primary())
        if isinstance(of, s.Group) and len(of.items) == 1:
            of = of.items[0]
    else:
        of = _juxtaposed(parser)
    return replace(operator, end=of.end, of=of)


def _juxtaposed(parser: Cursor) -> s.Syntax:
    """Factors up to the next explicit multiplication sign."""
    factors = [parser.factor()]
    while parser.starts_factor():
        factors.append(parser.factor())
    if len(factors) == 1:
        return factors[0]
    return s.Product(factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1))


def nabla(parser: Cursor) -> s.Syntax:
    token = parser.next()
    if not parser.peek().is_("_"):
        raise Refusal("∇ without the variable it differentiates by", token.start, token.end)
    parser.next()
    raw = parser.raw_argument()
    wrt = parser.within(raw)
    operator = s.Derivative(token.start, wrt.end, "nabla", None, (wrt,))
    if parser.peek().is_("("):
        inner = postfix(parser, parser.primary())
        return replace(operator, end=inner.end, of=inner)
    of = postfix(parser, parser.primary())
    return replace(operator, end=of.end, of=of)


def partial(parser: Cursor, token: Token) -> s.Syntax:
    """The operator ``\\partial_x``."""
    parser.next()
    wrt = parser.within(parser.raw_argument())
    return s.Derivative(token.start, wrt.end, "partial", None, (wrt,))
