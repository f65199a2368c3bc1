"""Cases and conditions, as sums of indicators."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.indices import read_index
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.series import written_alike
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import letter_of

_ONE = Value(e.ONE)
_MOST_OVERLAPPING = 4
_ALL = frozenset("<=>")
_ALLOWED = {
    ">": frozenset(">"), "<": frozenset("<"), "=": frozenset("="),
    ">=": frozenset(">="), "<=": frozenset("<="), "!=": frozenset("<>"),
}  # fmt: skip
"""How the left side may stand to the right one."""


def read_cases(context: Context, tree: s.Cases, frame: Frame) -> Value:
    """Each branch where its conditions are the first to hold; the last one takes what is left."""
    elementwise = context.axes.elementwise
    rest, result = _ONE, None
    _distinct(tree)
    indicators = [read_conditions(context, conditions, frame) for _, conditions in tree.rows]
    for k, (branch, conditions) in enumerate(tree.rows):
        here = indicators[k] if conditions else rest
        for j in _overlapping(tree, k) if conditions else ():
            here = elementwise(e.mul, elementwise(_less, _ONE, indicators[j]), here)
        if conditions:
            rest = elementwise(_less, rest, here)
        weighted = elementwise(e.mul, here, context.value(branch, frame))
        result = weighted if result is None else elementwise(e.add, result, weighted)
    assert result is not None
    return result


def _overlapping(tree: s.Cases, k: int) -> list[int]:
    """The rows before row ``k`` that may hold where it does. Refuses too many of them."""
    conditions = tree.rows[k][1]
    found = [j for j in range(k) if not _exclusive(tree.rows[j][1], conditions)]
    if len(found) > _MOST_OVERLAPPING:
        raise Refusal("so many rows that overlap are not read", conditions[0].start, conditions[-1].end)
    return found


def _exclusive(one: tuple[s.Compare, ...], other: tuple[s.Compare, ...]) -> bool:
    """Whether two rows contradict each other as they are written: ``x > 0`` and ``x ≤ 0``."""
    return any(
        written_alike(a.left, b.left)
        and written_alike(a.right, b.right)
        and not _ALLOWED.get(a.sign, _ALL) & _ALLOWED.get(b.sign, _ALL)
        for a in one
        for b in other
    )


def _distinct(tree: s.Cases) -> None:
    """Refuse two rows for the same case: what holds there is not said."""
    seen: list[tuple[s.Compare, ...]] = []
    for _, conditions in tree.rows:
        if conditions and any(_are_one_case(conditions, others) for others in seen):
            raise Refusal("two rows for the same case", conditions[0].start, conditions[-1].end)
        seen.append(conditions)


def _are_one_case(one: tuple[s.Compare, ...], other: tuple[s.Compare, ...]) -> bool:
    """Whether two rows have the same conditions, in any order."""

    def has_all(row: tuple[s.Compare, ...], wanted: tuple[s.Compare, ...]) -> bool:
        return all(any(written_alike(c, d) for d in row) for c in wanted)

    return has_all(one, other) and has_all(other, one)


def read_conditions(context: Context, conditions: tuple[s.Syntax, ...], frame: Frame) -> Value:
    """The indicator of all ``conditions`` together."""
    result = _ONE
    for condition in conditions:
        if isinstance(condition, s.Compare):
            result = context.axes.elementwise(e.mul, result, read_condition(context, condition, frame))
    return result


def read_condition(context: Context, compare: s.Compare, frame: Frame) -> Value:
    """1 where the comparison holds, else 0; entry by entry between arrays."""
    left, right = letter_of(compare.left), letter_of(compare.right)
    letters = context.names.letters | frame.bound | set(frame.scope)
    is_index = (left in letters or isinstance(compare.left, s.Number)) and (
        right in letters or isinstance(compare.right, s.Number)
    )
    if is_index and compare.sign in ("=", "!="):
        delta = e.Delta(read_index(context, compare.left, frame), read_index(context, compare.right, frame))
        return Value(delta if compare.sign == "=" else _less(e.ONE, delta))
    if compare.sign in ("<", ">", "<=", ">="):
        a, b = context.value(compare.left, frame), context.value(compare.right, frame)
        larger, smaller = (b, a) if compare.sign in ("<", "<=") else (a, b)
        difference = context.axes.elementwise(_less, larger, smaller)
        if compare.sign in ("<=", ">="):
            below = e.Fun("step", (e.neg(difference.expr),))
            return replace(difference, expr=_less(e.ONE, below))
        return replace(difference, expr=e.Fun("step", (difference.expr,)))
    raise Refusal("this condition is not read", compare.start, compare.end)


def _less(left: e.Expr, right: e.Expr) -> e.Expr:
    return e.add(left, e.neg(right))
