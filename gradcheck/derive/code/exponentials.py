"""Formulas with exponentials that neither overflow nor vanish, the same formulas in exact arithmetic.

Wherever a sum of exponentials divides or stands under a logarithm, the largest exponent is
taken out. What it then stands beside cancels it: the quotient of a softmax becomes
e^{x − M} / Σ e^{x − M}, its logarithm (x − M) − log Σ e^{x − M}.
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra.expr import (
    Add,
    Expr,
    Fun,
    Mul,
    Num,
    Pow,
    Ref,
    Sum,
    add,
    children,
    mapped,
    mul,
    neg,
    number,
    rename,
)
from gradcheck.derive.code.canonical import Fresh
from gradcheck.derive.code.definitions import Definition, Program, in_order
from gradcheck.derive.code.largest import Maxima
from gradcheck.derive.code.tidying import as_power, factors_of, tidy
from gradcheck.derive.code.two_exponentials import (
    complemented,
    joined,
    log_of_pair,
    log_of_sigmoid,
    merged,
    quotient,
)


def stabilised(program: Program, fresh: Fresh) -> Program:
    """The same program, its exponentials shifted."""
    return _Stabiliser(program, fresh).run()


class _Stabiliser:
    """Goes through the definitions in order; ``open`` are those with an exponential that may overflow."""

    def __init__(self, program: Program, fresh: Fresh) -> None:
        self.program, self.fresh = program, fresh
        self.done: dict[str, Definition] = {}
        self.open: dict[str, Definition] = {}
        self.maxima = Maxima(self._sizes, fresh)

    def run(self) -> Program:
        for definition in self.program.definitions.values():
            changed = replace(definition, body=complemented(self._best(definition.body)))
            self.done[definition.name] = changed
            if self.is_open(changed.body):
                self.open[definition.name] = changed
        everything = in_order([*self.maxima.definitions.values(), *self.done.values()])
        return replace(self.program, definitions=everything)

    def _best(self, body: Expr) -> Expr:
        """The stable form; where an exponential is left over, it may cancel one inside what is mentioned."""
        found = self.stable(self.unfolded(body))
        if not self.is_open(found):
            return found
        family = {n: d for n, d in self.done.items() if _is_exponential(d.body)}
        deeper = self.stable(self._with(family, self.unfolded(body)))
        return found if self.is_open(deeper) else deeper

    def _sizes(self, name: str) -> tuple[str, ...]:
        found = self.maxima.definitions.get(name)
        return self.program.sizes(name) if found is None else found.sizes

    # -- which definitions are looked into --------------------------------------------

    def unfolded(self, expr: Expr) -> Expr:
        """``expr`` with the definitions in place that have an exponential that may overflow."""
        return self._with(self.open, expr)

    def _with(self, definitions: dict[str, Definition], expr: Expr) -> Expr:
        return tidy(mapped(expr, lambda p: self._instance(definitions, p) if isinstance(p, Ref) else p))

    def _instance(self, among: dict[str, Definition], ref: Ref) -> Expr:
        found = among.get(ref.name)
        if found is None:
            return ref
        return rename(self.fresh.apart(found.body), dict(zip(found.params, ref.indices, strict=True)))

    def is_open(self, expr: Expr) -> bool:
        """Whether an exponential stands in it outside a function, and not below its own maximum."""
        if isinstance(expr, Fun):
            return expr.name == "exp" and not self.maxima.is_shifted(expr.args[0])
        return any(self.is_open(part) for part in children(expr))

    # -- the rewriting ----------------------------------------------------------------

    def stable(self, expr: Expr) -> Expr:
        """``expr``, innermost first."""
        return tidy(mapped(expr, lambda part: self._changed(tidy(part))))

    def _changed(self, part: Expr) -> Expr:
        match part:
            case Fun("log", (argument,)):
                found = self._log(self._looked_into(argument))
                return part if found is None else tidy(found)
            case Pow(base, Num(value)) if value < 0:
                return self._divided(base, part, value)
            case Mul():
                return self.maxima.taken_in(merged(part))
            case Add():
                return joined(part)
            case _:
                return part

    def _divided(self, base: Expr, whole: Expr, value: object) -> Expr:
        exponent = number(value)  # type: ignore[arg-type]
        if isinstance(base, Mul):
            return tidy(mul(*(self._changed(tidy(Pow(f, exponent))) for f in base.factors)))
        split = self.maxima.split(base)
        if split is not None:
            shift, rest = split
            return tidy(mul(Fun("exp", (mul(exponent, shift),)), Pow(rest, exponent)))
        return quotient(base, exponent.value) or whole

    def _looked_into(self, expr: Expr) -> Expr:
        """The argument of a logarithm with its definitions in place; not what functions are taken of."""
        match expr:
            case Ref():
                found = self._instance(self.done, expr)
                return expr if found == expr else self._looked_into(found)
            case Add(terms):
                return tidy(Add(tuple(map(self._looked_into, terms))))
            case Mul(factors):
                return tidy(Mul(tuple(map(self._looked_into, factors))))
            case Pow(base, exponent):
                return tidy(Pow(self._looked_into(base), exponent))
            case _:
                return expr

    def _log(self, expr: Expr) -> Expr | None:
        """The logarithm without that of an exponential; None if there is no exponential in it."""
        match expr:
            case Fun("exp", (argument,)):
                return argument
            case Fun("cosh", (argument,)):
                both = log_of_pair(add(Fun("exp", (argument,)), Fun("exp", (tidy(neg(argument)),))))
                return None if both is None else add(both, neg(Fun("log", (number(2),))))
            case Pow(base, Num() as exponent):
                inner = self._log(base)
                return None if inner is None else mul(exponent, inner)
            case Mul():
                return self._log_of_product(expr)
            case Add() | Sum():
                split = self.maxima.split(expr)
                if split is not None:
                    shift, rest = split
                    return add(shift, Fun("log", (rest,)))
        return log_of_sigmoid(expr) or log_of_pair(expr)

    def _log_of_product(self, expr: Mul) -> Expr | None:
        found = [(f, self._log(f)) for f in factors_of(expr)]
        if all(log is None for _, log in found):
            return None
        logs = [log for _, log in found if log is not None]
        below = [f for f, log in found if log is None and as_power(f)[1] == -1]
        above = mul(*(f for f, log in found if log is None and f not in below))
        logs += [neg(Fun("log", (as_power(f)[0],))) for f in below]
        return add(*logs, *(() if above == mul() else (Fun("log", (above,)),)))


def _is_exponential(body: Expr) -> bool:
    """Whether a definition is a product with exponentials or sigmoids among its factors."""
    bases = [as_power(f)[0] for f in factors_of(body)]
    return any(isinstance(b, Fun) and b.name in ("exp", "sigmoid") for b in bases)
