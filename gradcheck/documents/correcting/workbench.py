"""One refuted claim on the bench: edits of its right side are read, compared and proved here.

An edit is judged as its text: the edited tokens are read anew, by the reader that reads the
document, and nothing that was read on trial is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.documents.correcting.author import Author
from gradcheck.documents.correcting.canonical import canonical
from gradcheck.documents.correcting.edits import Edit, Misfit, Piece, edited
from gradcheck.documents.correcting.points import TrialPoint
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.equations import EVERY_SIZE, Disagreement, Equation
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected, composed, with_aliases
from gradcheck.documents.reading.parts import Part, read_part
from gradcheck.documents.reading.tokens import Refusal, Token, tokenise
from gradcheck.model import Answer


@dataclass(frozen=True)
class Reread:
    """An edited part as it reads: its value, its equations with the left side, what was read charitably."""

    part: Part
    value: Value | None
    equations: tuple[Equation, ...]
    slips: tuple[str, ...]

    @cached_property
    def key(self) -> object:
        """Equal for two edits that amount to the same formula."""
        return tuple(canonical(q.right) for q in self.equations)


class Workbench(Author):
    """The right side ``at`` of one chain, which is to become what the chain is about."""

    def __init__(
        self,
        spelling: Spelling,
        collected: Collected,
        judge: ChainJudge,
        at: int,
        mode: tuple[str, str],
        side: int | None = None,
        part: Part | None = None,
    ) -> None:
        self.side = at if side is None else side
        super().__init__(spelling, collected, part or judge.chain.parts[self.side])
        self.judge, self.at, self.mode = judge, at, mode
        self.meaning = judge.meaning
        self.known: dict[object, dict[str, Array | None]] = {}
        self._frame = judge.read.frame
        self.slips = [c for k in {at, self.side} for c, *_ in judge.read.slips[k]]
        with self.trial():
            self.printed = self._equations(self.part) if isinstance(self.part.tree, s.Syntax) else None
        """The part as it stands."""
        sides = [x for q in self.printed.equations for x in (q.left, q.right)] if self.printed else []
        self.points = TrialPoint(judge.judge, tuple(sides))

    @property
    def bench(self) -> Judge:
        return self.judge.judge

    @cached_property
    def tree(self) -> s.Syntax:
        """The part as printed."""
        assert isinstance(self.part.tree, s.Syntax)
        return self.part.tree

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The indices that are free in the claim."""
        found, left = self.printed, self.judge.read.values[0]
        names = {n for q in found.equations for n, _ in q.index_sizes} if found else set()
        if isinstance(left, Value):
            names |= e.free_indices(left.expr) - set(left.axes)
        return tuple(sorted(n for n in names if not n.startswith("α")))

    def after(self, edit: Edit) -> Workbench | None:
        """The claim as it is after an edit, on a bench of its own."""
        part = self._edited(edit)
        if part is None:
            return None
        return Workbench(self.spelling, self.collected, self.judge, self.at, self.mode, self.side, part)

    # -- reading -----------------------------------------------------------------------

    def reread(self, edit: Edit) -> Reread | None:
        """The part after an edit; None if it cannot be read, or is read with more charity than before."""
        part = self._edited(edit)
        if part is None:
            return None
        with self.trial():
            found = self._equations(part)
        return found if found is not None and _no_worse(found.slips, self.slips) else None

    def _edited(self, edit: Edit) -> Part | None:
        """The part as it is parsed after an edit; None if it is no formula then."""
        try:
            part = read_part(self.part.sign, edited(self.part.tokens, edit.pieces, self._tokens))
        except (Misfit, Refusal):
            return None
        return part if isinstance(part.tree, s.Syntax) else None

    def _tokens(self, piece: Piece) -> list[Token]:
        """The tokens of a piece as the document's own are read."""
        # Consecutive places: what touches in the text must be seen to touch.
        places = range(piece.start, piece.start + len(piece.latex) + 1)
        tokens = tokenise(piece.latex, places, self.collected.macros)
        if self.collected.composite:
            tokens = composed(tokens)
        return with_aliases(tokens, self.collected.declared)

    def equations_of(self, tree: s.Syntax) -> tuple[Equation, ...]:
        """The claim's equations with ``tree`` as the right side; call within a `trial`."""
        found = self._equations(replace(self.part, tree=tree, notes=()))
        return found.equations if found is not None else ()

    def _equations(self, part: Part) -> Reread | None:
        judge, at, side = self.judge, self.at, self.side
        reader, read = judge.reader, judge.read
        reader.frame = read.frame = self.frame()
        self.meaning.axes.conflicts.clear()
        assert isinstance(part.tree, s.Syntax)
        value = reader.value(part.tree)
        if isinstance(value, Refusal):
            return None
        slips = [n.code for n in part.notes] + [c for c, *_ in reader.charities()]
        for k in {at, side}:
            slips += [c for c, *_ in read.slips[k]] if k != side else []
            read.slips[k] = []
        read.values[side] = value
        read.conflicts[side] = list(self.meaning.axes.conflicts)
        judge.chain.parts[side] = part
        try:
            equations = judge.equations(0, at, self.mode)
        except (Refusal, RecursionError, KeyError, ValueError):
            return None
        if isinstance(equations, Refusal) or not equations or any(q.equal_sizes for q in equations):
            return None
        slips += [c for k in {at, side} for c, *_ in read.slips[k]]
        return Reread(part, value if isinstance(value, Value) else None, tuple(equations), tuple(slips))

    def frame(self) -> Frame:
        """The frame in which the claim's parts are read, for one more reading."""
        return replace(self._frame, scope=dict(self._frame.scope), implicit=[])

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Whatever is read within this block leaves no trace."""
        judge, sizes, axes = self.judge, self.meaning.sizes, self.meaning.axes
        read, graph, touched = judge.read, judge.judge.graph, {self.at, self.side}
        frame = read.frame
        kept = {k: (read.values[k], read.slips[k], read.conflicts[k], judge.chain.parts[k]) for k in touched}
        parents, hints, settled, classes = (
            list(sizes.parent),
            len(sizes.hints),
            sizes.settled,
            len(axes.classes),
        )
        tables: list[dict[Any, Any]] = [
            sizes.slots, sizes.sums, sizes.named, self.meaning.leaves, graph.leaves
        ]  # fmt: skip
        before = [dict(table) for table in tables]
        try:
            yield
        finally:
            judge.reader.frame = read.frame = frame
            for k, was in kept.items():
                read.values[k], read.slips[k], read.conflicts[k], judge.chain.parts[k] = was
            sizes.parent[:], sizes.settled = parents, settled
            del sizes.hints[hints:]
            for table, was_table in zip(tables, before, strict=True):
                table.clear()
                table.update(was_table)
            for name in list(axes.classes)[classes:]:
                del axes.classes[name]
            axes.conflicts.clear()

    # -- deciding ----------------------------------------------------------------------

    def fits(self, found: Reread) -> bool:
        """Whether float64 finds the edited claim true at the trial point."""
        return self.points.agree(found.equations)

    def proved(self, found: Reread) -> str | None:
        """The scope of a proof that the edited claim is right, if the algebra has one."""
        bench = self.bench
        if any(self.judge.unfounded(q) or self.judge.stranger(q) for q in found.equations):
            return None
        if not all(bench.plausible(q) for q in found.equations):
            return None
        return EVERY_SIZE if all(bench.holds(q) for q in found.equations) else None

    def proved_at_small_sizes(self, found: Reread) -> str | None:
        """The small sizes at which every engine that is asked agrees with the edited claim, if they do."""
        if any(self.judge.unfounded(q) or self.judge.stranger(q) for q in found.equations):
            return None
        try:
            decisions = [self.bench.decide(q) for q in found.equations]
        except Disagreement:
            return None
        proved = all(d.answer is Answer.PROVED for d in decisions)
        return decisions[-1].scope if proved and decisions else None

    @cached_property
    def subjects(self) -> frozenset[str]:
        """What the chain is about: the nodes whose gradient its first left side is."""
        left = self.judge.read.values[0]
        if not isinstance(left, Value):
            return frozenset()
        return frozenset(n.node for n in e.walk(left.expr) if isinstance(n, e.Adjoint))

    @cached_property
    def _said(self) -> tuple[frozenset[tuple[object, ...]], frozenset[tuple[object, ...]]]:
        """The derivatives on the left side, and those printed on the right."""
        one, other = (self.judge.read.values[k] for k in (0, self.at))
        left, right = (_derivatives(v.expr) if isinstance(v, Value) else () for v in (one, other))
        return frozenset(left), frozenset(right)

    def is_circular(self, found: Reread) -> bool:
        """Whether an edit puts the left side itself on the right, or a derivative of something by itself."""
        left, right = self._said
        new = {k for q in found.equations for k in _derivatives(q.right)} - right
        return any(k in left or (len(k) == 2 and k[0] == k[1]) for k in new)

    @cached_property
    def speaks_of_gradients(self) -> bool:
        """Whether a gradient of a loss stands in the claim."""
        equations = self.printed.equations if self.printed else ()
        return any(
            isinstance(n, e.Adjoint) for q in equations for x in (q.left, q.right) for n in e.walk(x)
        ) or bool(self.subjects)

    def is_downstream(self, name: str) -> bool:
        """Whether a quantity depends on what the claim is about, so that its gradient may be used for it."""
        algebra = self.bench.algebra
        if not self.subjects or name not in self.bench.graph.nodes:
            return not self.subjects or any(name in roots for roots in self.bench.graph.roots.values())
        return any(name != x and algebra.depends(name, x) for x in self.subjects)

    def rank_of(self, name: str) -> int:
        """How many axes a quantity has that are not written as indices."""
        found = self.meaning.defined.get(name)
        return sum(kind == "axis" for kind in found.kinds) if found is not None else 0


def replacing(tree: s.Syntax, latex: str) -> Piece:
    """The piece that writes ``latex`` in the place of ``tree``."""
    return Piece(tree.start, tree.end, latex)


def _derivatives(expr: e.Expr) -> Iterator[tuple[object, ...]]:
    """What every derivative in a formula is of, and by what, whatever the indices."""
    for node in e.walk(expr):
        if isinstance(node, e.Adjoint):
            yield node.loss, node.node, node.via
        elif isinstance(node, e.Partial):
            yield getattr(node.body, "name", node.body), node.wrt


def _no_worse(slips: Sequence[str], before: Sequence[str]) -> bool:
    return all(slips.count(code) <= before.count(code) for code in set(slips))
