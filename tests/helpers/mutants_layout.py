"""Mistakes in how a formula is laid out: fraction lines, roots, brackets."""

from __future__ import annotations

from collections.abc import Iterator

from mutants_side import Edit, Side, Splice
from mutants_terms import Term, derivative
from mutants_tree import CLOSING, Item, Row
from mutants_values import without_factor


def lost_numerator(side: Side) -> Iterator[Edit]:
    """All above a fraction line becomes 1."""
    for item in _fractions(side):
        if side.of(item.rows[0]).strip() != "1":
            yield (_over(side, item.rows[0], "1"),)


def lost_denominator(side: Side) -> Iterator[Edit]:
    """What stands below the fraction line is forgotten."""
    for item in _fractions(side):
        above = side.of(item.rows[0])
        if above.strip() != "1":
            yield (Splice(item.start, item.core_end, bracketed(above)),)


def upside_down(side: Side) -> Iterator[Edit]:
    """Numerator and denominator changed places."""
    for item in _fractions(side):
        above, below = item.rows
        yield (_over(side, above, side.of(below)), _over(side, below, side.of(above)))


def factor_below(side: Side) -> Iterator[Edit]:
    """A factor above the fraction line slips below it."""
    for item in _fractions(side):
        yield from _moved(side, *item.rows)
    for found in side.terms():
        for term in found:
            fraction = next((f.items[0] for f in term.factors if f.items[0] in set(_fractions(side))), None)
            for k, factor in enumerate(term.factors):
                if fraction is not None and factor.items[0] is not fraction and not factor.is_sum:
                    here = without_factor(term, k)
                    put = _appended(side, fraction.rows[1], side.text[factor.start : factor.end])
                    if here.end <= put.start or put.end <= here.start:
                        yield tuple(sorted((here, put), key=lambda s: s.start))


def factor_above(side: Side) -> Iterator[Edit]:
    """A factor below the fraction line slips above it."""
    for item in _fractions(side):
        yield from _moved(side, item.rows[1], item.rows[0])


def _moved(side: Side, source: Row, target: Row) -> Iterator[Edit]:
    only = _only_term(side, source)
    for k, factor in enumerate(only.factors if only else ()):
        if factor.is_sum or side.text[factor.start : factor.end] == "1":
            continue
        assert only is not None
        here = without_factor(only, k) if len(only.factors) > 1 else Splice(factor.start, factor.end, "1")
        there = _appended(side, target, side.text[factor.start : factor.end])
        yield tuple(sorted((here, there), key=lambda s: s.start))


def _appended(side: Side, row: Row, factor: str) -> Splice:
    """A factor put behind all that a row holds."""
    old = side.of(row).strip()
    if old == "1":
        return _over(side, row, factor)
    kept = f"({old})" if any(i.kind == "operator" and i.word in "+-−" for i in row.items) else old
    return _over(side, row, f"{kept} {factor}" if not factor[:1].isdigit() else f"{factor} {kept}")


def _only_term(side: Side, row: Row) -> Term | None:
    found = [t for cell in side.terms() for t in cell if t.start >= row.start and t.end <= row.end]
    inside = [
        t for t in found if not any(o.start <= t.start and t.end <= o.end and o is not t for o in found)
    ]
    return inside[0] if len(inside) == 1 else None


def lost_root(side: Side) -> Iterator[Edit]:
    """The root sign is forgotten."""
    for item in side.items("main"):
        if item.kind == "root":
            yield (Splice(item.start, item.core_end, bracketed(side.of(item.rows[0]))),)


def added_root(side: Side) -> Iterator[Edit]:
    """A root is taken of what has none."""
    for item in side.items("main"):
        if item.kind == "bracket" and item.word == "(" and item.sup is None:
            yield (Splice(item.start, item.core_end, rf"\sqrt{{{side.of(item.rows[0])}}}"),)


def moved_bracket(side: Side) -> Iterator[Edit]:
    """A bracket closes or opens one term or factor too early or too late."""
    for row in side.rows("main"):
        for k, item in enumerate(row.items):
            if item.kind == "bracket" and item.sup is None:
                yield from _closing_moved(side, row, k)
                yield from _opening_moved(side, row, k)


def _closing_moved(side: Side, row: Row, k: int) -> Iterator[Edit]:
    item, inner = row.items[k], row.items[k].rows[0]
    close = _closing(side, item)
    last = next((n for n, i in reversed([*enumerate(inner.items)]) if i.kind == "operator" and n), None)
    if last is not None and last + 1 < len(inner.items):
        before = inner.items[last - 1].end
        yield Splice(before, before, close), Splice(inner.end, item.core_end, "")
    if k + 1 < len(row.items):
        step = 2 if row.items[k + 1].kind == "operator" else 1
        if k + step < len(row.items):
            after = row.items[k + step].end
            yield Splice(inner.end, item.core_end, ""), Splice(after, after, close)


def _opening_moved(side: Side, row: Row, k: int) -> Iterator[Edit]:
    item, inner = row.items[k], row.items[k].rows[0]
    opening = side.text[item.start : inner.start]
    first = next((n for n, i in enumerate(inner.items) if i.kind == "operator" and n), None)
    if first is not None and first + 1 < len(inner.items):
        at = inner.items[first + 1].start
        yield Splice(item.start, inner.start, ""), Splice(at, at, opening)
    if k and row.items[k - 1].kind not in ("operator", "big", "function"):
        at = row.items[k - 1].start
        yield Splice(at, at, opening), Splice(item.start, inner.start, "")


def _closing(side: Side, item: Item) -> str:
    return side.text[item.rows[0].end : item.core_end]


def lost_brackets(side: Side) -> Iterator[Edit]:
    """A pair of brackets is forgotten."""
    for item in side.items("main"):
        if item.kind == "bracket" and item.word in CLOSING:
            inner = item.rows[0]
            yield Splice(item.start, inner.start, ""), Splice(inner.end, item.core_end, "")


def _fractions(side: Side) -> list[Item]:
    return [i for i in side.items("main") if i.kind == "frac" and derivative(i) is None]


def _over(side: Side, row: Row, new: str) -> Splice:
    """Another content for an argument, braces kept or made."""
    braced = side.text[row.start - 1] == "{"
    return Splice(row.start, row.end, new if braced else f"{{{new}}}")


def bracketed(text: str) -> str:
    """Round brackets around a sum; anything else as it is."""
    depth = 0
    for k, c in enumerate(text.strip()):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(c, 0)
        if k and depth == 0 and c in "+-−":
            return f"({text.strip()})"
    return text.strip()
