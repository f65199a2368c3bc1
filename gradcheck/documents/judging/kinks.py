"""Derivatives that choose a value at a kink, where there is none.

The formula is taken at the point where a comparison is a tie, with the value on either side
of it: if these are equal there is no kink. If they differ, the value at the tie is a choice;
the usual one is 0 where a side is 0, and else the left-hand slope.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.loss_scales import terms_of
from gradcheck.documents.judging.rereading import agree
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s


def kink(judge: ChainJudge, judgement: Judgement, at: int) -> None:
    """``1(x ≥ 0)`` as the slope of a function with a kink at 0 picks the right-hand slope there."""
    tree, left = judge.chain.parts[at].tree, judge.chain.parts[0].tree
    value = judge.read.values[at]
    if not isinstance(tree, s.Syntax) or not isinstance(left, s.Syntax) or not isinstance(value, Value):
        return
    if not any(isinstance(n, s.Derivative) or (isinstance(n, s.Symbol) and n.primes) for n in s.walk(left)):
        return
    written = any(isinstance(n, s.Compare) and _includes_tie(n) for n in s.walk(tree))
    for argument in _compared(judge, value.expr):
        if _chooses(judge, value.expr, argument, written):
            agree(
                judgement,
                "D303",
                "right under a choice of subgradient: at the kink itself this takes the slope of one side; "
                "what the document differentiates has no derivative there",
                "say that this subgradient is chosen, or compare with > instead of ≥ (< instead of ≤)",
            )
            return


def _includes_tie(node: s.Compare) -> bool:
    zero_right = isinstance(node.right, s.Number)
    return (node.sign == ">=" and zero_right) or (node.sign == "<=" and not zero_right)


def _compared(judge: ChainJudge, expr: e.Expr) -> Iterator[e.Expr]:
    """What the formula compares with 0, each once whichever way round."""
    seen: list[e.Expr] = []
    for argument in (n.args[0] for n in e.walk(expr) if isinstance(n, e.Fun) and n.name == "step"):
        if not any(_is_multiple(judge, argument, other, sign) for other in seen for sign in (1, -1)):
            seen.append(argument)
            yield argument


def _is_multiple(judge: ChainJudge, left: e.Expr, right: e.Expr, sign: int) -> bool:
    """Whether ``left`` is ``right``, or its opposite, as written."""
    algebra = judge.judge.algebra
    try:
        return not algebra.lower(left) - algebra.lower(e.mul(e.number(sign), right))
    except (TooComplex, ZeroDivisionError, RecursionError):
        return False


def _chooses(judge: ChainJudge, expr: e.Expr, argument: e.Expr, written: bool) -> bool:
    """Whether the formula takes an unusual value where ``argument`` is 0 and its sides differ."""
    above, below, tie = (_at_tie(judge, expr, argument, steps) for steps in ((1, 0), (0, 1), (0, 0)))
    if _same(judge, above, below):
        return False
    sides = (above, below)
    taken = next((k for k, side in enumerate(sides) if _same(judge, tie, side)), None)
    if taken is None:
        return False
    beside = [_same(judge, side, e.ZERO) for side in sides]
    return not beside[taken] and (beside[1 - taken] or written)


def _at_tie(judge: ChainJudge, expr: e.Expr, argument: e.Expr, steps: tuple[int, int]) -> e.Expr:
    """``expr`` where ``argument`` is 0, with chosen values of step(argument) and step(−argument)."""

    def chosen(node: e.Expr) -> e.Expr:
        if isinstance(node, e.Fun) and node.name == "step":
            for sign, value in zip((1, -1), steps, strict=True):
                if _is_multiple(judge, node.args[0], argument, sign):
                    return e.number(value)
        return node

    expr = e.mapped(expr, chosen)
    root = dict(islice(_roots(argument), 1))
    return e.mapped(expr, lambda node: root.get(node, node))


def _roots(argument: e.Expr) -> Iterator[tuple[e.Expr, e.Expr]]:
    """Each symbol that stands alone in one term of ``argument``, and its value where that is 0."""
    terms = [term.expr for term in terms_of(argument)]
    for term in terms:
        factors = term.factors if isinstance(term, e.Mul) else (term,)
        for factor in factors:
            others = [t for t in terms if t is not term] + [f for f in factors if f is not factor]
            if isinstance(factor, (e.Var, e.Ref)) and not any(_mentions(o, factor.name) for o in others):
                rest = e.add(*(t for t in terms if t is not term))
                scale = e.mul(*(f for f in factors if f is not factor))
                yield factor, e.neg(e.divide(rest, scale))


def _mentions(expr: e.Expr, name: str) -> bool:
    return any(isinstance(n, (e.Var, e.Ref)) and n.name == name for n in e.walk(expr))


def _same(judge: ChainJudge, left: e.Expr, right: e.Expr) -> bool:
    """Whether two values at the kink are equal, by proof or else in float64."""
    equation = Equation(left, right, judge.index_sizes(left, right))
    return judge.judge.holds(equation) or judge.judge.agrees(equation)
