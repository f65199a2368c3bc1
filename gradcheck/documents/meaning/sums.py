"""Sums and averages: term by term, over a binder, or over whatever is left to sum."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.indices import read_index
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.series import written_out
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.sizes import Scope, spelled


def read_total(context: Context, tree: s.Total, frame: Frame) -> Value:
    """``a + b - c``, any dots between the terms written out."""
    result: Value | None = None
    for sign, term in written_out(tree):
        value = context.value(term, frame)
        if sign < 0:
            value = replace(value, expr=e.neg(value.expr))
        result = value if result is None else context.axes.elementwise(e.add, result, value)
    assert result is not None
    return result


def read_average(context: Context, tree: s.Group, frame: Frame) -> Value:
    """``⟨f⟩`` where the document says that these brackets average."""
    if not context.averages or len(tree.items) != 1:
        raise Refusal("what these angle brackets mean is not said", tree.start, tree.end)
    value = context.value(tree.items[0], frame)
    if value.rank != 1:
        raise Refusal("an average of something without one axis", tree.start, tree.end)
    member = context.axes.classes[value.axes[0]]
    if not context.sizes.names_of(member):
        context.sizes.force(member, context.sizes.name_class(context.averages))
    size = e.Size(context.axes.size(value.axes[0]))
    total = context.axes.summed(value, value.axes[0])
    return Value(e.divide(total.expr, size))


def read_inner_product(context: Context, first: s.Syntax, second: s.Syntax, frame: Frame) -> Value:
    """``⟨a, b⟩``: the product summed over every axis."""
    product = context.axes.elementwise(e.mul, context.value(first, frame), context.value(second, frame))
    for axis in product.axes:
        product = context.axes.summed(product, axis)
    return product


def read_sum(context: Context, tree: s.Big, frame: Frame) -> Value:
    """``\\sum`` with its binders; the letters it binds are known inside only."""
    if tree.kind != "sum":
        raise Refusal(f"\\{tree.kind} is not read", tree.start, tree.end)
    if not tree.binders:
        return read_bare_sum(context, tree, frame)
    scope = dict(frame.scope)
    letters = [b.letter for b in tree.binders]
    for binder in tree.binders:
        scope[binder.letter] = range_class(context, binder, tree, frame)
    inner = replace(frame, scope=scope, bound=frame.bound | set(letters))
    value = context.value(tree.body, inner)
    for letter, member in inner.scope.items():
        if letter not in letters:
            frame.scope.setdefault(letter, member)
    for binder in reversed(tree.binders):
        value = bind(context, value, binder, inner.scope, tree, frame)
    return value


def range_class(context: Context, binder: s.Binder, tree: s.Big, frame: Frame) -> int:
    """The size class that a binder runs over."""
    bound = binder.domain or binder.upper
    if isinstance(bound, s.Symbol) and bound.name == binder.letter and binder.domain is None:
        raise Refusal("a sum that runs up to its own index", bound.start, bound.end)
    if isinstance(bound, s.Symbol):
        member = context.sizes.name_class(spelled(bound))
        once = context.sizes.uses[spelled(bound)] <= 1
        if binder.domain is None and once and context.sizes.name(member) != spelled(bound):
            frame.implicit.append(("range", bound.start, bound.end))
        return member
    if isinstance(bound, s.Total) and isinstance(bound.terms[0][1], s.Symbol):
        zero = isinstance(binder.lower, s.Number) and binder.lower.value == 0
        if zero and len(bound.terms) == 2 and bound.terms[1][0] < 0:
            return context.sizes.name_class(spelled(bound.terms[0][1]))
    if isinstance(bound, s.Number):
        return context.sizes.name_class(str(bound.value))
    if bound is not None:
        raise Refusal("this range of a sum is not read", bound.start, bound.end)
    known = context.sizes.sums.get((tree.start, binder.letter))
    if known is None:
        known = context.sizes.sums[tree.start, binder.letter] = context.sizes.fresh(binder.letter)
    return known


def bind(context: Context, value: Value, binder: s.Binder, scope: Scope, tree: s.Big, frame: Frame) -> Value:
    """The sum of ``value`` over one binder, or over an axis where its letter is not written."""
    letter = binder.letter
    body = value.expr
    if letter not in e.free_indices(body) and value.rank:
        frame.implicit.append(("sum", tree.body.start, tree.body.end))
        fitting = [x for x in value.axes if same_size(context, context.axes.classes[x], scope[letter])]
        axis = fitting[0] if fitting else value.axes[0]
        if not fitting and isinstance(binder.upper, s.Symbol):
            frame.implicit.append(("range", binder.upper.start, binder.upper.end))
        return context.axes.summed(value, axis)
    for excluded in binder.excluded:
        other = read_index(context, excluded, frame)
        body = e.mul(e.add(e.ONE, e.neg(e.Delta(letter, other))), body)
    result: e.Expr = e.Sum(letter, context.sizes.name(scope[letter]), body)
    for skipped in range(1, first_position(binder)):
        result = e.add(result, e.neg(e.rename(body, {letter: skipped})))
    return replace(value, expr=result)


def same_size(context: Context, left: int, right: int) -> bool:
    return context.sizes.find(left) == context.sizes.find(right)


def read_bare_sum(context: Context, tree: s.Big, frame: Frame) -> Value:
    """``\\sum x_i``: over the letters of the body that are free nowhere around it, or its axes."""
    inner = replace(frame, scope=dict(frame.scope))
    value = context.value(tree.body, inner)
    letters = [x for x in inner.scope if x in e.free_indices(value.expr) - frame.bound]
    own = [x for x in letters if x not in frame.outside] or letters[-1:]
    expr = value.expr
    for letter in own:
        expr = e.Sum(letter, context.sizes.name(inner.scope[letter]), expr)
    if own:
        return replace(value, expr=expr)
    for axis in value.axes:
        value = context.axes.summed(value, axis)
    return value


def first_position(binder: s.Binder) -> int:
    """The first position that a sum takes, 1-based."""
    if isinstance(binder.lower, s.Number) and binder.lower.value > 1:
        if binder.lower.value > 50:
            raise Refusal("a sum that starts far from its beginning", binder.start, binder.end)
        return int(binder.lower.value)
    return 1
