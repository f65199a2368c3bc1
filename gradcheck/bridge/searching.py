"""The search for corrections run backwards: the edit of a right formula that makes it what a layer does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.algebra import budget
from gradcheck.algebra.components import TooComplex
from gradcheck.bridge.comparing import Stand, Written, layer_point
from gradcheck.bridge.likelihood import cost
from gradcheck.bridge.paper import Formula
from gradcheck.bridge.slips_of_code import parts_of_definitions, sums_left_out
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.two_slips import TwoSlips
from gradcheck.documents.correcting.workbench import Reread, Workbench
from gradcheck.documents.judging.equations import Equation

_ENOUGH = (1.25, 1.7, 2.4, 9.0, 9.0)
"""Up to which cost an edit is good enough to look no further, stage by stage."""
_TINY = 1e-2
_TRIED = 24
"""How many edits that fit at one point are tried at the others."""


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


class CodeSearch(TwoSlips):
    """The search for what one formula has become in code."""

    def __init__(self, bench: LayerWorkbench) -> None:
        super().__init__(bench)
        self.goal = bench.goal
        numbers = bench.goal.stands[0].binding.numbers
        self.tiny = frozenset(n for n, value in numbers.items() if abs(value) < _TINY)
        self.costs: dict[object, float | None] = {}
        self.reached: dict[object, bool] = {}

    @property
    def stages(self) -> tuple[Callable[[], None], ...]:
        """From the likeliest kinds of slips to two slips at once."""
        return self._near, self._rearranged, self._added, self._combined, self._two

    def _near(self) -> None:
        self._try(sums_left_out(self.bench))
        self._try(parts_of_definitions(self.bench))
        super()._near()

    def best(self) -> list[Edit]:
        """What fits so far and is what the layer computes at every point, the likeliest first."""
        priced = [
            (c, edit, reread) for edit, reread in self.fitting if (c := self._cost(edit, reread)) is not None
        ]
        found: list[Edit] = []
        for price, edit, reread in sorted(priced, key=lambda row: (round(row[0], 6), _numbers_in(row[1])))[
            :_TRIED
        ]:
            if reread.key not in self.reached:
                self.reached[reread.key] = self.goal.reached(reread.equations)
            if self.reached[reread.key]:
                found.append(replace(edit, cost=price))
        return found

    def _cost(self, edit: Edit, reread: Reread) -> float | None:
        if edit.pieces not in self.costs:
            self.costs[edit.pieces] = cost(self.bench, edit, reread, self.tiny)
        return self.costs[edit.pieces]


def _numbers_in(edit: Edit) -> int:
    """The sum of the numbers that an edit writes: of 1/2 and 3/6, the first is meant."""
    return sum(int(n) for piece in edit.pieces for n in re.findall(r"\d+", piece.latex))


def likeliest(goal: Goal, seconds: float) -> Edit | None:
    """The likeliest edit after which the formula is what the layer computes."""
    found: list[Edit] = []
    with budget.limit(seconds), np.errstate(all="ignore"), suppress(TooComplex):
        search = CodeSearch(LayerWorkbench(goal))
        for stage, enough in zip(search.stages, _ENOUGH, strict=True):
            try:
                stage()
            finally:
                found = search.best()
            if found and found[0].cost <= enough:
                break
    return found[0] if found else None
