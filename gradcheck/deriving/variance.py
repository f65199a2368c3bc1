"""The variance by the other convention: squared deviations divided by m, or by m − 1.

A sum is one of squared deviations if the deviations add up to zero, which the algebra proves; it makes
no difference whether the mean has a name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.derive.derivation import CannotDerive

BIASED, UNBIASED = "1/m", "1/(m-1)"


@dataclass(frozen=True)
class _Squares:
    """``Σ … Σ deviation² · rest`` over ``sizes``."""

    bound: tuple[str, ...]
    sizes: tuple[str, ...]
    deviation: e.Expr
    rest: tuple[e.Expr, ...]

    def summed(self, body: e.Expr) -> e.Expr:
        """The same sums over something else."""
        for index, size in zip(reversed(self.bound), reversed(self.sizes), strict=True):
            body = e.Sum(index, size, body)
        return body


def with_variance(graph: e.Graph, convention: str) -> e.Graph:
    """The graph with every variance divided by m (``1/m``) or by m − 1 (``1/(m-1)``).

    Raises `CannotDerive` where no definition is a variance, or for another convention.
    """
    if convention not in (BIASED, UNBIASED):
        raise CannotDerive(
            f"no convention for a variance: {convention!r}", help=f"write {BIASED} or {UNBIASED}"
        )
    algebra = Algebra(graph)
    found = 0
    nodes = {}
    for name, node in graph.nodes.items():
        body, count = _restated(node.body, algebra, convention == UNBIASED)
        nodes[name] = replace(node, body=body)
        found += count
    if not found:
        raise CannotDerive(
            "no definition is a variance, so that there is none to restate",
            help=r"one reads \frac{1}{m} \sum_i (x_i - \mu)^2 with \mu = \frac{1}{m} \sum_i x_i",
        )
    return replace(graph, nodes=nodes)


def _restated(expr: e.Expr, algebra: Algebra, unbiased: bool) -> tuple[e.Expr, int]:
    """The expression with its variances restated, and how many they are."""
    found = 0

    def change(part: e.Expr) -> e.Expr:
        nonlocal found
        factors = part.factors if isinstance(part, e.Mul) else (part,)
        for at, factor in enumerate(factors):
            squares = _squares(factor)
            changed = squares and _with_divisor(factors, at, squares, unbiased)
            if squares and changed and _are_deviations(squares, algebra):
                found += 1
                return e.Mul(changed) if isinstance(part, e.Mul) else changed[0]
        return part

    return e.mapped(expr, change), found


def _with_divisor(
    factors: tuple[e.Expr, ...], at: int, squares: _Squares, unbiased: bool
) -> tuple[e.Expr, ...] | None:
    """The factors with the divisor of the sum ``at`` restated; None where they have none."""
    count = e.mul(*map(e.Size, squares.sizes))
    new = e.Pow(e.add(count, e.number(-1)) if unbiased else count, e.number(-1))
    if len(squares.rest) == 1 and _divides(squares.rest[0], squares):
        inner = squares.summed(e.mul(e.power(squares.deviation, 2), new))
        return (*factors[:at], inner, *factors[at + 1 :])
    divisor = next((k for k, f in enumerate(factors) if _divides(f, squares)), None)
    if squares.rest or divisor is None:
        return None
    return (*factors[:divisor], new, *factors[divisor + 1 :])


def _divides(factor: e.Expr, squares: _Squares) -> bool:
    """Whether this is one over the number of terms, or over one less."""
    if not isinstance(factor, e.Pow) or factor.exponent != e.number(-1):
        return False
    count = factor.base
    if isinstance(count, e.Add) and len(count.terms) == 2 and count.terms[1] == e.number(-1):
        count = count.terms[0]
    sizes = count.factors if isinstance(count, e.Mul) else (count,)
    return sorted(n.name for n in sizes if isinstance(n, e.Size)) == sorted(squares.sizes)


def _squares(expr: e.Expr) -> _Squares | None:
    """A nest of sums whose terms are squares, other factors apart."""
    sizes: list[str] = []
    bound: list[str] = []
    while isinstance(expr, e.Sum):
        sizes.append(expr.size)
        bound.append(expr.index)
        expr = expr.body
    factors = expr.factors if isinstance(expr, e.Mul) else (expr,)
    squared = [f for f in factors if isinstance(f, e.Pow) and f.exponent == e.number(2)]
    if not sizes or len(squared) != 1:
        return None
    rest = tuple(f for f in factors if f is not squared[0])
    return _Squares(tuple(bound), tuple(sizes), squared[0].base, rest)


def _are_deviations(squares: _Squares, algebra: Algebra) -> bool:
    """Whether what is squared adds up to zero."""
    try:
        return algebra.equal(squares.summed(squares.deviation), e.ZERO)
    except (TooComplex, ZeroDivisionError, RecursionError):
        return False
