"""The verdict on every relation of a chain, from the answers about its equations.

Two questions are asked of each relation: does the right side equal the expression before
the sign (step), and the true value of the chain's first left side (truth)? A derivative
between defined symbols may be meant as local or as total: the chain is read in the one way
that makes most of it right.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TypeGuard

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain_reading import ChainReader, has_partial, with_mode
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import Decision, Equation
from gradcheck.documents.judging.judgements import Judgement, Read, Unsettled
from gradcheck.documents.judging.matrices import entries
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import letter_of
from gradcheck.model import Answer, Verdict

UPSTREAM = "G"
"""The upstream gradient that a matrix shorthand is multiplied with."""
MODES = (("local", "local"), ("total", "total"), ("total", "local"), ("written", "written"))


class ChainJudge:
    """Judges one chain whose parts have been read."""

    def __init__(self, reader: ChainReader, judge: Judge, read: Read) -> None:
        self.reader, self.judge, self.read = reader, judge, read
        self.meaning = reader.meaning
        self.chain = reader.chain
        self.since = 0

    # -- equations ---------------------------------------------------------------------

    def equations(self, left: int, right: int, mode: tuple[str, str]) -> list[Equation] | Refusal:
        """Part ``left`` = part ``right``, entry by entry for a matrix, under the conditions."""
        a, b = self.read.values[left], self.read.values[right]
        if isinstance(a, Refusal):
            return a
        if isinstance(b, Refusal):
            return b
        tree = self.chain.parts[right].tree
        if isinstance(tree, s.Matrix) and isinstance(a, Value):
            return self._matrix_equations(a, tree, mode)
        if not isinstance(a, Value) or not isinstance(b, Value):
            where = self.chain.parts[left]
            return Refusal("a matrix on the left of a relation is not read", where.start, where.end)
        before = mode[0] if left == 0 else mode[1]
        a = replace(a, expr=self._meant(with_mode(a.expr, before)))
        b = replace(b, expr=self._meant(with_mode(b.expr, mode[1])))
        if a.outer and b.rank < a.rank:
            try:
                short = self._shorthand(a, b, left, right)
            except Unsettled as open_question:
                return open_question
            where = self.chain.parts[right]
            reason = f"a derivative with {a.rank} axes meets something with {b.rank}"
            return [short] if short else Unsettled(reason, where.start, where.end)
        try:
            return [self._equation(a, b, left, right)]
        except Unsettled as open_question:
            return open_question

    def _meant(self, expr: e.Expr) -> e.Expr:
        """``expr`` with every local derivative that would be zero for want of a mention read as total.

        Where r is defined by v, and v by x, nobody means 0 by ``∂r/∂x``.
        """
        graph, algebra = self.judge.graph, self.judge.algebra

        def total(node: e.Expr) -> e.Expr:
            if not isinstance(node, e.Partial) or node.mode != "local":
                return node
            body = node.body
            if isinstance(body, e.Ref) and body.name != node.wrt and body.name in graph.nodes:
                body = graph.nodes[body.name].body
            named = {n.name for n in e.walk(body) if isinstance(n, (e.Var, e.Ref))}
            if node.wrt in named or any(isinstance(n, (e.Adjoint, e.Partial)) for n in e.walk(body)):
                return node
            reached = any(n in graph.nodes and algebra.depends(n, node.wrt) for n in named)
            return replace(node, mode="total") if reached else node

        return e.mapped(expr, total)

    def _shorthand(self, a: Value, b: Value, left: int, right: int) -> Equation | None:
        """``∂(Wx)/∂W = x^T``: the factor of the upstream gradient, or each entry by its own.

        The whole derivative has an axis for each of both arrays; a matrix stands for what
        an upstream gradient is multiplied with, from either side, a number for ∂y_i/∂b_i.
        """
        axes = self.meaning.axes
        of, by = a.axes[: a.outer], a.axes[a.outer :]
        upstream = Value(e.Var(UPSTREAM, of), of)
        self.judge.graph.leaves[UPSTREAM] = tuple(axes.size(x) for x in of)
        body = e.mul(upstream.expr, a.expr)
        for axis in of:
            body = e.Sum(axis, axes.size(axis), body)
        pulled = Value(body, by)
        candidates = []
        if b.rank == 2 and len(of) == 2 == len(by):
            candidates += [
                (pulled, axes.product(upstream, b, False)),
                (pulled, axes.product(b, upstream, False)),
            ]
        if b.rank == 1 and len(of) == 1 and len(by) == 2:
            both = e.mul(b.expr, upstream.expr)
            candidates += [(pulled, Value(both, b.axes + of)), (pulled, Value(both, of + b.axes))]
        own = [next((x for x in of if axes.same(x, y)), None) for y in by]
        if None not in own and len(set(own)) == len(own) and not b.rank:
            entry = e.rename(a.expr, {y: x for x, y in zip(own, by, strict=True) if x})
            candidates.append((Value(entry, of), Value(b.expr)))
        for one, other in candidates:
            if one.rank == other.rank or not other.rank:
                equation = self._equation(one, other, left, right)
                if not equation.equal_sizes and self.judge.holds(equation):
                    return equation
        return None

    def _equation(self, a: Value, b: Value, left: int, right: int) -> Equation:
        axes = self.meaning.axes
        axes.conflicts.clear()
        a, b = self.aligned(a, b, right)
        conflicts = [*self.read.conflicts[left], *self.read.conflicts[right], *axes.conflicts]
        x, y = self._conditioned(a.expr, right), self._conditioned(b.expr, right)
        return Equation(x, y, self.index_sizes(x, y), tuple(dict.fromkeys(conflicts)))

    def aligned(self, a: Value, b: Value, right: int) -> tuple[Value, Value]:
        """Both sides with the same axes; a side without them is the same everywhere."""
        axes = self.meaning.axes
        if a.rank == b.rank:
            for one, other in zip(a.axes, b.axes, strict=True):
                axes.unify(one, other)
            return a, axes.renamed(b, a.axes)
        smaller, larger = (a, b) if a.rank < b.rank else (b, a)
        letters = self._matching_letters(smaller, larger)
        if letters is not None:
            if self._writes_indices(right if smaller is b else 0):
                place = self.chain.parts[right]
                words = "an index is left out here; it was read as the one on the other side"
                self.read.slips[right].append(("D403", words, place.start, place.end))
            filled = axes.renamed(larger, letters)
            filled = replace(filled, axes=())
            return (a, filled) if larger is b else (filled, b)
        if not smaller.rank and self._guessed(larger):
            where = self.chain.parts[right]
            raise Unsettled(
                "one side is a number, the other an array, by what the letters suggest",
                where.start,
                where.end,
            )
        if smaller.rank and len(larger.axes) > len(smaller.axes):
            chosen = axes.matching(larger, smaller)
            smaller = axes.renamed(smaller, chosen)
        return (smaller, larger) if a.rank < b.rank else (larger, smaller)

    def _guessed(self, value: Value) -> bool:
        """Whether a shape rests on the look of a letter alone."""
        meaning, slots = self.meaning, self.reader.environment.names.slots
        return any(
            isinstance(n, e.Var)
            and n.name in meaning.arrays
            and n.name not in meaning.shapes
            and not slots.get(n.name)
            for n in e.walk(value.expr)
        )

    def _writes_indices(self, at: int) -> bool:
        tree = self.chain.parts[at].tree
        names = self.reader.environment.names
        return isinstance(tree, s.Syntax) and any(
            isinstance(n, s.Symbol) and names.resolve(n).indices for n in s.walk(tree)
        )

    def _matching_letters(self, smaller: Value, larger: Value) -> list[str] | None:
        """Free letters of the smaller side, one for each axis of the larger one, of equal length."""
        sizes, scope = self.meaning.sizes, self.read.frame.scope
        free = [x for x in scope if x in e.free_indices(smaller.expr) - set(smaller.axes)]
        taken = e.free_indices(larger.expr) - set(larger.axes)
        chosen: list[str] = []
        for axis in larger.axes:
            fitting = [
                x
                for x in free
                if x not in chosen
                and x not in taken
                and sizes.find(scope[x]) == sizes.find(self.meaning.axes.classes[axis])
            ]
            if not fitting:
                return None
            chosen.append(fitting[0])
        return chosen if smaller.rank == 0 and chosen else None

    def _conditioned(self, expr: e.Expr, right: int) -> e.Expr:
        """The side condition of a claim: an equal index is replaced, anything else multiplied in."""
        conditions = [*self.chain.conditions]
        if right - 1 < len(self.chain.condition_of):
            conditions += [c for c in self.chain.condition_of[right - 1] if c not in conditions]
        for condition in conditions:
            left, other = letter_of(condition.left), letter_of(condition.right)
            try:
                if condition.sign == "=" and left and other:
                    expr = e.rename(expr, {other: left})
                elif (
                    condition.sign == "=" and left in self.read.frame.scope and _is_position(condition.right)
                ):
                    expr = e.rename(expr, {left: int(condition.right.value)})
                elif condition.sign in ("!=", ">", "<", ">=", "<="):
                    indicator = self.meaning.condition(condition, self.read.frame)
                    if not indicator.rank:
                        expr = e.mul(indicator.expr, expr)
            except Refusal:
                continue
        return expr

    def index_sizes(self, *sides: e.Expr) -> tuple[tuple[str, str], ...]:
        """The indices free in the sides, each with the name of the size it runs to."""
        names = sorted(frozenset[str]().union(*(e.free_indices(x) for x in sides)))
        scope, axes = self.read.frame.scope, self.meaning.axes
        found = []
        for name in names:
            member = axes.classes.get(name, scope.get(name))
            if member is None:
                member = scope[name] = self.meaning.sizes.fresh(name)
            found.append((name, self.meaning.sizes.name(member)))
        return tuple(found)

    def _matrix_equations(
        self, whole: Value, tree: s.Matrix, mode: tuple[str, str]
    ) -> list[Equation] | Refusal:
        whole = self._indexed_as_array(whole)
        if whole.rank not in (1, 2):
            return Refusal("a matrix meets something that is not one", tree.start, tree.end)
        found: list[Equation] = []
        names = self.reader.environment.names
        for indices, cell in entries(tree, [self.meaning.axes.size(a) for a in whole.axes], names):
            try:
                self.read.frame.entering(cell, None)
                value = self.meaning.value(cell, self.read.frame)
            except Refusal as refusal:
                return refusal
            for name in indices:
                if isinstance(name, str):
                    axis = whole.axes[list(indices).index(name)]
                    self.read.frame.scope.setdefault(name, self.meaning.axes.classes[axis])
            at = dict(zip(whole.axes, indices, strict=True))
            entry = with_mode(e.rename(whole.expr, at), mode[0])
            body = with_mode(value.expr, mode[1])
            found.append(Equation(entry, body, self.index_sizes(entry, body)))
        return found

    def _indexed_as_array(self, value: Value) -> Value:
        """A quantity with implicit indices (``u = h_{kl} - μ_l``) as the array it stands for."""
        if value.rank:
            return value
        scope = self.read.frame.scope
        written = [i for n in e.walk(value.expr) for i in e.indices_of(n) if isinstance(i, str)]
        free = e.free_indices(value.expr)
        letters = [x for x in dict.fromkeys(written) if x in free and x in scope]
        fresh = [self.meaning.axes.fresh(scope[x]) for x in letters]
        return Value(e.rename(value.expr, dict(zip(letters, fresh, strict=True))), tuple(fresh))

    # -- answers -----------------------------------------------------------------------

    def decide(
        self, left: int, right: int, mode: tuple[str, str]
    ) -> tuple[Answer, Decision | None, Refusal | None, Equation | None]:
        """All equations of one relation together: proved only if each is."""
        equations = self.equations(left, right, mode)
        if isinstance(equations, Unsettled):
            return Answer.UNDECIDED, Decision(Answer.UNDECIDED, reason=equations.reason), None, None
        if isinstance(equations, Refusal):
            return Answer.UNDECIDED, None, equations, None
        decision = None
        for equation in equations:
            reason = self.unfounded(equation)
            if reason:
                return Answer.UNDECIDED, Decision(Answer.UNDECIDED, reason=reason), None, equation
            decision = self.judge.decide(equation)
            if decision.answer is Answer.REFUTED and (stranger := self.stranger(equation)):
                decision = Decision(Answer.UNDECIDED, reason=f"{stranger} is defined nowhere")
            if decision.answer is Answer.REFUTED and (guess := self._only_guessed(equation)):
                reason = f"whether {guess} is an array is not said; a shape would settle it"
                decision = Decision(Answer.UNDECIDED, reason=reason)
            if decision.answer is not Answer.PROVED:
                return decision.answer, decision, None, equation
        return Answer.PROVED, decision, None, equations[-1] if equations else None

    def unfounded(self, equation: Equation) -> str:
        """Why nothing can be said: a derivative of something that no definition connects."""
        graph, algebra = self.judge.graph, self.judge.algebra
        for node in (*e.walk(equation.left), *e.walk(equation.right)):
            if isinstance(node, e.Adjoint) and node.node != node.loss:
                if not algebra.connected(node.loss, node.node):
                    return f"no definition says how {node.loss} depends on {node.node}"
            elif isinstance(node, e.Partial):
                if isinstance(node.body, e.Var) and node.body.name != node.wrt:
                    return f"{node.body.name} is not defined"
                inside = {n.name for n in e.walk(node.body) if isinstance(n, (e.Var, e.Ref))}
                if node.wrt not in graph.nodes and node.wrt not in self.used | inside:
                    return f"no definition mentions {node.wrt}"
        return ""

    @cached_property
    def used(self) -> frozenset[str]:
        """The inputs that definitions mention."""
        bodies = [n.body for n in self.judge.graph.nodes.values()]
        bodies += [d.node.body for d in self.meaning.defined.values() if d.abbreviation]
        return frozenset(n.name for b in bodies for n in e.walk(b) if isinstance(n, e.Var))

    def _only_guessed(self, equation: Equation) -> str:
        """An input taken for an array only because of what stands near it, if no other one is."""
        meaning, slots = self.meaning, self.reader.environment.names.slots
        inputs = {n.name for x in (equation.left, equation.right) for n in e.walk(x) if isinstance(n, e.Var)}
        arrays = [
            n for n in sorted(inputs) if n in meaning.arrays and n not in meaning.shapes and not slots.get(n)
        ]
        settled = any(slots.get(n) or n in meaning.shapes for n in inputs)
        return "" if settled or any(meaning.arrays[n] for n in arrays) else next(iter(arrays), "")

    def stranger(self, equation: Equation) -> str:
        """An input that no definition and no left side mentions: too little is known to refute."""
        first = self.read.values[0]
        own = (
            {n.name for n in e.walk(first.expr) if isinstance(n, e.Var)}
            if isinstance(first, Value)
            else set()
        )
        own |= (
            {n.wrt for n in e.walk(first.expr) if isinstance(n, e.Partial)}
            if isinstance(first, Value)
            else set()
        )
        for node in e.walk(equation.right):
            if isinstance(node, e.Var) and node.name not in self.used | own:
                return node.name
        return ""

    def answers(self, mode: tuple[str, str]) -> list[Judgement]:
        """The judgement on every relation of the chain, read in one mode."""
        found: list[Judgement] = []
        for at in range(1, len(self.chain.parts)):
            found.append(self._judgement(at, mode, found))
        return found

    def _judgement(self, at: int, mode: tuple[str, str], before: list[Judgement]) -> Judgement:
        truth, decision, refusal, equation = self.decide(0, at, mode)
        own = self.read.values[at]
        if isinstance(own, Refusal):
            return Judgement(Verdict.UNREAD, refusal=own)
        if at == 1:
            if refusal is not None:
                return Judgement(Verdict.UNREAD, refusal=refusal)
            return self._first(truth, decision, equation)
        step = self._step(at, truth, before, mode)
        if refusal is not None and step is Answer.UNDECIDED:
            return Judgement(Verdict.UNREAD, refusal=refusal)
        verdict = _verdict(step, truth)
        return Judgement(verdict, step, truth, decision, equation=equation)

    def _first(self, truth: Answer, decision: Decision | None, equation: Equation | None) -> Judgement:
        verdict = {
            Answer.PROVED: Verdict.HOLDS,
            Answer.REFUTED: Verdict.WRONG,
        }.get(truth, Verdict.UNDECIDED)
        return Judgement(verdict, truth, truth, decision, equation=equation)

    def _step(self, at: int, truth: Answer, before: list[Judgement], mode: tuple[str, str]) -> Answer:
        """Does the right side equal the expression before? Often it follows from the two truths."""
        truths = (before[-1].truth, truth)
        settled = all(t in (Answer.PROVED, Answer.REFUTED) for t in truths)
        if settled and Answer.PROVED in truths:
            return Answer.PROVED if truths[0] is truths[1] else Answer.REFUTED
        answer, _, refusal, _ = self.decide(at - 1, at, mode)
        return Answer.UNDECIDED if refusal else answer

    def best(self) -> tuple[list[Judgement], tuple[str, str]]:
        """The judgements under the mode that leaves fewest relations wrong."""
        modes = MODES if any(map(has_partial, self.read.values)) else MODES[:1]
        best: tuple[tuple[int, int], list[Judgement], tuple[str, str]] | None = None
        slips = [list(x) for x in self.read.slips]
        for mode in modes:
            self.read.slips = [list(x) for x in slips]
            found = self.answers(mode)
            wrong = sum(j.truth is not Answer.PROVED and j.verdict is not Verdict.UNREAD for j in found)
            undecided = sum(j.verdict in (Verdict.UNREAD, Verdict.UNDECIDED) for j in found)
            if best is None or (wrong, undecided) < best[0]:
                best = ((wrong, undecided), found, mode)
            if wrong == 0:
                break
        assert best is not None
        return best[1], best[2]


def _is_position(tree: s.Syntax) -> TypeGuard[s.Number]:
    """A number that can be an index."""
    return isinstance(tree, s.Number) and tree.value.denominator == 1 and tree.value >= 1


def _verdict(step: Answer, truth: Answer) -> Verdict:
    match step, truth:
        case Answer.PROVED, Answer.PROVED:
            return Verdict.HOLDS
        case Answer.PROVED, Answer.REFUTED:
            return Verdict.INHERITED
        case Answer.REFUTED, Answer.PROVED:
            return Verdict.RECOVERED
        case Answer.REFUTED, Answer.REFUTED:
            return Verdict.WRONG
        case _:
            return Verdict.UNDECIDED
