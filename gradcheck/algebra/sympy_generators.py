"""Transcendental and radical subexpressions as polynomial generators.

An exponential of a monomial, the logarithm of a factor, a radical, an error
function, a step and a sine each become one symbol; what a subexpression means in
those symbols is a rational expression with fractional exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from gradcheck.algebra.sympy_functions import Step

FACTOR_LIMIT = 200
"""Beyond this many operations the argument of a logarithm is left unfactored."""


class Unsupported(Exception):
    """An expression with something that is no generator here."""


@dataclass
class Generators:
    """What stands for each transcendental or radical subexpression, and the generators in use.

    ``radicals`` maps a symbol to the expression that it *is*: it occurs with
    fractional exponents, and `Expansion` makes its root the generator.
    """

    meaning: dict[sp.Expr, sp.Expr] = field(default_factory=dict)
    keys: dict[tuple[str, sp.Expr], sp.Symbol] = field(default_factory=dict)
    exponentials: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)
    radicals: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)
    steps: set[sp.Symbol] = field(default_factory=set)
    sines: dict[sp.Symbol, sp.Symbol] = field(default_factory=dict)

    def collect(self, expr: sp.Expr) -> None:
        """Give every subexpression that is not rational its meaning, inner ones first."""
        for part in postorder(expr):
            if part in self.meaning:
                continue
            if part.is_Pow and not part.exp.is_Integer:
                self.meaning[part] = self._power(part)
            elif part in (sp.pi, sp.E):
                self.meaning[part] = self._constant(part)
            elif part.is_Function:
                self.meaning[part] = self._function(part)

    def read(self, expr: sp.Expr) -> sp.Expr:
        """``expr`` as a rational expression in the generators, expanded."""
        expr = sp.expand(expr.xreplace(self.meaning))
        if any(p.is_Pow and p.base.is_Add and p.exp.is_negative for p in sp.preorder_traversal(expr)):
            return sp.expand(sp.cancel(expr))
        return expr

    def _symbol(self, kind: str, key: sp.Expr, positive: bool = False) -> sp.Symbol:
        if (kind, key) not in self.keys:
            self.keys[kind, key] = sp.Dummy(f"{kind}{len(self.keys)}", real=True, positive=positive or None)
        return self.keys[kind, key]

    def _constant(self, constant: sp.Expr) -> sp.Expr:
        return self._exp(sp.S.One) if constant is sp.E else self._symbol("pi", constant, True)

    def _function(self, part: sp.Expr) -> sp.Expr:
        rule = _RULES.get(part.func)
        if rule is None:
            raise Unsupported(str(part.func))
        return rule(self, self.read(part.args[0]))

    def _exp(self, argument: sp.Expr) -> sp.Expr:
        """exp(sum of c*monomial) = product of exp(monomial)**c."""
        product: sp.Expr = sp.S.One
        for term in sp.Add.make_args(argument):
            coefficient, monomial = term.as_coeff_Mul(rational=True)
            symbol = self._symbol("exp", monomial, True)
            self.exponentials[symbol] = monomial
            product *= symbol**coefficient
        return product

    def _power(self, part: sp.Expr) -> sp.Expr:
        if not part.exp.is_Rational:
            return self._exp(sp.expand(self.read(part.exp) * self._log(self.read(part.base))))
        if part.base.is_Integer:
            return self._numeric_root(part)
        content, primitive = self.read(part.base).as_content_primitive()
        outer: sp.Expr = content**part.exp
        self.collect(outer)
        outer = outer.xreplace(self.meaning)
        if primitive == 1:
            return outer
        symbol = self._symbol("root", primitive, True)
        self.radicals[symbol] = primitive
        return outer * symbol**part.exp

    def _numeric_root(self, part: sp.Expr) -> sp.Expr:
        if part.base.is_negative:
            raise Unsupported("root of a negative number")
        product: sp.Expr = sp.S.One
        for prime, count in sp.factorint(part.base).items():
            symbol = self._symbol("root", sp.Integer(prime), True)
            self.radicals[symbol] = sp.Integer(prime)
            product *= symbol ** (count * part.exp)
        return product

    def _log(self, argument: sp.Expr) -> sp.Expr:
        """log(product) = sum of log|factor|, true wherever the left side is real."""
        if argument.is_Add and argument.count_ops() <= FACTOR_LIMIT:
            argument = sp.factor(argument)
        total: sp.Expr = sp.S.Zero
        for factor in sp.Mul.make_args(argument):
            base, exponent = factor.as_base_exp()
            total += exponent * self._log_factor(base)
        return sp.expand(total)

    def _log_factor(self, base: sp.Expr) -> sp.Expr:
        if base in self.exponentials:
            return self.exponentials[base]
        if base in self.radicals:
            return self._log(self.radicals[base])
        if base.is_Rational:
            primes = sp.factorrat(abs(base))
            return sp.Add(*(count * self._symbol("log", prime) for prime, count in primes.items()))
        return self._symbol("log", -base if base.could_extract_minus_sign() else base)

    def _step(self, argument: sp.Expr) -> sp.Expr:
        """The step of what is left of ``argument`` without its positive factors."""
        argument = argument.as_content_primitive()[1]
        kept = [factor for factor in sp.Mul.make_args(argument) if not factor.is_positive]
        argument = sp.Mul(*kept)
        if argument.is_number:
            return sp.S.One if not kept or argument.is_positive else sp.S.Zero
        flipped = argument.could_extract_minus_sign()
        symbol = self._symbol("step", sp.expand(-argument) if flipped else argument)
        self.steps.add(symbol)
        return 1 - symbol if flipped else symbol

    def _sin(self, argument: sp.Expr) -> sp.Expr:
        symbol = self._symbol("sin", argument)
        self.sines[symbol] = self._symbol("cos", argument)
        return symbol

    def _tanh(self, argument: sp.Expr) -> sp.Expr:
        square = self._exp(sp.expand(2 * argument))
        return (square - 1) / (square + 1)

    def _hyperbolic(self, argument: sp.Expr, sign: int) -> sp.Expr:
        return (self._exp(argument) + sign * self._exp(sp.expand(-argument))) / 2


_RULES: dict[Any, Callable[[Generators, sp.Expr], sp.Expr]] = {
    sp.exp: Generators._exp,
    sp.log: Generators._log,
    Step: Generators._step,
    sp.sin: Generators._sin,
    sp.cos: lambda g, z: g._symbol("cos", z),
    sp.erf: lambda g, z: g._symbol("erf", z),
    sp.tanh: Generators._tanh,
    sp.sinh: lambda g, z: g._hyperbolic(z, -1),
    sp.cosh: lambda g, z: g._hyperbolic(z, 1),
    sp.Abs: lambda g, z: z * (2 * g._step(z) - 1),
    sp.sign: lambda g, z: 2 * g._step(z) - 1,
}


def postorder(expr: sp.Expr) -> Iterator[sp.Expr]:
    """Every different subexpression once, arguments first."""
    seen: set[sp.Expr] = set()
    stack = [(expr, False)]
    while stack:
        part, done = stack.pop()
        if done:
            yield part
        elif part not in seen:
            seen.add(part)
            stack.append((part, True))
            stack.extend((arg, False) for arg in part.args)
