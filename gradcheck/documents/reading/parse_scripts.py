"""Subscripts, superscripts and primes, behind a quantity that has been read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled, split
from gradcheck.documents.reading.tokens import Refusal, Token


def postfix(parser: Cursor, base: s.Syntax) -> s.Syntax:
    """Scripts, primes and transposes behind a quantity."""
    while True:
        token = parser.peek()
        if token.is_("'") or token.is_("\\prime"):
            primes = 0
            while parser.peek().is_("'"):
                primes, end = primes + 1, parser.next().end
            if isinstance(base, s.Symbol):
                base = replace(base, end=end, primes=base.primes + primes)
            else:
                base = s.Primed(base.start, end, base, primes)
        elif token.is_("^"):
            parser.next()
            base = _superscript(parser, base)
        elif token.is_("_"):
            parser.next()
            base = _subscript(parser, base)
        else:
            return base


def _superscript(parser: Cursor, base: s.Syntax) -> s.Syntax:
    tokens = parser.raw_argument()
    text = spelled(tokens)
    end = parser.last_end
    if tokens and all(t.is_("\\prime", "'") for t in tokens) and isinstance(base, s.Symbol):
        return replace(base, end=end, primes=base.primes + len(tokens))
    exponent = parser.within(tokens)
    if isinstance(base, s.Symbol) and base.sup is None:
        return replace(base, end=end, sup=exponent, sup_text=text)
    return s.Power(base.start, end, base, exponent, text)


def _subscript(parser: Cursor, base: s.Syntax) -> s.Syntax:
    tokens = parser.raw_argument()
    end = parser.last_end
    items = subscript_items(parser, tokens)
    if isinstance(base, s.Symbol) and not base.sub:
        return replace(base, end=end, sub=items, sub_text=spelled(tokens))
    if isinstance(base, s.Call):
        return replace(base, end=end, sub=items)
    if isinstance(base, (s.Group, s.Power, s.Primed)):
        return s.Call(base.start, end, "entry", (base,), items)
    raise Refusal("this cannot carry a subscript", base.start, end)


def subscript_items(parser: Cursor, tokens: Sequence[Token]) -> tuple[s.Syntax, ...]:
    """A subscript's items: ``kl``, ``k,l`` and ``k, l`` are two, ``t-1`` and a word are one."""
    items: list[s.Syntax] = []
    for piece in split(tokens, ","):
        part = [t for t in piece if t.kind != "space"]
        if part:
            items += _one_item(parser, part)
    return tuple(items)


def _one_item(parser: Cursor, part: list[Token]) -> list[s.Syntax]:
    inner = parser.fresh(part)
    found: list[s.Syntax] = []
    try:
        if any(t.is_("+", "-", "/", "\\frac", "(", "=", "\\neq") for t in part):
            return [inner.whole()]
        while not inner.done():
            found.append(postfix(inner, inner.primary()))
        return found
    except Refusal:
        text = spelled(part)
        return [s.Symbol(part[0].start, part[-1].end, f"\\text{{{text}}}")]
