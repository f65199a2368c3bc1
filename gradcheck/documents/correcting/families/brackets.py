"""Brackets that close too early or too late; sums, roots and fractions that take too much or too little."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.sizing import length_before
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_WRAPPED = frozenset("root item numerator denominator radicand exponent body argument".split())


def bracket_edits(bench: Workbench, places: list[Spot]) -> Iterator[Edit]:
    """Every bracket moved over one neighbour, taken away, or put around a sum's terms."""
    for spot in places:
        node, parent = spot.node, spot.parent
        if isinstance(node, s.Group) and len(node.items) == 1:
            yield from _unwrapped(bench, node)
            yield from _closing_earlier(bench, node)
            if isinstance(parent, s.Product):
                yield from _closing_later(bench, node, parent, spot)
        if isinstance(node, s.Total) and spot.role in _WRAPPED:
            yield from _wrapped(bench, node)
        if isinstance(node, s.Fraction_):
            yield from _outside_fraction(bench, node)
        if isinstance(node, s.Call) and len(node.args) == 1:
            yield from _argument_closing_earlier(bench, node)
        if isinstance(node, s.Root) and node.degree is None:
            yield from _outside_root(bench, node)


def _bounds(bench: Workbench, node: s.Group) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where the opening and the closing bracket stand, with what sizes them."""
    opens = [t for t in bench.part.tokens if t.start == node.start and t.value == node.bracket]
    closes = [t for t in bench.part.tokens if t.end == node.end]
    if not opens or not closes or closes[-1].start < node.items[-1].end:
        return None
    return _with_size(bench, opens[0].start, opens[0].end), _with_size(
        bench, closes[-1].start, closes[-1].end
    )


def _with_size(bench: Workbench, start: int, end: int) -> tuple[int, int]:
    return start - length_before(bench.spelling.before(start)), end


def _unwrapped(bench: Workbench, node: s.Group) -> Iterator[Edit]:
    bounds = _bounds(bench, node)
    if bounds is not None:
        (a, b), (c, d) = bounds
        pieces = (Piece(a, b, ""), Piece(c, d, ""))
        yield Edit(pieces, f"the brackets of `{bench.text(node)}` should not be there", 1.3)


def _closing_earlier(bench: Workbench, node: s.Group) -> Iterator[Edit]:
    """``(a − b c)`` where ``(a − b) c`` was meant; the same at the left."""
    bounds = _bounds(bench, node)
    inner = node.items[0]
    if bounds is None:
        return
    opening, closing = bounds
    close, open_ = _slice(bench, closing), _slice(bench, opening)
    words = "the bracket should close before `{}`"
    if isinstance(inner, s.Product):
        for k in range(1, len(inner.factors)):
            rest = bench.spelling.between(inner.factors[k].start, inner.end)
            here = inner.factors[k - 1].end
            yield Edit((Piece(here, here, close), Piece(*closing, "")), words.format(rest), 1.25)
    if not isinstance(inner, s.Total):
        return
    last = inner.terms[-1][1]
    if isinstance(last, s.Product):
        for k in range(1, len(last.factors)):
            rest = bench.spelling.between(last.factors[k].start, last.end)
            pieces = (Piece(last.factors[k - 1].end, last.factors[k - 1].end, close), Piece(*closing, ""))
            yield Edit(pieces, words.format(rest), 1.2)
    for k in range(1, len(inner.terms)):
        before, after = inner.terms[k - 1][1], inner.terms[k][1]
        rest = bench.spelling.between(before.end, inner.end)
        if k > 1 or isinstance(before, s.Product):
            yield Edit((Piece(before.end, before.end, close), Piece(*closing, "")), words.format(rest), 1.2)
        start = after.start
        if k < len(inner.terms) - 1 or isinstance(after, s.Product):
            pieces = (Piece(*opening, ""), Piece(start, start, open_))
            yield Edit(pieces, f"the bracket should open before `{bench.text(after)}`", 1.3)
    first = inner.terms[0][1]
    if isinstance(first, s.Product) and inner.terms[0][0] > 0:
        for k in range(1, len(first.factors)):
            pieces = (Piece(*opening, ""), Piece(first.factors[k].start, first.factors[k].start, open_))
            yield Edit(pieces, f"the bracket should open before `{bench.text(first.factors[k])}`", 1.2)


def _argument_closing_earlier(bench: Workbench, node: s.Call) -> Iterator[Edit]:
    """``\\log(a + b − c)`` where ``\\log(a + b) − c`` was meant."""
    inner, text = node.args[0], bench.text(node)
    while isinstance(inner, s.Group) and len(inner.items) == 1:
        inner = inner.items[0]
    if not isinstance(inner, s.Total) or not text.endswith(")"):
        return
    for k in range(1, len(inner.terms)):
        at = inner.terms[k - 1][1].end
        rest = bench.spelling.between(at, inner.end)
        yield Edit(
            (Piece(at, at, ")"), Piece(inner.end, node.end, "")),
            f"the bracket should close before `{rest}`",
            1.2,
        )


def _closing_later(bench: Workbench, node: s.Group, parent: s.Product, spot: Spot) -> Iterator[Edit]:
    """``(a − b) c`` where ``(a − b c)`` was meant, or ``(a) + b`` for ``(a + b)``."""
    bounds = _bounds(bench, node)
    if bounds is None:
        return
    opening, closing = bounds
    close, open_ = _slice(bench, closing), _slice(bench, opening)
    at = next(k for k, f in enumerate(parent.factors) if f is node)
    for k in range(at + 1, len(parent.factors)):
        end = parent.factors[k].end
        words = f"the bracket should close behind `{bench.text(parent.factors[k])}`"
        yield Edit((Piece(*closing, ""), Piece(end, end, close)), words, 1.2)
    for k in range(at):
        start = parent.factors[k].start
        words = f"the bracket should open before `{bench.text(parent.factors[k])}`"
        yield Edit((Piece(*opening, ""), Piece(start, start, open_)), words, 1.2)
    total = spot.above[-2] if len(spot.above) > 1 else None
    if isinstance(total, s.Total) and parent.factors[-1] is node:
        mine = next(k for k, (_, t) in enumerate(total.terms) if t is parent)
        for _, term in total.terms[mine + 1 :]:
            words = f"the bracket should close behind `{bench.text(term)}`"
            yield Edit((Piece(*closing, ""), Piece(term.end, term.end, close)), words, 1.2)


def _wrapped(bench: Workbench, node: s.Total) -> Iterator[Edit]:
    """``a b + c`` where ``a (b + c)`` was meant; ``\\sum a + b`` for ``\\sum (a + b)``."""
    for first in range(len(node.terms) - 1):
        for start in _inner_starts(node.terms[first][1]):
            for last in range(first + 1, len(node.terms)):
                end_term = node.terms[last][1]
                for end in _inner_ends(bench, end_term):
                    text = bench.spelling.between(start, end)
                    if first == 0 and start == node.terms[0][1].start and end == node.end:
                        continue
                    pieces = (Piece(start, start, r"\left("), Piece(end, end, r"\right)"))
                    yield Edit(pieces, f"brackets are missing around `{text}`", 1.25)


def _inner_starts(term: s.Syntax) -> Iterator[int]:
    """Where a bracket could open inside a term: before each factor, behind each sum sign."""
    if isinstance(term, s.Product):
        for factor in term.factors:
            yield factor.start
        term = term.factors[-1]
    if isinstance(term, s.Big):
        yield from _inner_starts(term.body) if isinstance(term.body, s.Product) else [term.body.start]
    elif not isinstance(term, s.Product):
        yield term.start


def _inner_ends(bench: Workbench, term: s.Syntax) -> Iterator[int]:
    """Where a bracket could close inside a term: behind each factor, before each exponent."""
    factors = term.factors if isinstance(term, s.Product) else (term,)
    for factor in factors:
        if isinstance(factor, s.Power):
            yield factor.base.end
        elif isinstance(factor, s.Symbol) and factor.sup is not None:
            carets = [
                t.start for t in bench.part.tokens if factor.start < t.start < factor.sup.start and t.is_("^")
            ]
            yield from carets[-1:]
        yield factor.end


def _outside_fraction(bench: Workbench, node: s.Fraction_) -> Iterator[Edit]:
    """``\\frac{a + b}{c}`` where ``a + \\frac{b}{c}`` or ``\\frac{a}{c} + b`` was meant."""
    above = node.numerator
    if not isinstance(above, s.Total) or len(above.terms) != 2:
        return
    (_, a), (_, b) = above.terms
    one, two = bench.text(a), bench.text(b)
    joint = bench.spelling.between(a.end, b.start)
    lead = bench.spelling.between(above.start, a.start)
    below = bench.text(node.denominator)
    for latex in (
        rf"{lead}{one}{joint}\frac{{{two}}}{{{below}}}",
        rf"{lead}\frac{{{one}}}{{{below}}}{joint}{two}",
    ):
        yield Edit((Piece(node.start, node.end, latex),), f"`{bench.text(node)}` should be `{latex}`", 1.5)


def _outside_root(bench: Workbench, node: s.Root) -> Iterator[Edit]:
    """``\\sqrt{a + b}`` where ``\\sqrt{a} + b`` was meant."""
    inner = node.radicand
    if isinstance(inner, s.Total):
        a, rest = inner.terms[0][1], bench.spelling.between(inner.terms[0][1].end, inner.end)
        latex = rf"\sqrt{{{bench.text(a)}}}{rest}"
        yield Edit((Piece(node.start, node.end, latex),), f"`{bench.text(node)}` should be `{latex}`", 1.5)


def _slice(bench: Workbench, stretch: tuple[int, int]) -> str:
    return bench.spelling.between(*stretch)
