"""Is this equation true? Three engines are asked, and they must agree.

The algebra proves for every size; a concrete counterexample, worked out exactly, refutes;
float64 evaluation with finite differences and SymPy at small sizes check both. Where the
algebra does not reach, SymPy's exact answer at small sizes is the weaker proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product

from gradcheck.algebra import budget, exact
from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.model import Answer, Counterexample, Numeric

EVERY_SIZE = "every size"
_SMALL = ((2, 3, 4, 5, 2, 3, 4), (3, 2, 5, 4, 3, 2, 5), (4, 3, 2, 2, 5, 4, 3))


MAX_NESTING = 9
"""Sums inside sums, and three times that for derivatives inside derivatives."""


def _depth(expr: e.Expr) -> int:
    own = 1 if isinstance(expr, e.Sum) else 3 if isinstance(expr, e.Partial) else 0
    return own + max(map(_depth, e.children(expr)), default=0)


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
        self._decided: dict[Equation, Decision] = {}
        self._overridden: dict[tuple[tuple[str, e.Expr], ...], Algebra] = {}
        self._leaf_forms: dict[e.Expr, Poly] = {}
        self._points: dict[object, object] = {}

    def decide(self, equation: Equation) -> Decision:
        """Prove, refute or leave open. Raises `Disagreement` where two engines contradict."""
        found = self._decided.get(equation)
        if found is None:
            found = self._decided[equation] = self._bounded(equation)
        return found

    def _bounded(self, equation: Equation) -> Decision:
        """The decision, if the formulas are not nested beyond reason, within the time allowed."""
        if _depth(equation.left) > MAX_NESTING or _depth(equation.right) > MAX_NESTING:
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

    def overridden(self, overrides: dict[str, e.Expr]) -> Algebra:
        """The algebra in which printed formulas stand in for some nodes' adjoints."""
        key = tuple(overrides.items())
        if key not in self._overridden:
            self._overridden[key] = Algebra(self.graph, overrides)
        return self._overridden[key]

    def plausible(self, equation: Equation) -> bool:
        """Whether a proof is worth trying: float64 does not contradict."""
        if "float64" not in self.engines or equation.equal_sizes or self.symmetric:
            return not equation.equal_sizes
        found = self._compared(equation)
        return found is None or found.agrees

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
                self._confirm(equation, False)
                return Decision(Answer.REFUTED, None, numeric, point)
        proved, reason = self._proved(equation)
        if proved:
            if numeric is not None and not numeric.agrees:
                numeric = self._second_look(equation, numeric)
            self._confirm(equation, True)
            return Decision(Answer.PROVED, EVERY_SIZE, numeric)
        if numeric is None:
            point = self._counterexample(equation)
            if point is not None:
                self._confirm(equation, False)
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
        names = sorted(self._size_names | size_names(None, equation))
        row = _SMALL[attempt % len(_SMALL)]
        need = max(self._largest, _largest_position(equation, None)) + (1 if least else 0)
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
    def _size_names(self) -> set[str]:
        return size_names(self.graph, None)

    @cached_property
    def _largest(self) -> int:
        return _largest_position(None, self.graph)

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
            values = _small_values(left, right, sizes, self.graph, attempt, self.seed)
            for name in self.normalised & set(values):
                _normalise(values[name])
            for at in _positions(equation.index_sizes, sizes):
                found = _difference(left, right, exact.Place(sizes, values, at))
                if found is not None:
                    return _written(found, sizes, values, at, left, right)
        return None

    def _leaf_form(self, side: e.Expr) -> Poly:
        """The normal form with every definition written out."""
        if side not in self._leaf_forms:
            self._leaf_forms[side] = self.algebra.written_out_fully(self.algebra.lower(side))
        return self._leaf_forms[side]

    # -- SymPy at small sizes ----------------------------------------------------------

    def _confirm(self, equation: Equation, expected: bool) -> None:
        """SymPy must not contradict, where it is asked and gets an answer in time."""
        if "sympy" not in self.engines:
            return
        verdict, scope = self._sympy(equation, (2,))
        if verdict is not None and verdict is not expected and not (expected is False and verdict):
            word = "proved" if expected else "refuted"
            raise Disagreement(f"the algebra {word} this, SymPy says otherwise at {scope}")

    def _small(self, equation: Equation, numeric: Numeric | None, reason: str) -> Decision:
        """The weaker answer: exact, at the sizes 2 and 3."""
        if numeric is not None and numeric.agrees and "sympy" in self.engines and not equation.equal_sizes:
            verdict, scope = self._sympy(equation, (2, 3))
            if verdict:
                return Decision(Answer.PROVED, scope, numeric)
        return Decision(Answer.UNDECIDED, None, numeric, None, reason)

    def _sympy(self, equation: Equation, lengths: Sequence[int]) -> tuple[bool | None, str]:
        from gradcheck.algebra.sympy_bridge import equal_everywhere

        graph = self.graph
        if self.normalised:
            graph, equation = _made_unit(self.graph, equation, self.normalised)
        names = size_names(graph, equation)
        need = _largest_position(equation, graph)
        sizes_list = [dict.fromkeys(names, max(n, need)) for n in lengths]
        for a, b in equation.equal_sizes:
            for sizes in sizes_list:
                sizes[a] = sizes[b]
        scope = "sizes " + ", ".join(str(max(n, need)) for n in lengths)
        try:
            found = equal_everywhere(
                equation.left, equation.right, graph, sizes_list, dict(equation.index_sizes)
            )
        except (KeyError, ValueError, RecursionError, NotImplementedError, ArithmeticError, LookupError):
            return None, scope
        return found[0], scope


def other_variances(graph: e.Graph) -> Iterator[tuple[str, e.Graph, str]]:
    """The graph with one node's 1/m over a sum of squares read as 1/(m-1), or the reverse."""
    for name, node in graph.nodes.items():
        for part in e.walk(node.body):
            if not isinstance(part, e.Sum) or not _is_square(part.body):
                continue
            size = e.Size(part.size)
            less = e.add(size, e.number(-1))
            for old, new, words in ((size, less, f"1/({part.size}−1)"), (less, size, f"1/{part.size}")):
                changed = _divided_by(node.body, old, new)
                if changed != node.body:
                    nodes = {**graph.nodes, name: replace(node, body=changed)}
                    yield name, e.Graph(nodes, graph.leaves, graph.roots), words


def _is_square(body: e.Expr) -> bool:
    return isinstance(body, e.Pow) and body.exponent == e.number(2)


def _divided_by(body: e.Expr, old: e.Expr, new: e.Expr) -> e.Expr:
    inverse, other = e.Pow(old, e.number(-1)), e.Pow(new, e.number(-1))
    return e.mapped(body, lambda node: other if node == inverse else node)


def size_names(graph: e.Graph | None, equation: Equation | None) -> set[str]:
    """Every size symbol that a graph and an equation mention."""
    names: set[str] = set()
    trees: list[e.Expr] = []
    if equation is not None:
        names |= {size for _, size in equation.index_sizes}
        trees += [equation.left, equation.right]
    if graph is not None:
        names = names.union(*graph.leaves.values(), *(node.sizes for node in graph.nodes.values()))
        trees += [node.body for node in graph.nodes.values()]
    for tree in trees:
        for part in e.walk(tree):
            if isinstance(part, e.Size):
                names.add(part.name)
            elif isinstance(part, e.Sum):
                names.add(part.size)
            names |= {i.size for i in e.indices_of(part) if isinstance(i, e.Last)}
    return names


def _largest_position(equation: Equation | None, graph: e.Graph | None) -> int:
    """The largest fixed position that occurs, and one more if a last position does."""
    largest, last = 0, False
    trees = [n.body for n in graph.nodes.values()] if graph is not None else []
    trees += [equation.left, equation.right] if equation is not None else []
    for tree in trees:
        for part in e.walk(tree):
            for index in e.indices_of(part):
                if isinstance(index, int):
                    largest = max(largest, index)
                last = last or isinstance(index, e.Last)
    return largest + int(last and largest > 0)


def _small_values(
    left: Poly, right: Poly, sizes: dict[str, int], graph: e.Graph, attempt: int, seed: int
) -> dict[str, dict[tuple[int, ...], Fraction]]:
    """Small whole numbers for every tensor that occurs, halves from the second round on."""
    import random

    chooser = random.Random(seed * 1000 + attempt)
    heads = sorted(h[2:] for h in left.deps() | right.deps() if h[:2] == "v:")
    pool = [1, 2, 3, -1, 2, 4] if attempt % 3 < 2 else [1, 2, 3, 4, 5]
    positive = attempt % 3 == 2 or attempt > 12
    values: dict[str, dict[tuple[int, ...], Fraction]] = {}
    for name in heads:
        axes = _axes(name, graph)
        entries = {}
        for at in product(*(range(1, sizes[s] + 1) for s in axes)):
            number = Fraction(chooser.choice(pool))
            if attempt > 6:
                number /= chooser.choice([1, 2, 4])
            entries[at] = abs(number) if positive or not axes else number
        values[name] = entries
    return values


def unit_sum(algebra: Algebra, name: str, sizes: tuple[str, ...]) -> Poly:
    """``Σ_k name[…, k] − 1``, which vanishes."""
    indices = tuple(f"@n{k}" for k in range(len(sizes)))
    total = algebra.ring.atom(f"v:{name}", indices).sum_over(indices[-1], sizes[-1])
    return total - algebra.ring.one


def _made_unit(graph: e.Graph, equation: Equation, names: frozenset[str]) -> tuple[e.Graph, Equation]:
    """Every entry of the inputs ``names`` divided by the sum along its last axis."""

    def unit(node: e.Expr) -> e.Expr:
        if not isinstance(node, e.Var) or node.name not in names or not node.indices:
            return node
        total = e.Sum("ν", graph.leaves[node.name][-1], e.Var(node.name, (*node.indices[:-1], "ν")))
        return e.divide(node, total)

    nodes = {n: replace(d, body=e.mapped(d.body, unit)) for n, d in graph.nodes.items()}
    left, right = e.mapped(equation.left, unit), e.mapped(equation.right, unit)
    return e.Graph(nodes, graph.leaves, graph.roots), replace(equation, left=left, right=right)


def _normalise(entries: dict[tuple[int, ...], Fraction]) -> None:
    """Make the entries along the last axis positive, with sum 1."""
    totals: dict[tuple[int, ...], Fraction] = {}
    for at, number in entries.items():
        totals[at[:-1]] = totals.get(at[:-1], Fraction(0)) + abs(number)
    for at, number in entries.items():
        entries[at] = abs(number) / totals[at[:-1]]


def _axes(name: str, graph: e.Graph) -> tuple[str, ...]:
    if name in graph.leaves or name in graph.nodes:
        return graph.sizes(name)
    for loss, roots in graph.roots.items():
        for node in roots:
            if e.upstream(loss, node) == name:
                return graph.sizes(node)
    raise KeyError(name)


def _positions(index_sizes: tuple[tuple[str, str], ...], sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    names = [n for n, _ in index_sizes]
    ranges = [range(1, min(sizes[s], 3) + 1) for _, s in index_sizes]
    for count, at in enumerate(product(*ranges)):
        if count > 80:
            return
        yield dict(zip(names, at, strict=True))


def _difference(left: Poly, right: Poly, place: exact.Place) -> tuple[exact.Number, exact.Number] | None:
    """Both sides, if they exist there and differ beyond any doubt."""
    try:
        a, b = exact.value(left, place), exact.value(right, place)
    except (ArithmeticError, ValueError):
        return None
    return (a, b) if exact.differ(a, b) else None


def _written(
    found: tuple[exact.Number, exact.Number],
    sizes: dict[str, int],
    values: dict[str, dict[tuple[int, ...], Fraction]],
    at: dict[str, int],
    left: Poly,
    right: Poly,
) -> Counterexample:
    used = {h[2:] for h in left.deps() | right.deps()}
    return Counterexample(
        dict(sorted(sizes.items())),
        {name: _nested(entries) for name, entries in sorted(values.items()) if name in used},
        exact.shown(found[1]),
        exact.shown(found[0]),
        {name: at[name] for name in sorted(at) if not name.startswith("α")}
        | {f"axis {k}": at[name] for k, name in enumerate((n for n in at if n.startswith("α")), 1)},
    )


def _nested(entries: dict[tuple[int, ...], Fraction], prefix: tuple[int, ...] = ()) -> str:
    """A tensor's entries as nested brackets."""
    if () in entries:
        return str(entries[()])
    depth = len(prefix)
    rank = len(next(iter(entries)))
    if depth == rank:
        return str(entries[prefix])
    heads = sorted({k[depth] for k in entries if k[:depth] == prefix})
    return "[" + ", ".join(_nested(entries, (*prefix, h)) for h in heads) + "]"
