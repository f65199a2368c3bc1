"""Mistakes in the arithmetic of a formula: signs, numbers, exponents, factors, terms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mutants_side import Edit, Side, Splice, is_symbol
from mutants_terms import Factor, Term
from mutants_tree import Item, Row

MINUS = ("-", "−")


def lost_minus(side: Side) -> Iterator[Edit]:
    """A minus sign is forgotten, or read as a plus."""
    for row in side.rows("main"):
        for k, item in enumerate(row.items):
            if item.kind == "operator" and item.word in MINUS:
                yield (Splice(item.start, item.end, "" if k == 0 else "+"),)


def added_minus(side: Side) -> Iterator[Edit]:
    """A minus sign too many before the whole, or before what a bracket or a fraction holds."""
    for row in side.rows("main"):
        if row.items[0].kind != "operator" and row.items[0].kind != "environment":
            yield (Splice(row.items[0].start, row.items[0].start, "-"),)


def plus_for_minus(side: Side) -> Iterator[Edit]:
    """The sign between two terms is the other one."""
    for found in side.terms():
        for term in found[1:]:
            if term.sign is not None:
                new = "+" if term.sign.word in MINUS else "-"
                yield (Splice(term.sign.start, term.sign.end, new),)


def lost_term(side: Side) -> Iterator[Edit]:
    """A term is forgotten."""
    for found in side.terms():
        for k, term in enumerate(found):
            if len(found) > 1:
                yield (_without_term(found, k, term),)


def _without_term(found: list[Term], k: int, term: Term) -> Splice:
    if k:
        return Splice(found[k - 1].end, term.end, "")
    following = found[1]
    start = term.sign.start if term.sign else term.start
    keep_sign = following.sign is not None and following.sign.word in MINUS
    assert following.sign is not None
    return Splice(start, following.sign.start if keep_sign else following.sign.end, "")


def lost_factor(side: Side) -> Iterator[Edit]:
    """A factor of a product is forgotten."""
    for found in side.terms():
        for term in found:
            for k, factor in enumerate(term.factors):
                if len(term.factors) > 1 and not factor.is_sum:
                    yield (without_factor(term, k),)


def without_factor(term: Term, k: int) -> Splice:
    factor = term.factors[k]
    if k:
        return Splice(term.factors[k - 1].end, factor.end, "")
    following = term.factors[1]
    return Splice(factor.start, following.start, "1/" if following.join == "/" else "")


def repeated_factor(side: Side) -> Iterator[Edit]:
    """A factor is written twice."""
    for factor in _plain_factors(side):
        text = side.text[factor.start : factor.end]
        between = r" \cdot " if text[-1:].isdigit() or text[:1].isdigit() else " "
        yield (Splice(factor.end, factor.end, between + text),)


def other_number(side: Side) -> Iterator[Edit]:
    """A number, not an exponent, is another: one more, twice, half."""
    for item in side.items("main"):
        if item.kind == "number" and item.word.isdigit():
            value = int(item.word)
            for new in {value + 1, 2 * value or 2, value // 2 if value % 2 == 0 else value + 2} - {value}:
                yield (Splice(item.start, item.core_end, str(new)),)


def lost_two(side: Side) -> Iterator[Edit]:
    """A small number as a factor is forgotten: the 2 of a square, the half."""
    for found in side.terms():
        for term in found:
            for k, factor in enumerate(term.factors):
                first = factor.items[0]
                small = first.kind == "number" or (first.kind == "frac" and _is_number(first))
                if len(term.factors) > 1 and small and first.sup is None:
                    yield (without_factor(term, k),)


def _is_number(item: Item) -> bool:
    return all(i.kind in ("number", "operator") for row in item.rows for i in row.items)


EXPONENTS = ("2", "3", r"-1", r"1/2", r"-1/2", r"-3/2")


def other_exponent(side: Side) -> Iterator[Edit]:
    """An exponent has another value."""
    for item, row in _exponents(side):
        old = _bare(side.of(row))
        for new in EXPONENTS:
            if new != old and _numeric(row):
                yield (Splice(*item.sup_at, f"^{{{new}}}"),)


def exponent_sign(side: Side) -> Iterator[Edit]:
    """An exponent has the other sign."""
    for item, row in _exponents(side):
        text = side.of(row).strip()
        yield (Splice(*item.sup_at, f"^{{{text[1:] if text.startswith('-') else '-' + text}}}"),)


def lost_exponent(side: Side) -> Iterator[Edit]:
    """A power is forgotten."""
    for item, row in _exponents(side):
        if _numeric(row):
            yield (Splice(*item.sup_at, ""),)


def added_square(side: Side) -> Iterator[Edit]:
    """Something is squared that should not be."""
    for item in side.items("main"):
        quantity = is_symbol(item) or item.kind == "bracket"
        if quantity and item.sup is None and item.word not in (r"\nabla", r"\mathbb"):
            yield (Splice(item.end, item.end, "^2"),)


def outer_square(side: Side) -> Iterator[Edit]:
    """The sum of squares is taken for the square of the sum."""
    for found in side.terms():
        for term in found:
            for k, factor in enumerate(term.factors[:-1]):
                last = term.factors[-1].items[-1]
                if factor.is_sum and last.sup is not None and side.of(last.sup).strip() == "2":
                    start = term.factors[k].start
                    yield (
                        Splice(start, start, "("),
                        Splice(*last.sup_at, ""),
                        Splice(term.end, term.end, ")^2"),
                    )


def swapped_parts(side: Side) -> Iterator[Edit]:
    """Two sub-expressions changed places: the sides of a minus, factors of different terms."""
    for found in side.terms():
        for a, b in pairwise(found):
            if side.of(a) != side.of(b):
                yield Splice(a.start, a.end, side.of(b)), Splice(b.start, b.end, side.of(a))
            for one in a.factors:
                for two in b.factors:
                    x, y = (side.text[f.start : f.end] for f in (one, two))
                    plain = not any(f.is_sum or f.items[0].kind == "number" for f in (one, two))
                    if x != y and plain:
                        yield Splice(one.start, one.end, y), Splice(two.start, two.end, x)


def _plain_factors(side: Side) -> Iterator[Factor]:
    for found in side.terms():
        for term in found:
            for k, factor in enumerate(term.factors):
                following = term.factors[k + 1] if k + 1 < len(term.factors) else None
                solidus = factor.join == "/" or (following is not None and following.join == "/")
                if not factor.is_sum and not solidus and factor.items[0].kind != "environment":
                    yield factor


def _exponents(side: Side) -> Iterator[tuple[Item, Row]]:
    for item in side.items("main", "sup"):
        if item.kind == "big" or item.sup is None or not item.sup.items:
            continue
        if (
            not {i.word for i in item.sup.items} & {"T", r"\top", r"\prime", "("}
            and item.sup.items[0].kind != "bracket"
        ):
            yield item, item.sup


def _numeric(row: Row) -> bool:
    return all(i.kind in ("number", "operator") or (i.kind == "frac" and _is_number(i)) for i in row.items)


def _bare(text: str) -> str:
    return text.replace(" ", "")
