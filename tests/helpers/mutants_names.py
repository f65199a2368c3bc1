"""Mistakes in what a formula names: symbols, sizes, derivatives."""

from __future__ import annotations

from collections.abc import Iterator

from mutants_layout import bracketed
from mutants_side import Edit, Side, Splice, index_count, is_symbol, sums
from mutants_terms import derivative
from mutants_tree import Item


def other_symbol(side: Side) -> Iterator[Edit]:
    """A symbol of the document stands for another with as many indices."""
    for item in side.items("main"):
        if is_symbol(item):
            for name, count in side.words.symbols:
                if name != side.core(item) and count == index_count(item):
                    yield (Splice(item.start, item.core_end, name),)


def lost_accent(side: Side) -> Iterator[Edit]:
    """A hat, a bar or a tilde is forgotten."""
    for item in side.items("main", "derivative"):
        if item.kind == "accent":
            yield (Splice(item.start, item.core_end, side.of(item.rows[0])),)


def added_hat(side: Side) -> Iterator[Edit]:
    """A hat too many, over a letter that has one elsewhere."""
    accented = {name for name, _ in side.words.symbols if name.startswith((r"\hat", r"\bar", r"\tilde"))}
    for item in side.items("main", "derivative"):
        for name in sorted(accented):
            if is_symbol(item) and name.rstrip("}").endswith(("{" + side.core(item), " " + side.core(item))):
                yield (Splice(item.start, item.core_end, name),)


def added_size(side: Side) -> Iterator[Edit]:
    """A mean is taken where a sum is meant."""
    for found in sums(side):
        for size in side.words.sizes[:2]:
            yield (Splice(found[0].start, found[0].start, rf"\frac{{1}}{{{size}}} "),)


def lost_size(side: Side) -> Iterator[Edit]:
    """The factor 1/m of a mean is forgotten."""
    for found in side.terms():
        for term in found:
            for k, factor in enumerate(term.factors[:-1]):
                if _is_reciprocal(side, factor.items[0]) and term.factors[k + 1].join != "/":
                    yield (Splice(factor.start, term.factors[k + 1].start, ""),)
    for item in side.items("main"):
        over_size = item.kind == "frac" and side.of(item.rows[1]).strip() in side.words.sizes
        if over_size and not _is_reciprocal(side, item):
            yield (Splice(item.start, item.core_end, bracketed(side.of(item.rows[0]))),)


def _is_reciprocal(side: Side, item: Item) -> bool:
    return (
        item.kind == "frac"
        and side.of(item.rows[0]).strip() == "1"
        and side.of(item.rows[1]).strip() in side.words.sizes
    )


def size_less_one(side: Side) -> Iterator[Edit]:
    """m − 1 is written for m, or m for m − 1."""
    for row in side.rows("main"):
        for k, item in enumerate(row.items):
            if side.of(item) not in side.words.sizes:
                continue
            following = [side.of(i) for i in row.items[k + 1 : k + 3]]
            if following == ["-", "1"]:
                yield (Splice(item.end, row.items[k + 2].end, ""),)
            else:
                alone = len(row.items) == 1
                yield (
                    Splice(item.start, item.end, f"{side.of(item)}-1" if alone else f"({side.of(item)}-1)"),
                )


def other_size(side: Side) -> Iterator[Edit]:
    """Another size of the document."""
    for item in side.items("main"):
        for size in side.words.sizes:
            if side.of(item) in side.words.sizes and side.of(item) != size:
                yield (Splice(item.start, item.end, size),)


def other_derivative(side: Side) -> Iterator[Edit]:
    """The derivative with respect to another variable of the document."""
    for item in side.items("main"):
        found = derivative(item)
        if found is not None and len(found[1].items) > 1:
            start, end = found[1].items[1].start, found[1].items[-1].end
            for new in side.words.derived:
                if new != side.text[start:end]:
                    yield (Splice(start, end, new),)


def other_numerator(side: Side) -> Iterator[Edit]:
    """The derivative of another quantity."""
    for item in side.items("main"):
        found = derivative(item)
        if found is not None and len(found[0].items) > 1:
            start, end = found[0].items[1].start, found[0].items[-1].end
            for new in side.words.derived[:4]:
                if new != side.text[start:end]:
                    yield (Splice(start, end, new),)


def lost_partial(side: Side) -> Iterator[Edit]:
    """A ∂ or d is forgotten above or below the fraction line."""
    for item in side.items("main"):
        for row in derivative(item) or ():
            if len(row.items) > 1:
                yield (Splice(row.items[0].start, row.items[1].start, ""),)


def upside_down_derivative(side: Side) -> Iterator[Edit]:
    """A derivative upside down."""
    for item in side.items("main"):
        found = derivative(item)
        if found is not None:
            above, below = (side.of(row) for row in found)
            yield Splice(found[0].start, found[0].end, below), Splice(found[1].start, found[1].end, above)
