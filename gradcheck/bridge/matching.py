"""The formula that each gradient of a layer is: as printed, by way of another as printed, or edited."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from gradcheck.algebra.structure import derivative_depth
from gradcheck.bridge.comparing import Stand
from gradcheck.bridge.naming import implemented
from gradcheck.bridge.paper import Formula
from gradcheck.bridge.searching import Goal, likeliest
from gradcheck.documents.correcting.edits import Edit
from gradcheck.model import Implemented

_GOOD = 1.35
"""Up to which cost an edit is good enough to look no further."""
_NEAR, _OTHERS = 0.5, 2
"""How much less likely another formula's edit may be to be told as well, and how many are."""
_DETOUR = 0.15
"""How much less likely an intermediate formula is than the argument's own."""


@dataclass(eq=False)
class Matcher:
    """One layer bound to one document, at several points.

    No search begins after ``until``, or takes more than ``each`` seconds.
    """

    stands: Sequence[Stand]
    formulas: Sequence[Formula]
    until: float
    each: float
    _right: dict[int, bool] = field(default_factory=dict)

    def match(self, array: str, tensor: str, failed: bool) -> Implemented | None:
        """The formula that the gradient of an argument is, if the document has one.

        Of a gradient that ``failed`` and yet is right at these points, no formula tells what is wrong.
        """
        own = [f for f in self.formulas if f.node == tensor]
        if failed and any(map(partial(self._is_true, array), own)):
            return None
        equal = [f for f in own if Goal(self.stands, array, f).reached(f.equations)]
        if equal:
            first, *others = sorted(equal, key=lambda f: not self.is_right(f))
            return replace(self._printed(first), alternatives=tuple(map(implemented, others)))
        if not failed:
            return self._edited(array, own) if not any(map(self.is_right, own)) else None
        right = [f for f in own if self.is_right(f)]
        for goal in self._detours(array, right, wrong=True):
            if goal.reached(goal.formula.equations):
                return self._printed_inside(goal)
        return self._edited(array, right) or self._averaged(array, right)

    def _is_true(self, array: str, formula: Formula) -> bool:
        """Whether a gradient is what the left side of a formula truly is."""
        lefts = [replace(q, right=q.left) for q in formula.equations]
        return all(s.equals(array, lefts) for s in self.stands)

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

    def _averaged(self, array: str, formulas: Sequence[Formula]) -> Implemented | None:
        """The formula of one position, averaged over the positions where it should be summed."""
        for formula in formulas:
            if all(s.equals(array, formula.equations, averaged=True) for s in self.stands):
                output = self.stands[0].binding.output
                shared = self.stands[0].binding.fits[formula.node].shared
                axes = " and ".join(str(output.copies[j]) for j in shared)
                edit = (
                    f"averaged over the positions along axis {axes} of the output, where it is to be summed"
                )
                return replace(implemented(formula), edit=edit)
        return None

    # -- edited ------------------------------------------------------------------------

    def _edited(self, array: str, formulas: Sequence[Formula]) -> Implemented | None:
        """The likeliest edit that makes a formula what the layer computes, with others that do as well."""
        own = [Goal(self.stands, array, f) for f in sorted(formulas, key=_length)]
        found = list(self._reaching(own))
        if not found or min(edit.cost for edit, _ in found) > _GOOD:
            found += self._reaching(self._detours(array, formulas, wrong=False))
        ranked = sorted(found, key=lambda pair: pair[0].cost + _DETOUR * (pair[1].outer is not None))
        if not ranked:
            return None
        first, *others = [
            _as_edited(goal, edit) for edit, goal in ranked if edit.cost <= ranked[0][0].cost + _NEAR
        ]
        return replace(first, alternatives=tuple(others[:_OTHERS]))

    def _reaching(self, goals: Iterable[Goal]) -> Iterator[tuple[Edit, Goal]]:
        for goal in goals:
            left = self.until - time.monotonic()
            if left <= 0:
                return
            edit = likeliest(goal, min(self.each, left))
            if edit is not None:
                yield edit, goal
                if goal.outer is not None and edit.cost <= _GOOD:
                    return

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


def _as_edited(goal: Goal, edit: Edit) -> Implemented:
    found = implemented(goal.formula, edit)
    return found if goal.outer is None else implemented(goal.outer, through=found)


def _length(formula: Formula) -> tuple[int, int]:
    """Formulas without derivatives of derivatives first, then the shorter."""
    start, end = formula.span
    return max(derivative_depth(q.right) for q in formula.equations), end - start
