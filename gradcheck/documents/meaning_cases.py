"""Cases and conditions, as sums of indicators."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents import syntax as s
from gradcheck.documents.context import Context
from gradcheck.documents.frames import Frame
from gradcheck.documents.meaning_indices import read_index
from gradcheck.documents.names import _letter
from gradcheck.documents.tokens import Refusal
from gradcheck.documents.values import Value


def read_cases(context: Context, tree: s.Cases, frame: Frame) -> Value:
    """Each branch times the indicator of its conditions; the last one takes what is left."""
    rest: e.Expr = e.ONE
    result: Value | None = None
    for branch, conditions in tree.rows:
        here = read_conditions(context, conditions, frame) if conditions else rest
        if conditions:
            rest = e.add(rest, e.neg(here))
        value = context.value(branch, frame)
        weighted = replace(value, expr=e.mul(here, value.expr))
        result = weighted if result is None else context.axes.elementwise(e.add, result, weighted)
    assert result is not None
    return result


def read_conditions(context: Context, conditions: tuple[s.Syntax, ...], frame: Frame) -> e.Expr:
    """The indicator of all ``conditions`` together."""
    factors = [read_condition(context, c, frame) for c in conditions if isinstance(c, s.Compare)]
    return e.mul(*factors)


def read_condition(context: Context, compare: s.Compare, frame: Frame) -> e.Expr:
    """1 where the comparison holds, else 0."""
    left, right = _letter(compare.left), _letter(compare.right)
    letters = context.names.letters | frame.bound | set(frame.scope)
    is_index = (left in letters or isinstance(compare.left, s.Number)) and (
        right in letters or isinstance(compare.right, s.Number)
    )
    if is_index and compare.sign in ("=", "!="):
        delta = e.Delta(read_index(context, compare.left, frame), read_index(context, compare.right, frame))
        return delta if compare.sign == "=" else e.add(e.ONE, e.neg(delta))
    if compare.sign in ("<", ">", "<=", ">="):
        a, b = context.value(compare.left, frame), context.value(compare.right, frame)
        difference = e.add(a.expr, e.neg(b.expr))
        if compare.sign in ("<", "<="):
            difference = e.neg(difference)
        strict = e.Fun("step", (difference,))
        if compare.sign in ("<=", ">="):
            return e.add(e.ONE, e.neg(e.Fun("step", (e.neg(difference),))))
        return strict
    raise Refusal("this condition is not read", compare.start, compare.end)
