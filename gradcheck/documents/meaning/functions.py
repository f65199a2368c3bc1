"""Functions known by name, softmax and norms among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.indices import read_index
from gradcheck.documents.meaning.powers import whole_number
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal

_ALIASES = {
    "ln": "log", "sgn": "sign", "arctan": "atan", "heaviside": "step",
}  # fmt: skip
_ELEMENTWISE = frozenset(
    "exp log tanh sigmoid softplus erf sin cos sinh cosh abs sign relu step atan".split()
)


def read_call(context: Context, name: str, tree: s.Call, frame: Frame) -> Value:
    """A call by its name; raises `Refusal` where the name is not known."""
    name = _ALIASES.get(name, name)
    if tree.sub and name not in ("softmax", "logsoftmax", "entry"):
        return read_log(context, name, tree, frame)
    if name == "softmax" or name == "logsoftmax":
        return read_softmax(context, tree, frame, log=name == "logsoftmax")
    if name == "diag":
        return read_diagonal(context, context.value(tree.args[0], frame), tree)
    if name in ("sum", "mean", "tr", "trace", "logsumexp", "lse"):
        return read_reduction(context, name, tree, frame)
    values = [context.value(a, frame) for a in tree.args]
    if name in _ELEMENTWISE and len(values) == 1:
        return replace(values[0], expr=e.Fun(name, (values[0].expr,)))
    if name in ("max", "min") and len(values) >= 2 and not tree.sub:
        result = values[0]
        for other in values[1:]:
            result = context.axes.elementwise(lambda a, b: e.Fun(name, (a, b)), result, other)
        return result
    short_for = _rewritten(name, values)
    if short_for is not None:
        return short_for
    raise Refusal(f"the function {tree.name} is not known here", tree.start, tree.end)


def read_log(context: Context, name: str, tree: s.Call, frame: Frame) -> Value:
    """``\\log_2 x``; a subscript on any other function is not read."""
    base = tree.sub[0]
    if name != "log" or not isinstance(base, s.Number) or base.value <= 1 or len(tree.args) != 1:
        raise Refusal("a subscript on this function is not read", tree.start, tree.end)
    value = context.value(tree.args[0], frame)
    ratio = e.divide(e.Fun("log", (value.expr,)), e.Fun("log", (e.Num(base.value),)))
    return replace(value, expr=ratio)


def read_softmax(context: Context, tree: s.Call, frame: Frame, log: bool) -> Value:
    """``softmax(z)`` along the last axis, or the one entry that a subscript picks."""
    value = context.value(tree.args[0], frame)
    if value.rank == 0:
        raise Refusal("softmax of something without an axis", tree.start, tree.end)
    axis = value.axes[-1]
    other = context.axes.fresh(context.axes.classes[axis])
    exp = e.Fun("exp", (value.expr,))
    total = e.Sum(other, context.axes.size(axis), e.rename(exp, {axis: other}))
    result = e.divide(exp, total)
    if log:
        result = e.add(value.expr, e.neg(e.Fun("log", (total,))))
    if tree.sub and value.rank == 1:
        index = read_index(context, tree.sub[0], frame, context.axes.classes[axis])
        return Value(e.rename(result, {axis: index}))
    return replace(value, expr=result)


def read_diagonal(context: Context, value: Value, tree: s.Call) -> Value:
    """``diag(v)`` of a vector as a matrix, of a matrix as its diagonal."""
    if value.rank == 1:
        other = context.axes.fresh(context.axes.classes[value.axes[0]])
        return Value(e.mul(e.Delta(value.axes[0], other), value.expr), (value.axes[0], other))
    if value.rank == 2:
        context.axes.unify(*value.axes)
        return Value(e.rename(value.expr, {value.axes[1]: value.axes[0]}), value.axes[:1])
    raise Refusal("diag of something that is not an array", tree.start, tree.end)


def read_reduction(context: Context, name: str, tree: s.Call, frame: Frame) -> Value:
    """A trace, a sum, a mean or ``log sum exp``, over one dimension or all."""
    value = context.value(tree.args[0], frame)
    if name in ("tr", "trace"):
        if value.rank != 2:
            raise Refusal("a trace of something that is not a matrix", tree.start, tree.end)
        context.axes.unify(*value.axes)
        body = e.rename(value.expr, {value.axes[1]: value.axes[0]})
        return Value(e.Sum(value.axes[0], context.axes.size(value.axes[0]), body))
    if name in ("logsumexp", "lse"):
        value = replace(value, expr=e.Fun("exp", (value.expr,)))
    axes = value.axes
    if len(tree.args) == 2:
        k = whole_number(tree.args[1])
        if not 1 <= k <= value.rank:
            raise Refusal(f"there is no dimension {k} here", tree.args[1].start, tree.args[1].end)
        axes = (value.axes[k - 1],)
    factor: e.Expr = e.ONE
    for axis in axes:
        if name == "mean":
            factor = e.divide(factor, e.Size(context.axes.size(axis)))
        value = context.axes.summed(value, axis)
    result = e.mul(factor, value.expr)
    return replace(value, expr=e.Fun("log", (result,)) if name in ("logsumexp", "lse") else result)


def read_norm(context: Context, tree: s.Norm, frame: Frame) -> Value:
    """An absolute value, or the 2-norm of an array."""
    value = context.value(tree.body, frame)
    if tree.kind == "abs" and not value.rank:
        return replace(value, expr=e.Fun("abs", (value.expr,)))
    if tree.order not in ("", "2", "F") or (tree.order == "2" and value.rank == 2):
        raise Refusal("only the 2-norm is read", tree.start, tree.end)
    squared = replace(value, expr=e.power(value.expr, 2))
    for axis in value.axes:
        squared = context.axes.summed(squared, axis)
    return Value(e.power(squared.expr, Fraction(1, 2)))


def _rewritten(name: str, values: list[Value]) -> Value | None:
    """Functions that are short for others."""
    if len(values) != 1:
        return None
    z = values[0].expr
    half = e.number(Fraction(1, 2))
    forms: dict[str, Callable[[], e.Expr]] = {
        "silu": lambda: e.mul(z, e.Fun("sigmoid", (z,))),
        "swish": lambda: e.mul(z, e.Fun("sigmoid", (z,))),
        "tan": lambda: e.divide(e.Fun("sin", (z,)), e.Fun("cos", (z,))),
        "sech": lambda: e.power(e.Fun("cosh", (z,)), -1),
        "sqrt": lambda: e.power(z, Fraction(1, 2)),
        "gelu": lambda: e.mul(
            half, z, e.add(e.ONE, e.Fun("erf", (e.mul(z, e.power(e.number(2), Fraction(-1, 2))),)))
        ),
    }
    return replace(values[0], expr=forms[name]()) if name in forms else None
