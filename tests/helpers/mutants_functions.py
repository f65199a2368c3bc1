"""Mistakes in matrix products, functions, indicators and cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mutants_side import Edit, Side, Splice, index_count, is_symbol
from mutants_terms import Factor
from mutants_tree import ORDER, Item, Row

SIBLINGS = {
    r"\exp": r"\log", r"\log": r"\exp", r"\ln": r"\exp", r"\tanh": r"\sinh", r"\sin": r"\cos",
    r"\cos": r"\sin", r"\max": r"\min", r"\min": r"\max", r"\sigma": r"\tanh",
    r"\Phi": r"\phi", r"\phi": r"\Phi", "exp": "log", "tanh": "exp", "sigmoid": "tanh", "log": "exp",
}  # fmt: skip
TRANSPOSES = (r"\top", "T", r"\intercal")
ELEMENTWISE = (r"\odot", "*", r"\circ")


def lost_transpose(side: Side) -> Iterator[Edit]:
    """A transpose is forgotten."""
    for item in side.items("main"):
        if item.sup is not None and any(i.word in TRANSPOSES for i in item.sup.items):
            yield (Splice(*item.sup_at, ""),)


def added_transpose(side: Side) -> Iterator[Edit]:
    """A transpose too many, in a formula or document that has matrices."""
    if not any(len(name) == 1 and name.isupper() for name, _ in side.words.symbols):
        return
    for item in side.items("main"):
        capital = side.core(item)[:1].isupper() or any(i.word.isupper() for r in item.rows for i in r.items)
        if item.sup is None and (item.kind in ("bracket", "frac") or (is_symbol(item) and capital)):
            yield (Splice(item.end, item.end, r"^\top"),)


def swapped_factors(side: Side) -> Iterator[Edit]:
    """Neighbouring factors in the other order: nothing for numbers, much for matrices."""
    for a, b in _neighbours(side):
        yield _swap(side, a, b)


def _neighbours(side: Side) -> Iterator[tuple[Factor, Factor]]:
    for found in side.terms():
        for term in found:
            for a, b in pairwise(term.factors):
                if not a.is_sum and b.join != "/" and a.join != "/":
                    yield a, b


def _swap(side: Side, a: Factor, b: Factor) -> Edit:
    one, two = side.text[a.start : a.end], side.text[b.start : b.end]
    return Splice(a.start, a.end, two), Splice(b.start, b.end, one)


def matrix_for_elementwise(side: Side) -> Iterator[Edit]:
    """A matrix product for an elementwise one, or the other way round."""
    for item in side.items("main"):
        if item.kind == "operator" and item.word in ELEMENTWISE:
            yield (Splice(item.start, item.end, r"\cdot "),)
    for a, b in _neighbours(side):
        if not b.join and a.items[0].kind != "number":
            yield (Splice(a.end, b.start, r" \odot "),)


def sibling_function(side: Side) -> Iterator[Edit]:
    """Another function of the same family."""
    for item in _applied(side):
        if item.word in SIBLINGS:
            yield (Splice(item.start, item.start + len(item.word), SIBLINGS[item.word]),)


def lost_function(side: Side) -> Iterator[Edit]:
    """The argument is written without its function; e to a power becomes the power."""
    for item in _applied(side):
        yield (Splice(item.start, item.end, ""),)
    for item in side.items("main"):
        if item.word == "e" and item.kind == "name" and item.sup is not None:
            yield (Splice(item.start, item.end, f"({side.of(item.sup)})"),)


def lost_prime(side: Side) -> Iterator[Edit]:
    """The prime of a derivative is forgotten."""
    for item in side.items("main"):
        core = side.core(item)
        if core.endswith("'"):
            yield (Splice(item.start, item.core_end, core.rstrip("'")),)


def _applied(side: Side) -> Iterator[Item]:
    for found in side.terms():
        for term in found:
            for factor in term.factors:
                function = len(factor.items) == 2 and factor.items[0].word not in (
                    "d",
                    r"\mathbb",
                    r"\mathbf",
                )
                if function and not factor.is_derivative:
                    yield factor.items[0]


def lost_delta(side: Side) -> Iterator[Edit]:
    """A Kronecker delta or an indicator is forgotten (taken for 1)."""
    for found in side.terms():
        for term in found:
            for factor in term.factors:
                if _is_delta(side, factor):
                    yield (Splice(factor.start, factor.end, "1"),)


def _is_delta(side: Side, factor: Factor) -> bool:
    first = factor.items[0]
    if first.word in (r"\delta", r"\Delta") and index_count(first) == 2:
        return True
    if first.word in (r"\mathbb", r"\mathbf") and side.of(first.rows[0]).strip() in ("1", "I"):
        return True
    return first.kind == "bracket" and first.word == "[" and any(i.word in "=><" for i in first.rows[0].items)


def other_comparison(side: Side) -> Iterator[Edit]:
    """> is written for <."""
    flipped = {"<": ">", ">": "<", r"\le": r"\ge", r"\leq": r"\geq", r"\ge": r"\le", r"\geq": r"\leq"}
    for item in side.items("main", "sub"):
        if item.word in ORDER and item.word in flipped:
            yield (Splice(item.start, item.end, flipped[item.word] + " "),)


def strict_comparison(side: Side) -> Iterator[Edit]:
    """> is written for ≥."""
    loosened = {"<": r"\leq ", ">": r"\geq ", r"\le": "<", r"\leq": "<", r"\ge": ">", r"\geq": ">"}
    for item in side.items("main", "sub"):
        if item.word in ORDER and item.word in loosened:
            yield (Splice(item.start, item.end, loosened[item.word]),)


def swapped_cases(side: Side) -> Iterator[Edit]:
    """The values of two cases changed places."""
    for item in side.items("main"):
        if item.kind != "environment" or "cases" not in side.of(item.rows[0]):
            continue
        values = [row for row in item.rows[1:] if row.items and not _is_condition(side, row)]
        for a, b in pairwise(values):
            yield _replaced(side, a, b), _replaced(side, b, a)


def _replaced(side: Side, old: Row, new: Row) -> Splice:
    inner, other = (r.items for r in (old, new))
    return Splice(inner[0].start, inner[-1].end, side.text[other[0].start : other[-1].end])


def _is_condition(side: Side, row: Row) -> bool:
    related = any(i.word in ORDER or i.word in ("=", r"\neq", r"\ne") for i in row.items)
    return related or any(i.word in (r"\text", r"\mathrm", r"\textrm") for i in row.items)
