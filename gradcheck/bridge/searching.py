"""The search for corrections run backwards: the edit of a right formula that makes it what a layer does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.algebra import budget
from gradcheck.bridge.comparing import Stand, Written, layer_point
from gradcheck.bridge.paper import Formula
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.search import search
from gradcheck.documents.correcting.workbench import Reread, Workbench
from gradcheck.documents.judging.equations import Equation


@dataclass(frozen=True)
class Goal:
    """The gradient of ``array`` as the layer computes it at ``stands``, by ``formula`` edited.

    With ``outer``, the edited formula is that of an intermediate gradient: ``later`` are computed from it,
    and the argument's gradient by ``outer``.
    """

    stands: Sequence[Stand]
    array: str
    formula: Formula
    outer: Formula | None = None
    later: Sequence[Formula] = ()

    @property
    def written(self) -> Written:
        """The gradients computed after the edited one."""
        return [(f.node, f.equations) for f in self.later]

    def reached(self, equations: tuple[Equation, ...]) -> bool:
        """Whether the layer computes what the formula with these equations leads to, at every point."""
        if self.outer is None:
            return all(s.equals(self.array, equations) for s in self.stands)
        written = [(self.formula.node, equations), *self.written]
        return all(s.equals(self.array, self.outer.equations, written) for s in self.stands)


class LayerWorkbench(Workbench):
    """A right formula on the bench, whose edits are to become what the layer computes."""

    def __init__(self, goal: Goal) -> None:
        formula, paper = goal.formula, goal.formula.paper
        super().__init__(paper.spelling, paper.collected, formula.judge, formula.at, formula.mode)
        self.goal = goal
        self.points = layer_point(
            formula.judge.judge,
            goal.stands[0],
            goal.array,
            goal.outer.equations if goal.outer else (),
            goal.written,
            formula.node if goal.outer else "",
        )

    def proved(self, found: Reread) -> str | None:
        """Agreement at every point instead of a proof."""
        return f"{len(self.goal.stands)} points" if self.goal.reached(found.equations) else None


def edits(goal: Goal, seconds: float) -> list[Edit]:
    """The edits after which the formula is what the layer computes, the likeliest first."""
    with budget.limit(seconds):
        return [found.edit for found in search([LayerWorkbench(goal)])]
