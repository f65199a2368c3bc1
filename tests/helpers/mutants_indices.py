"""Mistakes in the indices of a formula and in its sums."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mutants_side import Edit, Side, Splice, is_index, is_symbol, sums


def other_index(side: Side) -> Iterator[Edit]:
    """One index is written with another letter."""
    for row in side.rows("sub"):
        for item in row.items:
            if is_index(item) and item.word in side.words.indices:
                for new in side.words.indices[:6]:
                    if new != item.word:
                        yield (Splice(item.start, item.end, new),)


def swapped_indices(side: Side) -> Iterator[Edit]:
    """Two neighbouring indices changed places."""
    for row in side.rows("sub"):
        letters = [item for item in row.items if is_index(item)]
        for a, b in pairwise(letters):
            if a.word != b.word:
                yield Splice(a.start, a.end, b.word), Splice(b.start, b.end, a.word)


def lost_index(side: Side) -> Iterator[Edit]:
    """An index is forgotten."""
    for item in side.items("main"):
        if item.sub is not None and is_symbol(item) and any(is_index(i) for i in item.sub.items):
            yield (Splice(*item.sub_at, ""),)


def shifted_index(side: Side) -> Iterator[Edit]:
    """One step too early or too late: t for t − 1, t + 1 for t."""
    for row in side.rows("sub", "bound"):
        for k, item in enumerate(row.items):
            tail = "".join(i.word for i in row.items[k + 1 : k + 3])
            if is_index(item) and tail in ("-1", "+1"):
                yield (Splice(item.end, row.items[k + 2].end, ""),)
                yield (Splice(item.end, row.items[k + 2].end, "+1" if tail == "-1" else "-1"),)


def other_bound(side: Side) -> Iterator[Edit]:
    """A sum ends at another size, one too early, or starts elsewhere."""
    for item in side.items("main"):
        if item.kind != "big":
            continue
        if item.sup is not None and item.sup.items:
            old = side.of(item.sup).strip()
            for new in (*side.words.sizes, f"{old}-1", "i"):
                if new != old:
                    yield (Splice(*item.sup_at, f"^{{{new}}}"),)
        for k, part in enumerate(item.sub.items if item.sub is not None else ()):
            if part.kind == "number" and k and item.sub is not None and item.sub.items[k - 1].word == "=":
                yield (Splice(part.start, part.end, str(int(part.word) + 1)),)


def lost_sum(side: Side) -> Iterator[Edit]:
    """The sum sign is forgotten."""
    for item in side.items("main"):
        if item.kind == "big":
            yield (Splice(item.start, item.end, ""),)


def added_sum(side: Side) -> Iterator[Edit]:
    """A sum too many."""
    for found in sums(side):
        for term in found:
            for index in side.words.indices[:3]:
                yield (Splice(term.start, term.start, rf"\sum_{{{index}}} "),)


def other_sum_index(side: Side) -> Iterator[Edit]:
    """The sum runs over another index than the summand."""
    for item in side.items("main"):
        if item.kind == "big" and item.sub is not None and item.sub.items and is_index(item.sub.items[0]):
            old = item.sub.items[0]
            for new in side.words.indices[:4]:
                if new != old.word:
                    yield (Splice(old.start, old.end, new),)
