"""Terms and factors of a formula's rows, and the rows inside rows with the part that each plays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mutants_tree import CALLED, PRODUCTS, Item, Row


@dataclass(frozen=True)
class Factor:
    """Neighbouring items that are one factor; ``join`` is the sign before it, empty for none."""

    items: tuple[Item, ...]
    join: str

    @property
    def start(self) -> int:
        return self.items[0].start

    @property
    def end(self) -> int:
        return self.items[-1].end

    @property
    def is_sum(self) -> bool:
        return self.items[0].kind == "big"

    @property
    def is_derivative(self) -> bool:
        return derivative(self.items[0]) is not None or _is_partial(self.items[0])


@dataclass(frozen=True)
class Term:
    """Factors between two signs; ``sign`` is the sign's item, None where there is none."""

    sign: Item | None
    factors: tuple[Factor, ...] = field(default=())

    @property
    def start(self) -> int:
        return self.factors[0].start

    @property
    def end(self) -> int:
        return self.factors[-1].end


def walk(row: Row, role: str = "main") -> Iterator[tuple[Row, str]]:
    """A row and all below it with their roles: main, sub, sup, bound, derivative, name."""
    yield row, role
    for item in row.items:
        inner = role
        if item.kind in ("accent", "font", "macro") or (item.kind == "function" and item.rows):
            inner = "name"
        elif derivative(item) is not None:
            inner = "derivative"
        for k, below in enumerate(item.rows):
            yield from walk(below, "name" if item.kind == "environment" and k == 0 else inner)
        big = item.kind == "big"
        if item.sub is not None:
            yield from walk(item.sub, "bound" if big else "sub")
        if item.sup is not None:
            yield from walk(item.sup, "bound" if big else "sup")


def derivative(item: Item) -> tuple[Row, Row] | None:
    """Numerator and denominator of ``\\frac{\\partial …}{\\partial …}``, with d or ∂."""
    if item.kind != "frac" or not all(row.items for row in item.rows):
        return None
    above, below = item.rows
    marks = ("d", r"\partial", "∂")
    if below.items[0].word in marks and len(below.items) > 1 and above.items[0].word in marks:
        return above, below
    return None


def cells(row: Row) -> Iterator[tuple[Item, ...]]:
    """The items of a row between relation signs and commas."""
    current = list[Item]()
    for item in row.items:
        if item.kind == "operator" and item.word not in PRODUCTS and item.word not in "+-−":
            yield tuple(current)
            current = []
        else:
            current.append(item)
    yield tuple(current)


def terms(row: Row) -> list[list[Term]]:
    """The terms of each cell of a row."""
    return [found for cell in cells(row) if (found := _terms(cell))]


def _terms(items: tuple[Item, ...]) -> list[Term]:
    found, sign, current = list[Term](), None, list[Item]()
    for item in items:
        if item.kind == "operator" and item.word in "+-−":
            if current:
                found.append(Term(sign, _factors(current)))
            sign, current = item, []
        else:
            current.append(item)
    if current:
        found.append(Term(sign, _factors(current)))
    return [term for term in found if term.factors]


def _factors(items: list[Item]) -> tuple[Factor, ...]:
    factors, join, k = list[Factor](), "", 0
    while k < len(items):
        if items[k].kind == "operator":
            join, k = items[k].word, k + 1
            continue
        end = _factor_end(items, k)
        factors.append(Factor(tuple(items[k:end]), join))
        join, k = "", end
    return tuple(factors)


def _factor_end(items: list[Item], k: int) -> int:
    """Where the factor that begins at ``k`` ends: functions take their argument, ∂ its variable."""
    first = items[k]
    following = items[k + 1] if k + 1 < len(items) else None
    if following is None:
        return k + 1
    if _is_partial(first) or (
        first.word == "d" and first.end == following.start and following.kind == "name"
    ):
        slash = k + 3 < len(items) and items[k + 2].word == "/" and items[k + 3].word == first.word
        return min(k + 5, len(items)) if slash else k + 2
    with_bracket = first.word in CALLED or first.word in (r"\mathbb", r"\mathbf")
    called = first.kind == "function" or (with_bracket and following.kind == "bracket")
    return k + 2 if called and following.kind != "operator" else k + 1


def _is_partial(item: Item) -> bool:
    return item.word in (r"\partial", r"\nabla", "∂")
