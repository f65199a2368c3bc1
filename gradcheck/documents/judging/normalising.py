"""Inputs whose entries have to sum to 1 for an equation to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.documents.judging.alternatives import unit_sum
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Equation


def normalisations(judge: Judge, equations: Sequence[Equation]) -> Iterator[str]:
    """Each input such that the equations hold if its entries sum to 1."""
    if not equations or any(q.equal_sizes for q in equations):
        return
    for name, sizes in judge.graph.leaves.items():
        if sizes and name not in judge.normalised and any(judge.sums(q, name) for q in equations):
            known = unit_sum(judge.algebra, name, sizes)
            if all(_vanishes(judge.algebra, q, known) for q in equations):
                yield name


def _vanishes(algebra: Algebra, equation: Equation, known: Poly) -> bool:
    try:
        difference = algebra.lower(equation.left) - algebra.lower(equation.right)
        return algebra.vanishes(difference, (known,))
    except (TooComplex, ZeroDivisionError, RecursionError, KeyError, ValueError):
        return False
