"""Steps made choices: p·step(z) + q is p + q where z > 0 and q elsewhere.

A choice is written ``Fun("where", (z, a, b))``: a where z > 0, else b.
"""

from __future__ import annotations

from gradcheck.algebra.expr import (
    ZERO,
    Add,
    Expr,
    Fun,
    Mul,
    Pow,
    Ref,
    Sum,
    Var,
    add,
    children,
    mapped,
    mul,
    neg,
    walk,
)
from gradcheck.derive.code.canonical import canonical
from gradcheck.derive.code.tidying import factors_of, terms_of, tidy


def with_choices(expr: Expr) -> Expr:
    """``expr`` with choices for the sums that have one step in them, the outermost first.

    >>> x = Var("x", ("i",))
    >>> with_choices(add(Fun("step", (x,)), mul(Var("a"), add(mul(), neg(Fun("step", (x,)))))))
    Fun(name='where', args=(Var(name='x', ...), Num(value=Fraction(1, 1)), Var(name='a', indices=())))
    """
    return tidy(_with_choices(tidy(expr)))


def _with_choices(expr: Expr) -> Expr:
    found = _chosen(expr) if isinstance(expr, Add) else expr
    match found:
        case Add(terms):
            return add(*map(_with_choices, terms))
        case Mul(factors):
            return _taken_in(tuple(map(_with_choices, factors)))
        case Pow(base, exponent):
            return Pow(_with_choices(base), exponent)
        case Fun(name, args):
            return Fun(name, tuple(map(_with_choices, args)))
        case Sum(index, size, body):
            return Sum(index, size, _with_choices(body))
        case _:
            return found


def _chosen(expr: Add) -> Expr:
    steps = {canonical(p): p for t in terms_of(expr) for p in _steps(t)}
    if len(steps) != 1:
        return expr
    (step,) = steps.values()
    assert isinstance(step, Fun)
    above, below = (tidy(_at(expr, step, value)) for value in (True, False))
    if below == ZERO or any(p == step for side in (above, below) for p in walk(side)):
        return expr
    return _choice(step.args[0], above, below)


def _choice(condition: Expr, above: Expr, below: Expr) -> Expr:
    return Fun("where", (condition, _bounded(above, tidy(neg(condition))), _bounded(below, condition)))


def _bounded(expr: Expr, exponent: Expr) -> Expr:
    """``expr`` with e^u as e^{min(u, 0)}: where it is chosen, u ≤ 0, and elsewhere it would overflow."""

    def change(part: Expr) -> Expr:
        if isinstance(part, Fun) and part.name == "exp" and canonical(part.args[0]) == canonical(exponent):
            return Fun("exp", (Fun("min", (part.args[0], ZERO)),))
        return part

    return mapped(expr, change)


def _steps(expr: Expr) -> list[Expr]:
    """The steps in a term that are multiplied, not those inside a function or a sum over an index."""
    if isinstance(expr, Fun):
        return [expr] if expr.name == "step" else []
    return [s for part in children(expr) for s in _steps(part)] if isinstance(expr, Add | Mul) else []


def _at(expr: Expr, step: Expr, value: bool) -> Expr:
    """``expr`` where the step is 1 or 0."""
    match expr:
        case Add(terms):
            return add(*(_at(t, step, value) for t in terms))
        case Mul(factors):
            return mul(*(_at(f, step, value) for f in factors))
        case _:
            return (mul() if value else ZERO) if canonical(expr) == canonical(step) else expr


def _taken_in(factors: tuple[Expr, ...]) -> Expr:
    """A choice between two numbers takes in what it is multiplied by: two numbers have no dtype."""
    for place, factor in enumerate(factors):
        if isinstance(factor, Fun) and factor.name == "where" and not _has_entries(factor.args[1:]):
            rest = mul(*factors[:place], *factors[place + 1 :])
            if _has_entries((rest,)) and len(factors_of(rest)) <= 2:
                condition, above, below = factor.args
                return _choice(condition, tidy(mul(rest, above)), tidy(mul(rest, below)))
    return mul(*factors)


def _has_entries(parts: tuple[Expr, ...]) -> bool:
    return any(isinstance(p, Var | Ref) and p.indices for part in parts for p in walk(part))
