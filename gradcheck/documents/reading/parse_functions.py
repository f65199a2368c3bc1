"""Functions and their arguments, with or without brackets: ``\\log x``, ``softmax_i(z)``."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled
from gradcheck.documents.reading.parse_brackets import bracketed
from gradcheck.documents.reading.parse_scripts import subscript_items
from gradcheck.documents.reading.tokens import Refusal, Token
from gradcheck.documents.reading.vocabulary import APPLIED, FUNCTIONS


def known_function(parser: Cursor, token: Token) -> s.Syntax:
    name = token.value[1:]
    if name == "operatorname":
        name = "".join(t.value for t in parser.raw_argument()).replace("\\,", "").strip()
    return function(parser, token, name.lower())


def function(parser: Cursor, token: Token, name: str) -> s.Syntax:
    sub: tuple[s.Syntax, ...] = ()
    exponent: tuple[s.Syntax, str] | None = None
    primes = 0
    while parser.peek().is_("_", "^", "'"):
        mark = parser.next().value
        if mark == "'":
            primes += 1
            continue
        raw = parser.raw_argument()
        if mark == "_":
            sub = subscript_items(parser, raw)
        else:
            exponent = (parser.within(raw), spelled(raw))
    if parser.peek().is_("(", "[", "\\{"):
        opener = parser.next()
        group = bracketed(parser, opener)
        args = group.items if isinstance(group, s.Group) else (group,)
    else:
        argument = _function_argument(parser, token)
        args = (argument,)
    end = parser.last_end
    result: s.Syntax = s.Call(token.start, end, name, args, sub)
    if primes:
        result = s.Primed(token.start, end, result, primes)
    if exponent is not None and exponent[1] == "-1":
        raise Refusal("this may be an inverse function or a reciprocal", token.start, end)
    if exponent is not None:
        result = s.Power(token.start, end, result, exponent[0], exponent[1])
    return result


def _function_argument(parser: Cursor, token: Token) -> s.Syntax:
    """What follows ``\\log`` without brackets: the juxtaposed product."""
    if not parser.starts_factor():
        raise Refusal(f"`{token.value}` without an argument", token.start, token.end)
    factors = [parser.factor()]
    while parser.starts_factor() and parser.peek().value not in FUNCTIONS:
        applied = isinstance(factors[-1], s.Symbol) and factors[-1].name in APPLIED
        if isinstance(factors[-1], (s.Fraction_, s.Big)) or (parser.peek().is_("(", "[") and not applied):
            break
        factors.append(parser.factor())
    if len(factors) == 1:
        return factors[0]
    return s.Product(factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1))
