"""Is this equation true? Three engines are asked, and they must agree.

The algebra proves for every size; a concrete counterexample, worked out exactly, refutes;
float64 evaluation with finite differences and SymPy at small sizes check both. Where the
algebra does not reach, SymPy's exact answer at small sizes is the weaker proof.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property

from gradcheck.algebra import budget, exact
from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra, unit_atom
from gradcheck.algebra.poly import Poly
from gradcheck.documents.judging.alternatives import made_unit, other_variances, unit_sum
from gradcheck.documents.judging.counterexamples import (
    difference,
    normalise,
    positions,
    small_values,
    written,
)
from gradcheck.documents.judging.equations import EVERY_SIZE, Decision, Disagreement, Equation
from gradcheck.documents.judging.loss_scales import OtherLoss, other_losses
from gradcheck.documents.judging.small_sizes import depth, largest_position, size_names
from gradcheck.model import Answer, Counterexample, Numeric

_SMALLEST = ((2, 3, 2, 3, 2, 3, 2), (3, 2, 3, 2, 3, 2, 3), (2, 2, 3, 3, 2, 2, 3))
_SMALL = ((2, 3, 4, 5, 2, 3, 4), (3, 2, 5, 4, 3, 2, 5), (4, 3, 2, 2, 5, 4, 3))


MAX_NESTING = 9
"""Sums inside sums, and three times that for derivatives inside derivatives."""


class Judge:
    """Decides equations over one graph; remembers normal forms, points and answers."""

    def __init__(
        self,
        graph: e.Graph,
        engines: Sequence[str],
        seed: int,
        timeout: float = 10.0,
        normalised: frozenset[str] = frozenset(),
    ) -> None:
        self.graph = graph
        self.normalised = normalised
        self.engines, self.seed, self.timeout = engines, seed, timeout
        self.algebra = Algebra(graph)
        self.symmetric = ""
        self._sympy_seconds = 0.0
        self._decided: dict[Equation, Decision] = {}
        self._overridden: dict[tuple[tuple[str, e.Expr], ...], Algebra] = {}
        self._leaf_forms: dict[e.Expr, Poly] = {}
        self._points: dict[object, object] = {}
        self._other_losses: dict[str, dict[OtherLoss, Judge]] = {}

    def decide(self, equation: Equation) -> Decision:
        """Prove, refute or leave open. Raises `Disagreement` where two engines contradict."""
        found = self._decided.get(equation)
        if found is None:
            found = self._decided[equation] = self._bounded(equation)
        return found

    def _bounded(self, equation: Equation) -> Decision:
        """The decision, if the formulas are not nested beyond reason, within the time allowed."""
        if depth(equation.left) > MAX_NESTING or depth(equation.right) > MAX_NESTING:
            return Decision(Answer.UNDECIDED, reason="sums or derivatives nested too deeply")
        try:
            with budget.limit(self.timeout):
                return self._decide(equation)
        except TooComplex as error:
            return Decision(Answer.UNDECIDED, reason=f"the every-size algebra stops here: {error}")

    @cached_property
    def other_variances(self) -> list[tuple[str, Judge, str]]:
        """For each variance, the judge of a document that had defined it with the other divisor."""
        return [
            (name, Judge(graph, self.engines, self.seed, self.timeout, self.normalised), words)
            for name, graph, words in other_variances(self.graph)
        ]

    def other_losses(self, loss: str) -> dict[OtherLoss, Judge]:
        """For each other scale of a loss, the judge of a document that has it."""
        if loss not in self._other_losses:
            self._other_losses[loss] = {
                other: Judge(graph, self.engines, self.seed, self.timeout, self.normalised)
                for other, graph in other_losses(self.graph, loss)
            }
        return self._other_losses[loss]

    @cached_property
    def symmetrised(self) -> list[tuple[str, Judge]]:
        """For each square input, the judge of a document in which it is symmetric."""
        found = []
        for name, sizes in self.graph.leaves.items():
            if len(sizes) == 2 and sizes[0] == sizes[1]:
                judge = Judge(self.graph, self.engines, self.seed, self.timeout, self.normalised)
                judge.symmetric = name
                found.append((name, judge))
        return found

    def sums(self, equation: Equation, name: str) -> bool:
        """Whether the difference of the two sides mentions a plain sum over the input ``name``."""
        try:
            difference = self._leaf_form(equation.left) - self._leaf_form(equation.right)
        except (TooComplex, ZeroDivisionError, RecursionError):
            return False
        return any(unit_atom(c, f"v:{name}") is not None for c in difference.components())

    def overridden(self, overrides: dict[str, e.Expr]) -> Algebra:
        """The algebra in which printed formulas stand in for some nodes' adjoints."""
        key = tuple(overrides.items())
        if key not in self._overridden:
            self._overridden[key] = self.algebra.overridden(overrides)
        return self._overridden[key]

    def plausible(self, equation: Equation) -> bool:
        """Whether a proof is worth trying: float64 does not contradict."""
        if "float64" not in self.engines or equation.equal_sizes or self.symmetric:
            return not equation.equal_sizes
        found = self._compared(equation)
        return found is None or found.agrees

    def agrees(self, equation: Equation) -> bool:
        """Whether the two sides agree in float64."""
        found = self._compared(equation) if "float64" in self.engines else None
        return found is not None and found.agrees

    def holds(self, equation: Equation, algebra: Algebra | None = None) -> bool:
        """Whether the algebra alone proves it; what it does not reach is not proved."""
        if equation.equal_sizes:
            return False
        algebra = algebra or self.algebra
        try:
            if self.symmetric:
                return algebra.equal_if_symmetric(equation.left, equation.right, self.symmetric)
            return algebra.equal(equation.left, equation.right, self.given(algebra))
        except (TooComplex, ZeroDivisionError, RecursionError, KeyError, ValueError):
            return False

    def _decide(self, equation: Equation) -> Decision:
        numeric = self._compared(equation) if "float64" in self.engines else None
        if numeric is not None and not numeric.agrees:
            point = self._counterexample(equation)
            if point is not None:
                self._confirm(equation, False, point.sizes)
                return Decision(Answer.REFUTED, None, numeric, point)
        proved, reason = self._proved(equation)
        if proved:
            if numeric is not None and not numeric.agrees:
                numeric = self._second_look(equation, numeric)
            self._confirm(equation, True)
            return Decision(Answer.PROVED, EVERY_SIZE, numeric, reason=self._unasked())
        if numeric is None:
            point = self._counterexample(equation)
            if point is not None:
                self._confirm(equation, False, point.sizes)
                return Decision(Answer.REFUTED, None, numeric, point)
        if numeric is not None and numeric.agrees is False:
            return Decision(
                Answer.UNDECIDED,
                None,
                numeric,
                None,
                "the sides differ in float64, but no exact point was found",
            )
        return self._small(equation, numeric, reason)

    def given(self, algebra: Algebra) -> tuple[Poly, ...]:
        """``Σ_k t_k − 1`` for each input whose entries sum to 1 along its last axis."""
        return tuple(
            unit_sum(algebra, name, self.graph.leaves[name])
            for name in sorted(self.normalised)
            if self.graph.leaves.get(name)
        )

    # -- the every-size algebra --------------------------------------------------------

    def _proved(self, equation: Equation) -> tuple[bool, str]:
        if equation.equal_sizes:
            a, b = equation.equal_sizes[0]
            return False, f"the shapes fit only if {a} = {b}"
        if "algebra" not in self.engines:
            return False, "the algebra was not asked"
        try:
            given = self.given(self.algebra)
            return self.algebra.equal(equation.left, equation.right, given), "no proof was found"
        except TooComplex as error:
            return False, f"the every-size algebra stops here: {error}"
        except ZeroDivisionError:
            return False, "a denominator vanishes"
        except RecursionError:
            return False, "the formula is nested too deeply"

    # -- float64 -----------------------------------------------------------------------

    def _compared(self, equation: Equation, first: int = 0) -> Numeric | None:
        """The two sides at a random point, derivatives by finite differences."""
        import numpy as np

        with np.errstate(all="ignore"):
            return self._compared_quietly(equation, first)

    def _compared_quietly(self, equation: Equation, first: int) -> Numeric | None:
        from gradcheck.algebra import numeric

        for attempt in range(first, first + 4):
            try:
                point = self._point(equation, attempt)
                found = numeric.compare(
                    equation.left, equation.right, self.graph, point, dict(equation.index_sizes)
                )
            except (numeric.NoPoint, numeric.SizeTooSmall, numeric.Unbound, KeyError, ValueError):
                continue
            if found.agrees is not None:
                return Numeric(bool(found.agrees), found.error, found.tolerance)
        return None

    def _point(self, equation: Equation, attempt: int):  # type: ignore[no-untyped-def]
        import numpy as np

        from gradcheck.algebra import numeric

        sizes = self._sizes(equation, attempt + 1, 1)
        key = (attempt, tuple(sorted(sizes.items())), self._leaves(equation))
        if key not in self._points:
            rng = np.random.default_rng([self.seed, attempt, 20_011])
            point = numeric.sample(
                self.graph,
                [equation.left, equation.right],
                sizes,
                rng,
                index_sizes=dict(equation.index_sizes),
            )
            values = dict(point.values)
            for name in self.normalised & set(values):
                entries = np.abs(values[name])
                values[name] = entries / entries.sum(axis=-1, keepdims=True)
            self._points[key] = numeric.Point(point.sizes, values)
        return self._points[key]

    def _leaves(self, equation: Equation) -> frozenset[str]:
        return frozenset(
            n.name for side in (equation.left, equation.right) for n in e.walk(side) if isinstance(n, e.Var)
        )

    def _sizes(self, equation: Equation, attempt: int, least: int = 0) -> dict[str, int]:
        """Small sizes, different ones for different symbols, large enough for fixed positions."""
        names = sorted(self.named_sizes | size_names(None, equation))
        smallest = not least and attempt < 2 * len(_SMALLEST)
        row = (_SMALLEST if smallest else _SMALL)[attempt % len(_SMALL)]
        need = max(self.largest_index, largest_position(equation, None)) + (1 if least else 0)
        sizes = {n: max(row[k % len(row)] + least, need) for k, n in enumerate(names)}
        for name in names:
            if name.isdigit():
                sizes[name] = int(name)
        for a, b in equation.equal_sizes:
            sizes[a] = sizes[b] = max(sizes.get(a, 2), sizes.get(b, 2))
        return sizes

    def _second_look(self, equation: Equation, numeric: Numeric) -> Numeric:
        """Other points, where differences may be less noisy; `Disagreement` if none agrees."""
        for attempt in range(1, 6):
            found = self._compared(equation, attempt)
            if found is not None and found.agrees:
                return found
        words = f"the algebra proves this, float64 finds a relative error of {numeric.error:.2g}"
        raise Disagreement(words)

    @cached_property
    def named_sizes(self) -> set[str]:
        return size_names(self.graph, None)

    @cached_property
    def largest_index(self) -> int:
        return largest_position(None, self.graph)

    # -- counterexamples ---------------------------------------------------------------

    def _counterexample(self, equation: Equation) -> Counterexample | None:
        """Small sizes and small values where the sides differ, both sides evaluated exactly."""
        started = time.monotonic()
        try:
            left, right = (self._leaf_form(side) for side in (equation.left, equation.right))
        except (TooComplex, ZeroDivisionError, RecursionError):
            return None
        for attempt in range(24):
            if time.monotonic() - started > self.timeout:
                return None
            sizes = self._sizes(equation, attempt)
            try:
                values = small_values(left, right, sizes, self.graph, attempt, self.seed)
            except KeyError:  # a symbol that nothing defines
                return None
            for name in self.normalised & set(values):
                normalise(values[name])
            for at in positions(equation.index_sizes, sizes):
                found = difference(left, right, exact.Place(sizes, values, at))
                if found is not None:
                    return written(found, sizes, values, at, left, right)
        return None

    def _leaf_form(self, side: e.Expr) -> Poly:
        """The normal form with every definition written out."""
        if side not in self._leaf_forms:
            self._leaf_forms[side] = self.algebra.written_out_fully(self.algebra.lower(side))
        return self._leaf_forms[side]

    # -- SymPy at small sizes ----------------------------------------------------------

    def _confirm(self, equation: Equation, expected: bool, sizes: dict[str, int] | None = None) -> None:
        """SymPy must not contradict: at small sizes for a proof, at its own sizes for a refutation."""
        if "sympy" not in self.engines or equation.equal_sizes:
            return
        verdict, scope = self._sympy(equation, sizes or self._mixed_sizes(equation))
        if verdict is not None and verdict is not expected:
            word = "proves" if expected else "refutes"
            raise Disagreement(f"the algebra {word} this, SymPy says otherwise at {scope}")

    def _unasked(self) -> str:
        """What to say once SymPy's share of the time is used up."""
        used_up = "sympy" in self.engines and self._sympy_seconds > self.timeout
        return "SymPy was not asked for a second opinion: its time was used up" if used_up else ""

    def _mixed_sizes(self, equation: Equation, first: int = 2) -> dict[str, int]:
        """The sizes ``first`` and one more in turn, large enough for fixed positions."""
        names = sorted(self.named_sizes | size_names(None, equation))
        need = max(self.largest_index, largest_position(equation, None))
        spread = 2 if len(names) < 3 else 1
        sizes = {n: max(first + k % spread, need) for k, n in enumerate(names)}
        return sizes | {n: int(n) for n in names if n.isdigit()}

    def _small(self, equation: Equation, numeric: Numeric | None, reason: str) -> Decision:
        """The weaker answer: exact, at two sets of small sizes."""
        asked = numeric is not None and numeric.agrees and "sympy" in self.engines
        if asked and not equation.equal_sizes:
            answers = [self._sympy(equation, self._mixed_sizes(equation, first)) for first in (2, 3)]
            if all(verdict for verdict, _ in answers):
                return Decision(Answer.PROVED, " and ".join(scope for _, scope in answers), numeric)
        return Decision(Answer.UNDECIDED, None, numeric, None, reason)

    def _sympy(self, equation: Equation, sizes: dict[str, int]) -> tuple[bool | None, str]:
        """SymPy's exact answer at ``sizes``; None if it has none."""
        from gradcheck.algebra.sympy_bridge import equal_everywhere

        graph = self.graph
        if self.normalised:
            graph, equation = made_unit(self.graph, equation, self.normalised)
        scope = "sizes " + ", ".join(f"{n} = {v}" for n, v in sorted(sizes.items()))
        if self._sympy_seconds > self.timeout:
            return None, scope
        started = time.monotonic()
        try:
            letters = dict(equation.index_sizes)
            return equal_everywhere(equation.left, equation.right, graph, [sizes], letters)[0], scope
        except (RecursionError, NotImplementedError, ArithmeticError, LookupError, ValueError):
            return None, scope
        finally:
            self._sympy_seconds += time.monotonic() - started
