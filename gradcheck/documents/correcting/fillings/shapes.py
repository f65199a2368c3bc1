"""Parts of products, fractions and sums left out, moved across the line, or turned upside down."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.signs import sign_token
from gradcheck.documents.correcting.scaffold import Place, Scaffold
from gradcheck.documents.correcting.spots import is_simple
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s

_DIVIDING = ("/", "\\div")


def shapes(bench: Workbench, place: Place, found: Scaffold | None = None) -> Iterator[Filling]:
    """Everything that happens to a place as a part of what it stands in, and the root taken off it."""
    node = place.node
    if place.rank:
        return
    if isinstance(node, s.Root) and node.degree is None:
        inner = bench.text(node.radicand)
        latex = inner if is_simple(node.radicand) else f"({inner})"
        words = f"the root of `{inner}` should not be taken"
        under = found.at(node.radicand) if found is not None else None
        values = under.printed if under is not None and under.lengths == place.lengths else place.printed**2
        yield Filling(values, 1.2, _edit(words, 1.2, replacing(node, latex)))
    if isinstance(node, s.Fraction_):
        yield from _turned(bench, place, node)
    whole, part = _standing(place)
    match whole:
        case s.Product():
            k = next(k for k, f in enumerate(whole.factors) if f is part)
            yield from _factor(bench, place, whole, k)
        case s.Total() if len(whole.terms) > 1:
            k = next(k for k, (_, t) in enumerate(whole.terms) if t is part)
            words = f"the term `{bench.text(node)}` should not be there"
            yield Filling(0 * place.printed, 1.4, _edit(words, 1.4, _term_deletion(bench, whole, k)))
        case s.Fraction_():
            yield from _side(bench, place, whole, part)


def _standing(place: Place) -> tuple[s.Syntax | None, s.Syntax]:
    """What a place is part of, and which part of it, brackets passed by."""
    part, above = place.node, list(place.spot.above)
    while above and isinstance(above[-1], s.Group) and len(above[-1].items) == 1:
        part = above.pop()
    return (above[-1] if above else None), part


def _factor(bench: Workbench, place: Place, whole: s.Product, k: int) -> Iterator[Filling]:
    """A factor that should not be there, or should divide."""
    factor = whole.factors[k]
    text = bench.text(factor)
    words = f"the factor `{text}` should not be there"
    yield Filling(np.ones(place.lengths), 1.2, _edit(words, 1.2, deletion(whole, k)))
    if isinstance(factor, s.Fraction_) or (k and whole.joins[k - 1] in _DIVIDING):
        return
    with np.errstate(all="ignore"):
        inverse = 1.0 / place.printed
    words = f"`{text}` should stand below the line"
    fraction = next((f for f in whole.factors if isinstance(f, s.Fraction_)), None)
    if fraction is not None:
        pieces = (deletion(whole, k), _joined(bench, fraction.denominator, text))
        yield Filling(inverse, 1.45, _edit(words, 1.45, *pieces))
    elif is_simple(factor):
        yield Filling(inverse, 1.45, _edit(words, 1.45, replacing(factor, rf"\frac{{1}}{{{text}}}")))


def deletion(node: s.Product, k: int) -> Piece:
    """The piece that takes factor ``k`` out, with the sign that joins it."""
    if k:
        return Piece(node.factors[k - 1].end, node.factors[k].end, "")
    return Piece(node.factors[0].start, node.factors[1].start, "")


def _side(bench: Workbench, place: Place, whole: s.Fraction_, part: s.Syntax) -> Iterator[Filling]:
    """A numerator or denominator that should not be there."""
    over, under = bench.text(whole.numerator), bench.text(whole.denominator)
    if part is whole.denominator:
        latex = over if is_simple(whole.numerator) else rf"\left({over}\right)"
        words = f"`{under}` should not divide `{over}`"
        yield Filling(np.ones(place.lengths), 1.3, _edit(words, 1.3, replacing(whole, latex)))
    elif not isinstance(place.node, s.Number):
        words = f"`{over}` should not stand above `{under}`"
        yield Filling(np.ones(place.lengths), 1.35, _edit(words, 1.35, bench.unit(whole.numerator, "1")))


def across(bench: Workbench, place: Place) -> Iterator[Filling]:
    """A factor of a numerator that belongs into the denominator, or the other way round."""
    whole, part = _standing(place)
    above = place.spot.above
    at = next((k for k, n in enumerate(above) if n is whole), 0)
    fraction = above[at - 1] if at else None
    if place.rank or not isinstance(whole, s.Product) or not isinstance(fraction, s.Fraction_):
        return
    k = next(k for k, f in enumerate(whole.factors) if f is part)
    below = whole is fraction.numerator
    target = fraction.denominator if below else fraction.numerator
    if not below and whole is not fraction.denominator:
        return
    text = bench.text(part)
    with np.errstate(all="ignore"):
        inverse = 1.0 / place.printed
    words = f"`{text}` should stand {'below' if below else 'above'} the line"
    yield Filling(inverse, 1.4, _edit(words, 1.4, deletion(whole, k), _joined(bench, target, text)))


def _turned(bench: Workbench, place: Place, node: s.Fraction_) -> Iterator[Filling]:
    """A fraction upside down."""
    over, under, text = bench.text(node.numerator), bench.text(node.denominator), bench.text(node)
    with np.errstate(all="ignore"):
        turned = 1.0 / place.printed
    if isinstance(node.numerator, s.Number) and node.numerator.value == 1:
        latex = under if is_simple(node.denominator) else rf"\left({under}\right)"
        yield Filling(turned, 1.3, _edit(f"`{text}` should be `{latex}`", 1.3, replacing(node, latex)))
    else:
        pieces = (bench.unit(node.numerator, under), bench.unit(node.denominator, over))
        yield Filling(turned, 1.35, _edit(f"`{text}` should be upside down", 1.35, *pieces))


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
        return bench.unit(node, text)
    there = bench.text(node)
    wrapped = there if is_simple(node) else rf"\left({there}\right)"
    return bench.unit(node, f"{wrapped} {text}")


def _edit(words: str, cost: float, *pieces: Piece) -> Callable[[], Edit]:
    return lambda: Edit(pieces, words, cost)
