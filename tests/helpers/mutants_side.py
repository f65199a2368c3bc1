"""The right side of one equation with the words of its document: what an edit of the text works on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from mutants_terms import Term, derivative, terms, walk
from mutants_tree import Item, Row, read


@dataclass(frozen=True)
class Splice:
    """``new`` written over ``text[start:end]``."""

    start: int
    end: int
    new: str


Edit = tuple[Splice, ...]
"""Splices in the order of the text, which do not overlap."""
Kind = Callable[["Side"], Iterator[Edit]]
"""All edits of one kind that a right side offers."""


@dataclass(frozen=True)
class Vocabulary:
    """What a document names: symbols with the number of their indices, sizes, indices, derived variables."""

    symbols: tuple[tuple[str, int], ...]
    sizes: tuple[str, ...]
    indices: tuple[str, ...]
    derived: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """A right side: the text it stands in, its stretch, and the document's words."""

    text: str
    start: int
    end: int
    words: Vocabulary

    @cached_property
    def row(self) -> Row:
        return read(self.text, self.start, self.end)

    def rows(self, *roles: str) -> list[Row]:
        """The rows of these roles, the outermost first."""
        return [row for row, role in walk(self.row) if role in roles and row.items]

    def terms(self, *roles: str) -> Iterator[list[Term]]:
        for row in self.rows(*(roles or ("main",))):
            yield from terms(row)

    def items(self, *roles: str) -> Iterator[Item]:
        for row in self.rows(*(roles or ("main",))):
            yield from row.items

    def of(self, thing: Item | Row | Term) -> str:
        return self.text[thing.start : thing.end]

    def core(self, item: Item) -> str:
        """An item without its scripts."""
        return self.text[item.start : item.core_end]


def spliced(text: str, edit: Iterable[Splice]) -> str:
    """The text after an edit, with a blank where a command would swallow what comes behind it."""
    out, at = "", 0
    for splice in sorted(edit, key=lambda s: (s.start, s.end)):
        out = joined(joined(out, text[at : splice.start]), splice.new)
        at = splice.end
    return joined(out, text[at:])


def joined(before: str, after: str) -> str:
    """Two stretches of LaTeX side by side."""
    swallows = after[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", before)
    return f"{before} {after}" if swallows else before + after


def vocabulary(formulas: Iterable[str]) -> Vocabulary:
    """The words of the formulas of one document, the most frequent first."""
    symbols, sizes, indices, derived = (Counter[str]() for _ in range(4))
    arity: dict[str, int] = {}
    for formula in formulas:
        for row, role in walk(read(formula)):
            for item in row.items:
                if role in ("main", "derivative", "sup") and is_symbol(item):
                    core = formula[item.start : item.core_end]
                    symbols[core] += 1
                    arity[core] = max(arity.get(core, 0), index_count(item))
                if role == "sub" and is_index(item):
                    indices[item.word] += 1
                if item.kind == "big" and item.sup is not None and len(item.sup.items) == 1:
                    sizes[formula[item.sup.start : item.sup.end].strip()] += 1
                if item.kind == "big" and item.sub is not None and item.sub.items:
                    indices[item.sub.items[0].word] += is_index(item.sub.items[0])
                if (found := derivative(item)) is not None:
                    below = found[1].items[1:]
                    derived[formula[below[0].start : below[-1].end]] += 1
    for word in (*sizes, *indices):
        del symbols[word]
    return Vocabulary(
        tuple((name, arity[name]) for name, _ in symbols.most_common()),
        tuple(s for s, _ in sizes.most_common() if s),
        tuple(i for i, _ in indices.most_common()),
        tuple(d for d, _ in derived.most_common()),
    )


def is_symbol(item: Item) -> bool:
    """A letter, Greek letter or accented letter that may stand for a quantity."""
    if item.kind in ("accent", "font"):
        return True
    plain = item.word.isalpha() or (item.word[0] == "\\" and item.word[1:].isalpha())
    return item.kind == "name" and plain and item.word not in (r"\partial", "d", "e", r"\top", "T", "∂")


def is_index(item: Item) -> bool:
    return item.kind == "name" and len(item.word) == 1 and item.word.isalpha() and item.word.islower()


def index_count(item: Item) -> int:
    """How many index letters a symbol carries below."""
    return sum(is_index(i) for i in item.sub.items) if item.sub is not None else 0


def sums(side: Side) -> Iterator[list[Term]]:
    """The whole and what stands in brackets, where a person would write another sum or mean."""
    brackets = (item.rows[0] for item in side.items("main") if item.kind == "bracket")
    for row in (side.row, *brackets):
        yield from terms(row)
