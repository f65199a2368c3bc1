"""Powers, roots and transposes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import is_transpose


def read_power(context: Context, tree: s.Power, frame: Frame) -> Value:
    """A power, or the transpose that ``^T`` writes."""
    base = context.value(tree.base, frame)
    if is_transpose(tree.exponent):
        return transposed(base)
    return raise_to(base, context.value(tree.exponent, frame), tree)


def raise_to(base: Value, exponent: Value, tree: s.Syntax) -> Value:
    """``base^exponent``: ``e^x`` is exp, a square undoes the root of σ²."""
    if base.rank == 2 and exponent.expr == e.number(-1):
        raise Refusal("the inverse of a matrix is not read", tree.start, tree.end)
    if base.expr == e.Constant("e"):
        return replace(exponent, expr=e.Fun("exp", (exponent.expr,)))
    if exponent.rank:
        raise Refusal("an exponent with axes", tree.start, tree.end)
    inner = base.expr
    if isinstance(inner, e.Pow) and isinstance(exponent.expr, e.Num) and isinstance(inner.exponent, e.Num):
        merged = inner.exponent.value * exponent.expr.value
        if inner.exponent.value.denominator != 1:
            return replace(base, expr=e.power(inner.base, merged))
    return replace(base, expr=e.Pow(inner, exponent.expr))


def read_root(context: Context, tree: s.Root, frame: Frame) -> Value:
    """A root of any whole degree."""
    degree = 2 if tree.degree is None else whole_number(tree.degree)
    inner = context.value(tree.radicand, frame)
    return replace(inner, expr=e.power(inner.expr, Fraction(1, degree)))


def transposed(value: Value) -> Value:
    """The transpose: axes reversed, a column made a row."""
    if value.rank == 1:
        return replace(value, row=not value.row)
    if value.outer and value.rank > 2:
        axes = value.axes[value.outer :] + value.axes[: value.outer]
        return replace(value, axes=axes, outer=value.rank - value.outer)
    return replace(value, axes=value.axes[::-1])


def whole_number(tree: s.Syntax) -> int:
    """A positive whole number, written as one."""
    if isinstance(tree, s.Number) and tree.value.denominator == 1 and tree.value > 0:
        return int(tree.value)
    raise Refusal("a whole number was expected here", tree.start, tree.end)
