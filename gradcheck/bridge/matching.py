"""The formula that each gradient of a layer is: as printed, by way of another as printed, or edited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gradcheck.algebra.structure import derivative_depth
from gradcheck.bridge.comparing import Stand
from gradcheck.bridge.naming import implemented
from gradcheck.bridge.paper import Formula
from gradcheck.bridge.searching import Goal, edits
from gradcheck.documents.correcting.edits import Edit
from gradcheck.model import Implemented

_GOOD = 1.35
"""Up to which cost an edit is good enough to look no further."""
_SEARCH = 1.5
"""Seconds for the edits of one formula."""
_DETOUR = 0.15
"""How much less likely an intermediate formula is than the argument's own."""


@dataclass(eq=False)
class Matcher:
    """One layer bound to one document, at several points; no search begins after ``until``."""

    stands: Sequence[Stand]
    formulas: Sequence[Formula]
    until: float
    _right: dict[int, bool] = field(default_factory=dict)

    def match(self, array: str, tensor: str, exact_only: bool = False) -> Implemented | None:
        """The formula that the gradient of an argument is, if the document has one."""
        own = [f for f in self.formulas if f.node == tensor]
        for formula in sorted(own, key=lambda f: not self.is_right(f)):
            if Goal(self.stands, array, formula).reached(formula.equations):
                return self._printed(formula)
        if exact_only:
            return self._edited(array, own) if not any(map(self.is_right, own)) else None
        right = [f for f in own if self.is_right(f)]
        for goal in self._detours(array, right, wrong=True):
            if goal.reached(goal.formula.equations):
                return self._printed_inside(goal)
        return self._edited(array, right or own)

    def is_right(self, formula: Formula) -> bool:
        """Whether a formula is true at every point."""
        key = id(formula)
        if key not in self._right:
            self._right[key] = all(s.is_right(formula.equations) for s in self.stands)
        return self._right[key]

    # -- as printed --------------------------------------------------------------------

    def _printed(self, formula: Formula) -> Implemented:
        return implemented(formula, remedy=self._remedy(formula))

    def _printed_inside(self, goal: Goal) -> Implemented:
        assert goal.outer is not None
        inner = implemented(goal.formula, remedy=self._remedy(goal.formula))
        return implemented(goal.outer, through=inner)

    def _remedy(self, formula: Formula) -> str:
        return next((c.edit for c in formula.corrected()), "") if not self.is_right(formula) else ""

    # -- edited ------------------------------------------------------------------------

    def _edited(self, array: str, formulas: Sequence[Formula]) -> Implemented | None:
        """The likeliest edit that makes a formula what the layer computes."""
        best: tuple[float, Goal, Edit] | None = None
        for goal in self._goals(array, formulas):
            if time.monotonic() > self.until or (best is not None and best[0] <= _GOOD):
                break
            extra = _DETOUR if goal.outer is not None else 0.0
            for edit in edits(goal, min(_SEARCH, self.until - time.monotonic())):
                if best is None or edit.cost + extra < best[0]:
                    best = edit.cost + extra, goal, edit
        if best is None:
            return None
        _, goal, edit = best
        found = implemented(goal.formula, edit)
        return found if goal.outer is None else implemented(goal.outer, through=found)

    def _goals(self, array: str, formulas: Sequence[Formula]) -> Iterator[Goal]:
        """The formulas to edit: the shortest first, those of intermediate gradients last."""
        yield from (Goal(self.stands, array, f) for f in sorted(formulas, key=_length))
        yield from self._detours(array, formulas, wrong=False)

    def _detours(self, array: str, formulas: Sequence[Formula], wrong: bool) -> Iterator[Goal]:
        """The right formulas that mention other gradients, with each formula for such a gradient."""
        seen = set()
        for outer in sorted(formulas, key=_length):
            if len(outer.equations) != 1:
                continue
            for formula in self.intermediate:
                later = self._later(formula, outer)
                used = formula.node in outer.needs or any(f.node in outer.needs for f in later)
                if used and self.is_right(formula) != wrong and formula.equations not in seen:
                    seen.add(formula.equations)
                    yield Goal(self.stands, array, formula, outer, later)

    @cached_property
    def intermediate(self) -> list[Formula]:
        """The formulas for gradients of nodes between the arguments and the output."""
        binding = self.stands[0].binding
        nodes = set(binding.cut.graph.nodes) - {binding.cut.output}
        return [f for f in self.formulas if f.node in nodes and f.is_plain]

    def _later(self, formula: Formula, outer: Formula) -> list[Formula]:
        """The right formulas that a gradient is computed by from the given one, up to the outer formula."""
        moved, found = {formula.node}, list[Formula]()
        for name in reversed(self.stands[0].binding.cut.graph.nodes):
            if name in moved or name == outer.node:
                continue
            through = (
                f for f in self.intermediate if f.node == name and f.needs & moved and self.is_right(f)
            )
            if (one := next(through, None)) is not None:
                found.append(one)
                moved.add(name)
        return found


def _length(formula: Formula) -> tuple[int, int]:
    """Formulas without derivatives of derivatives first, then the shorter."""
    start, end = formula.span
    return max(derivative_depth(q.right) for q in formula.equations), end - start
