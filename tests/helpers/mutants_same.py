"""Whether two formulas are written alike: token for token, or up to the order of terms and factors."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from mutants_terms import Factor, Term, cells, derivative, terms
from mutants_tree import PRODUCTS, Item, Row, read

SPELLINGS = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\le": r"\leq", r"\ge": r"\geq", r"\ne": r"\neq",
    r"\ln": r"\log", "−": "-", r"\varepsilon": r"\epsilon", "T": r"\top", r"\intercal": r"\top",
}  # fmt: skip
Canonical = Any
"""Nested tuples, equal where two formulas differ in order and brackets only."""
Product = tuple[Fraction, dict[Canonical, Fraction]]


def written_alike(one: str, other: str) -> bool:
    """The same but for spaces, sizes of brackets and braces without meaning."""
    return _plain(one, read(one)) == _plain(other, read(other))


def commuted(one: str, other: str) -> bool:
    """The same up to the order of terms and factors, brackets, signs, ``\\frac{a}{b}`` for a b⁻¹."""
    if canonical(one) == canonical(other):
        return True
    unbounded = min(one.count("^"), other.count("^")) < max(one.count("^"), other.count("^"))
    return unbounded and _unbounded(one) == _unbounded(other)


def _unbounded(text: str) -> Canonical:
    """The canonical form with nothing but the index of a sum: ``\\sum_i`` for ``\\sum_{i=1}^n``."""
    return _Canonical(text, bounds=False).row(read(text))


def cancels(text: str) -> bool:
    """Whether terms of a sum cancel: ``a + b - b``."""
    reader = _Canonical(text)
    reader.row(read(text))
    return reader.cancelled


def canonical(text: str) -> Canonical:
    return _Canonical(text).row(read(text))


def _plain(text: str, row: Row) -> tuple[Canonical, ...]:
    found = list[Canonical]()
    for item in row.items:
        if item.kind == "brace" and item.sub is None and item.sup is None:
            found += _plain(text, item.rows[0])
            continue
        word = SPELLINGS.get(item.word, item.word) if item.word != "T" else "T"
        shown = word if item.kind != "name" else text[item.start : item.core_end].replace(item.word, word, 1)
        rows = tuple(_plain(text, below) for below in item.rows)
        if item.kind == "brace" and len(rows[0]) == 1 and rows[0][0][3] == (None, None):
            kind, shown, rows, _ = rows[0][0]
        else:
            kind = item.kind
        scripts = tuple(_plain(text, s) if s is not None else None for s in (item.sub, item.sup))
        found.append((kind, shown, rows, scripts))
    return tuple(found)


class _Canonical:
    """Brings the formulas of one text into canonical form."""

    def __init__(self, text: str, bounds: bool = True) -> None:
        self.text, self.bounds, self.cancelled = text, bounds, False

    def row(self, row: Row) -> Canonical:
        signs = [
            SPELLINGS.get(i.word, i.word)
            for i in row.items
            if i.kind == "operator" and i.word not in PRODUCTS and i.word not in "+-−"
        ]
        found = [self._sum(found) for found in terms(row)]
        if len(found) == 1 and not signs:
            return _frozen_product(found[0])
        return (tuple(signs), tuple(_frozen_product(f) for f in found), len(list(cells(row))))

    def _sum(self, found: list[Term]) -> Product:
        """A sum as a product: its one term, or the whole as one factor with its leading number drawn out."""
        total = Counter[Canonical]()
        for term in found:
            for factors, coefficient in _spread(self._term(term)):
                total[factors] += coefficient  # type: ignore[assignment]
        parts = sorted(((k, Fraction(v)) for k, v in total.items() if v), key=repr)
        self.cancelled |= any(not v and k for k, v in total.items())
        if not parts:
            return Fraction(0), {}
        if len(parts) == 1:
            (factors, coefficient) = parts[0]
            return coefficient, dict(factors)
        leading = parts[0][1]
        return leading, {("add", tuple((k, v / leading) for k, v in parts)): Fraction(1)}

    def _term(self, term: Term) -> Product:
        coefficient, factors = self._product(term.factors)
        return (-coefficient if term.sign is not None and term.sign.word in "-−" else coefficient), factors

    def _product(self, given: tuple[Factor, ...]) -> Product:
        coefficient, factors = Fraction(1), dict[Canonical, Fraction]()
        for k, factor in enumerate(given):
            if factor.is_sum:
                number, body = self._product(given[k + 1 :])
                found: Product = (number, {self._big(factor.items[0], _frozen(body)): Fraction(1)})
            else:
                found = self._factor(factor)
            if factor.join == "/":
                found = _power(found, Fraction(-1))
            coefficient, factors = _times((coefficient, factors), found)
            if factor.is_sum:
                break
        return coefficient, factors

    def _big(self, item: Item, body: Canonical) -> Canonical:
        bounds = tuple(self.row(r) if r is not None else None for r in (item.sub, item.sup))
        if not self.bounds:
            bounds = tuple(i.word for i in item.sub.items[:1]) if item.sub is not None else ()
        return ("big", item.word, bounds, body)

    def _factor(self, factor: Factor) -> Product:
        if len(factor.items) == 1:
            return self._item(factor.items[0])
        parts = tuple(_frozen_product(self._item(i)) for i in factor.items)
        if factor.items[0].word in (r"\exp", "exp"):
            return Fraction(1), {("e", parts[1]): Fraction(1)}
        return Fraction(1), {("applied", parts): Fraction(1)}

    def _item(self, item: Item) -> Product:
        base = self._base(item)
        if item.sup is None:
            return base
        value = self._number(item.sup)
        if value is not None:
            return _power(base, value)
        if item.word == "e" and item.kind == "name":
            return Fraction(1), {("e", self.row(item.sup)): Fraction(1)}
        transposed = [SPELLINGS.get(i.word, i.word) for i in item.sup.items] == [r"\top"]
        above = r"\top" if transposed else self.row(item.sup)
        return Fraction(1), {("raised", _frozen_product(base), above): Fraction(1)}

    def _base(self, item: Item) -> Product:
        if item.kind == "number":
            return Fraction(item.word), {}
        if item.kind == "frac" and derivative(item) is None:
            above, below = (self._inside(row) for row in item.rows)
            return _times(above, _power(below, Fraction(-1)))
        if item.kind == "root":
            return _power(self._inside(item.rows[0]), Fraction(1, 2))
        if item.kind in ("bracket", "brace") and item.sub is None and _is_one_sum(item.rows[0]):
            return self._inside(item.rows[0])
        below_ = self.row(item.sub) if item.sub is not None else None
        core = "d" if item.word == r"\partial" else self.text[item.start : item.core_end]
        rows = tuple(self.row(row) for row in item.rows)
        shown = SPELLINGS.get(item.word, item.word) if rows else core
        return Fraction(1), {("thing", item.kind, shown, rows, below_): Fraction(1)}

    def _inside(self, row: Row) -> Product:
        found = terms(row)
        return self._sum(found[0]) if len(found) == 1 else (Fraction(1), {self.row(row): Fraction(1)})

    def _number(self, row: Row) -> Fraction | None:
        found = terms(row)
        if len(found) != 1:
            return None
        value, rest = self._sum(found[0])
        return value if not rest else None


def _is_one_sum(row: Row) -> bool:
    arithmetic = all(i.kind != "operator" or i.word in PRODUCTS or i.word in "+-−" for i in row.items)
    return arithmetic and len(terms(row)) == 1


def _spread(product: Product) -> list[tuple[Canonical, Fraction]]:
    """The terms of a product that is nothing but a number times a sum; else the product alone."""
    coefficient, factors = product
    if len(factors) == 1:
        ((factor, exponent),) = factors.items()
        if exponent == 1 and factor[0] == "add":
            return [(inner, coefficient * number) for inner, number in factor[1]]
    return [(_frozen(factors), coefficient)]


def _times(one: Product, other: Product) -> Product:
    factors = dict(one[1])
    for factor, exponent in other[1].items():
        factors[factor] = factors.get(factor, Fraction(0)) + exponent
    return one[0] * other[0], {f: e for f, e in factors.items() if e}


def _power(base: Product, exponent: Fraction) -> Product:
    factors = {f: e * exponent for f, e in base[1].items()}
    if base[0] == 1:
        return Fraction(1), factors
    if exponent.denominator == 1 and (base[0] or exponent > 0):
        return base[0] ** int(exponent), factors
    return Fraction(1), {**factors, ("number", base[0]): exponent}


def _frozen(factors: dict[Canonical, Fraction]) -> Canonical:
    return tuple(sorted(factors.items(), key=repr))


def _frozen_product(product: Product) -> Canonical:
    return (product[0], _frozen(product[1]))
