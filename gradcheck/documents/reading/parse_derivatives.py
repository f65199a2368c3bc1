"""Fractions, and the derivatives written as fractions: ``\\frac{∂L}{∂x}``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled
from gradcheck.documents.reading.parse_scripts import postfix
from gradcheck.documents.reading.tokens import Refusal, Token


def fraction(parser: Cursor, token: Token) -> s.Syntax:
    top = parser.raw_argument()
    bottom = parser.raw_argument()
    end = parser.last_end
    derivative = _leibniz(parser, token, end, top, bottom)
    if derivative is not None:
        return derivative
    numerator = parser.within(top)
    denominator = parser.within(bottom)
    return s.Fraction_(token.start, end, numerator, denominator)


def _leibniz(
    parser: Cursor, token: Token, end: int, top: list[Token], bottom: list[Token]
) -> s.Derivative | None:
    """``\\frac{∂ L}{∂ x}``, also with one of its ∂ forgotten."""
    above, below = differential(top), differential(bottom)
    if above is None or (below is None and above != "partial"):
        return None
    if below is None and (len(bottom) < 1 or not _is_one_symbol(parser, bottom)):
        return None
    if above == "d" and len(top) > 1 and below is None:
        return None
    wrt: tuple[s.Syntax, ...]
    if below is None:
        where = bottom[0]
        parser.note("D401", f"`∂` is missing before `{spelled(bottom)}`", where)
        wrt = (parser.within(bottom),)
    else:
        ordered = len(top) > differential_length(top) and top[differential_length(top)].is_("^")
        wrt = _differentials(parser, bottom, ordered)
    body = _without_order(parser, top)
    of = parser.within(body) if body else None
    return s.Derivative(token.start, end, "partial" if above == "partial" else "d", of, wrt)


def _without_order(parser: Cursor, tokens: list[Token]) -> list[Token]:
    """What follows ``∂`` or ``∂^2`` in a numerator."""
    rest = tokens[differential_length(tokens) :]
    if rest and rest[0].is_("^"):
        skip = parser.fresh(rest[1:])
        skip.raw_argument()
        rest = rest[1 + skip.at :]
    return rest


def _differentials(parser: Cursor, tokens: list[Token], ordered: bool) -> tuple[s.Syntax, ...]:
    """The variables of ``∂x_i ∂x_j``, or of ``∂x^2`` where the numerator is ``ordered``."""
    found: list[s.Syntax] = []
    rest = tokens
    while rest:
        length = differential_length(rest) if differential(rest) else 0
        if not length and found:
            raise Refusal("a denominator that is not ∂ of a symbol", rest[0].start, rest[-1].end)
        inner = parser.fresh(rest[length:])
        if length < len(rest) and rest[length].is_("("):
            variable = postfix(inner, inner.primary())
            if isinstance(variable, s.Group) and len(variable.items) == 1:
                variable = variable.items[0]
        else:
            variable = postfix(inner, inner.primary())
        times = 1
        if ordered and isinstance(variable, s.Symbol) and variable.sup_text in ("2", "3"):
            times = int(variable.sup_text)
            variable = replace(variable, sup=None, sup_text="")
        found += [variable] * times
        rest = rest[length + inner.at :]
    return tuple(found)


def _is_one_symbol(parser: Cursor, tokens: list[Token]) -> bool:
    inner = parser.fresh(tokens)
    try:
        tree = postfix(inner, inner.primary())
    except Refusal:
        return False
    return inner.done() and isinstance(tree, s.Symbol)


def differential(tokens: Sequence[Token]) -> str | None:
    """``partial`` or ``d`` if ``tokens`` begin with a differential sign."""
    if not tokens:
        return None
    first = tokens[0]
    if first.is_("\\partial"):
        return "partial"
    if first.is_("d") and not (len(tokens) > 1 and tokens[1].is_("_")):
        return "d"
    if first.is_("\\mathrm", "\\text", "\\mathit") and [t.value for t in tokens[1:4]] == ["{", "d", "}"]:
        return "d"
    if first.kind == "text" and first.value == "d":
        return "d"
    if first.is_("\\mathrm") and len(tokens) > 1 and tokens[1].is_("d"):
        return "d"
    return None


def differential_length(tokens: Sequence[Token]) -> int:
    """How many tokens the differential sign takes."""
    if tokens[0].is_("\\mathrm", "\\text", "\\mathit"):
        return 4 if tokens[1].is_("{") else 2
    return 1
