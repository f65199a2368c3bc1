"""An exact zero test for concrete SymPy expressions: one polynomial numerator, expanded and reduced.

The generators' relations (``R**q = base``, ``step**2 = step``, ``sin**2 = 1 -
cos**2``) are applied until none applies. A numerator that reduces to 0 proves the expression 0 wherever it is
defined; the converse does not hold, for the generators may depend in other ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import lcm
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from gradcheck.algebra.sympy_generators import Generators, Unsupported


class TooLarge(Exception):
    """The expansion would need more work than the budget allows."""


def is_zero(expr: sp.Expr, budget: int) -> bool:
    """Whether the reduced numerator of ``expr`` is 0. Raises `TooLarge` and `Unsupported`."""
    generators = Generators()
    generators.collect(expr)
    return not Expansion(generators, expr, budget).numerator(expr)


@dataclass(frozen=True)
class Quotient:
    """``numerator / (scale * product of factor**power)``, the denominator kept factored."""

    numerator: Any
    scale: int = 1
    factors: dict[Any, int] = field(default_factory=dict)


class Expansion:
    """Rational expressions in the generators, brought to quotients of polynomials over the integers."""

    def __init__(self, generators: Generators, expr: sp.Expr, budget: int) -> None:
        self.generators = generators
        self.budget = budget
        self.done: dict[sp.Expr, Quotient] = {}
        parts = [expr, *generators.meaning.values(), *generators.radicals.values()]
        self.roots = _root_degrees(parts, {*generators.radicals, *generators.exponentials})
        symbols = set(generators.keys.values()).union(*(part.free_symbols for part in parts))
        self.symbols = sorted(symbols, key=sp.default_sort_key)
        self.ring = PolyRing([str(k) for k in range(len(self.symbols) or 1)], sp.ZZ)
        self.place = {symbol: k for k, symbol in enumerate(self.symbols)}

    def numerator(self, expr: sp.Expr) -> PolyElement:
        """The reduced numerator of ``expr``."""
        return self._reduced(self.quotient(expr)).numerator

    def quotient(self, expr: sp.Expr) -> Quotient:
        """``expr`` as a quotient of polynomials."""
        if expr not in self.done:
            self.done[expr] = self._convert(expr)
        return self.done[expr]

    def _convert(self, expr: sp.Expr) -> Quotient:
        if expr.is_Rational:
            return Quotient(self.ring(int(expr.p)), int(expr.q))
        if expr in self.generators.meaning:
            return self.quotient(self.generators.meaning[expr])
        if expr.is_Symbol:
            return self._symbol_power(expr, sp.S.One)
        if expr.is_Add:
            return self._sum([self.quotient(term) for term in expr.args])
        if expr.is_Mul:
            return self._product([self.quotient(factor) for factor in expr.args])
        if expr.is_Pow and expr.base.is_Symbol and expr.exp.is_Rational:
            return self._symbol_power(expr.base, expr.exp)
        if expr.is_Pow and expr.exp.is_Integer:
            return self._power(self.quotient(expr.base), int(expr.exp))
        raise Unsupported(str(expr.func))

    def _symbol_power(self, symbol: sp.Symbol, exponent: sp.Rational) -> Quotient:
        degree = exponent * self.roots.get(symbol, 1)
        if not degree.is_Integer:
            raise Unsupported(f"{symbol} to {exponent}")
        generator = self.ring.gens[self.place[symbol]]
        if degree >= 0:
            return Quotient(generator ** int(degree))
        return Quotient(self.ring.one, 1, {generator: -int(degree)})

    def _times(self, left: PolyElement, right: PolyElement) -> PolyElement:
        self.budget -= len(left) * len(right)
        if self.budget < 0:
            raise TooLarge
        return left * right

    def _raised(self, base: PolyElement, power: int) -> PolyElement:
        result = self.ring.one
        for _ in range(power):
            result = self._times(result, base)
        return result

    def _sum(self, terms: list[Quotient]) -> Quotient:
        common: dict[Any, int] = {}
        for term in terms:
            for factor, power in term.factors.items():
                common[factor] = max(power, common.get(factor, 0))
        scale = lcm(*(term.scale for term in terms))
        total = self.ring.zero
        for term in terms:
            numerator = term.numerator * (scale // term.scale)
            for factor, power in common.items():
                numerator = self._times(numerator, self._raised(factor, power - term.factors.get(factor, 0)))
            total = total + numerator
        return Quotient(total, scale, common)

    def _product(self, parts: list[Quotient]) -> Quotient:
        numerator, scale = self.ring.one, 1
        factors: dict[Any, int] = {}
        for part in sorted(parts, key=lambda part: len(part.numerator)):
            numerator = self._times(numerator, part.numerator)
            scale *= part.scale
            for factor, power in part.factors.items():
                factors[factor] = factors.get(factor, 0) + power
        return Quotient(numerator, scale, factors)

    def _power(self, base: Quotient, power: int) -> Quotient:
        if power < 0:
            base, power = self._inverse(base), -power
        factors = {factor: count * power for factor, count in base.factors.items()}
        return Quotient(self._raised(base.numerator, power), base.scale**power, factors)

    def _inverse(self, value: Quotient) -> Quotient:
        value = self._reduced(value)
        if not value.numerator:
            raise ZeroDivisionError("division by zero")
        numerator: PolyElement = self.ring.ground_new(value.scale)
        for factor, power in value.factors.items():
            numerator = self._times(numerator, self._raised(factor, power))
        content, primitive = value.numerator.primitive()
        if primitive.LC < 0:
            content, primitive = -content, -primitive
        if content < 0:
            content, numerator = -content, -numerator
        common = tuple(map(min, zip(*primitive.itermonoms(), strict=True)))
        powers = {self.ring.gens[k]: count for k, count in enumerate(common) if count}
        rest = primitive.quo(self.ring({common: 1}))
        if rest != self.ring.one:
            powers[rest] = 1
        return Quotient(numerator, int(content), powers)

    def _reduced(self, value: Quotient) -> Quotient:
        """``value`` with every relation of the generators applied until none applies."""
        before = None
        while before is not value.numerator:
            before = value.numerator
            for symbol, meaning in self.generators.radicals.items():
                value = self._lowered(value, symbol, self.roots.get(symbol, 1), meaning)
            for symbol in self.generators.steps:
                value = self._lowered(value, symbol, 2, symbol)
            for symbol, cosine in self.generators.sines.items():
                value = self._lowered(value, symbol, 2, 1 - cosine**2)
        return value

    def _lowered(self, value: Quotient, symbol: sp.Symbol, degree: int, meaning: sp.Expr) -> Quotient:
        """``value`` with ``generator**degree`` replaced by ``meaning``, as often as it goes."""
        place = self.place[symbol]
        layers: dict[int, PolyElement] = {}
        for monomial, coefficient in value.numerator.terms():
            times, rest = divmod(monomial[place], degree)
            layer = layers.setdefault(times, self.ring.zero.copy())
            layer[(*monomial[:place], rest, *monomial[place + 1 :])] = coefficient
        if not layers or max(layers) == 0:
            return value
        by = self.quotient(meaning)
        terms = []
        for times, layer in layers.items():
            terms.append(self._product([Quotient(layer), self._power(by, times)]))
        total = self._sum(terms)
        return self._product([total, Quotient(self.ring.one, value.scale, value.factors)])


def _root_degrees(parts: list[sp.Expr], symbols: set[sp.Symbol]) -> dict[sp.Symbol, int]:
    """For each symbol the least common denominator of its exponents."""
    degrees = dict.fromkeys(symbols, 1)
    for part in parts:
        for power in part.atoms(sp.Pow):
            if power.base in degrees and power.exp.is_Rational:
                degrees[power.base] = lcm(degrees[power.base], int(power.exp.q))
    return degrees
