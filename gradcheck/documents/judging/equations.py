"""What is to be decided, and what was."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.model import Answer, Counterexample, Numeric

EVERY_SIZE = "every size"


class Disagreement(Exception):
    """Two engines give different answers to the same question: a bug of ours."""


@dataclass(frozen=True)
class Equation:
    """``left = right`` for all free indices, whose sizes ``index_sizes`` gives.

    ``equal_sizes`` are sizes that only fit if they are the same.
    """

    left: e.Expr
    right: e.Expr
    index_sizes: tuple[tuple[str, str], ...]
    equal_sizes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Decision:
    """The answer, with what it rests on."""

    answer: Answer
    scope: str | None = None
    numeric: Numeric | None = None
    counterexample: Counterexample | None = None
    reason: str = ""
