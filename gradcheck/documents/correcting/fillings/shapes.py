"""Products, fractions and sums rearranged: a part left out, moved across the line, upside down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.signs import sign_token
from gradcheck.documents.correcting.scaffold import Place, Scaffold
from gradcheck.documents.correcting.spots import is_simple
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s


def shapes(bench: Workbench, found: Scaffold, place: Place) -> Iterator[Filling]:
    """Every rearrangement of one place's own parts."""
    if place.rank:
        return
    match place.node:
        case s.Product():
            yield from _without_factor(bench, found, place, place.node)
        case s.Fraction_():
            yield from _fraction(bench, found, place, place.node)
        case s.Total() if len(place.node.terms) > 1:
            yield from _without_term(bench, found, place, place.node)
        case s.Root(degree=None):
            node = place.node
            inner = bench.text(node.radicand)
            latex = inner if is_simple(node.radicand) else f"({inner})"
            words = f"the root of `{inner}` should not be taken"
            yield Filling(place.printed**2, 1.2, lambda: Edit((replacing(node, latex),), words, 1.2))


def _without_factor(bench: Workbench, found: Scaffold, place: Place, node: s.Product) -> Iterator[Filling]:
    fractions = [f for f in node.factors if isinstance(f, s.Fraction_)]
    for k, factor in enumerate(node.factors):
        child = found.at(factor)
        if child is None or child.rank or child.lengths != place.lengths:
            continue
        text = bench.text(factor)
        with np.errstate(all="ignore"):
            rest = place.printed / child.printed
        words = f"the factor `{text}` should not be there"
        yield Filling(rest, 1.2, _edit(words, 1.2, deletion(node, k)))
        if isinstance(factor, s.Fraction_) or node.joins[k - 1 : k] == ("/",):
            continue
        words = f"`{text}` should stand below the line"
        with np.errstate(all="ignore"):
            below = rest / child.printed
        for fraction in fractions[:1]:
            yield Filling(
                below, 1.5, _edit(words, 1.5, deletion(node, k), _joined(bench, fraction.denominator, text))
            )
        if not fractions and is_simple(factor):
            yield Filling(below, 1.5, _edit(words, 1.5, replacing(factor, rf"\frac{{1}}{{{text}}}")))


def deletion(node: s.Product, k: int) -> Piece:
    """The piece that takes factor ``k`` out, with the sign that joins it."""
    if k:
        return Piece(node.factors[k - 1].end, node.factors[k].end, "")
    return Piece(node.factors[0].start, node.factors[1].start, "")


def _fraction(bench: Workbench, found: Scaffold, place: Place, node: s.Fraction_) -> Iterator[Filling]:
    above, below = found.at(node.numerator), found.at(node.denominator)
    if above is None or below is None or above.lengths != place.lengths or below.lengths != place.lengths:
        return
    over, under, text = bench.text(node.numerator), bench.text(node.denominator), bench.text(node)
    with np.errstate(all="ignore"):
        turned = below.printed / above.printed
        bare, inverse = above.printed + 0.0, 1.0 / below.printed
    one = isinstance(node.numerator, s.Number) and node.numerator.value == 1
    if one:
        latex = under if is_simple(node.denominator) else rf"\left({under}\right)"
        yield Filling(turned, 1.3, _edit(f"`{text}` should be `{latex}`", 1.3, replacing(node, latex)))
    else:
        pieces = (_put(bench, node.numerator, under), _put(bench, node.denominator, over))
        yield Filling(turned, 1.4, _edit(f"`{text}` should be upside down", 1.4, *pieces))
        simple = over if is_simple(node.numerator) else f"({over})"
        words = f"`{under}` should not divide `{over}`"
        yield Filling(bare, 1.4, _edit(words, 1.4, replacing(node, simple)))
        words = f"`{over}` should not stand above `{under}`"
        yield Filling(inverse, 1.5, _edit(words, 1.5, _put(bench, node.numerator, "1")))
    for source, target, sign in (
        (node.numerator, node.denominator, -2),
        (node.denominator, node.numerator, 2),
    ):
        yield from _across(bench, found, place, source, target, sign)


def _across(
    bench: Workbench, found: Scaffold, place: Place, source: s.Syntax, target: s.Syntax, power: int
) -> Iterator[Filling]:
    """A factor on one side of the line, put on the other."""
    if not isinstance(source, s.Product):
        return
    side = "below" if power < 0 else "above"
    for k, factor in enumerate(source.factors):
        child = found.at(factor)
        if child is None or child.lengths != place.lengths:
            continue
        text = bench.text(factor)
        with np.errstate(all="ignore"):
            values = place.printed * child.printed ** float(power)
        words = f"`{text}` should stand {side} the line"
        yield Filling(values, 1.4, _edit(words, 1.4, deletion(source, k), _joined(bench, target, text)))


def _without_term(bench: Workbench, found: Scaffold, place: Place, node: s.Total) -> Iterator[Filling]:
    for k, (sign, term) in enumerate(node.terms):
        child = found.at(term)
        if child is None or child.lengths != place.lengths:
            continue
        piece = _term_deletion(bench, node, k)
        words = f"the term `{bench.text(term)}` should not be there"
        yield Filling(place.printed - sign * child.printed, 1.4, _edit(words, 1.4, piece))


def _term_deletion(bench: Workbench, node: s.Total, k: int) -> Piece:
    if k:
        return Piece(node.terms[k - 1][1].end, node.terms[k][1].end, "")
    second = sign_token(bench, node, 1)
    if second is not None and second.value == "-":
        return Piece(node.start, second.start, "")
    return Piece(node.start, node.terms[1][1].start, "")


def _joined(bench: Workbench, node: s.Syntax, text: str) -> Piece:
    """A factor added to one side of a fraction."""
    if isinstance(node, s.Number) and node.value == 1:
        return _put(bench, node, text)
    there = bench.text(node)
    wrapped = there if is_simple(node) else rf"\left({there}\right)"
    return _put(bench, node, f"{wrapped} {text}")


def _put(bench: Workbench, node: s.Syntax, latex: str) -> Piece:
    return bench.unit(node, latex)


def _edit(words: str, cost: float, *pieces: Piece):  # type: ignore[no-untyped-def]
    return lambda: Edit(tuple(pieces), words, cost)
