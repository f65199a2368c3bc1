"""A document as the bridge needs it: its graphs, and its formulas for gradients, judged on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gradcheck.algebra import expr as e
from gradcheck.documents.check import Bench
from gradcheck.documents.correcting.corrections import Doubt, corrections
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.collect import Chain, Collected, collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Source
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.topics import Part, parts_of
from gradcheck.model import Correction, Verdict
from gradcheck.options import Options

_CLAIM_TIMEOUT = 2.0


@dataclass(frozen=True, eq=False)
class Formula:
    """The right side ``at`` of a chain that says what the gradient of ``node`` is."""

    paper: Paper
    judge: ChainJudge
    at: int
    mode: tuple[str, str]
    judgement: Judgement
    equations: tuple[Equation, ...]
    node: str

    @property
    def is_plain(self) -> bool:
        """Whether the left side is the gradient itself, entry by entry."""
        left = self.equations[0].left
        return (
            len(self.equations) == 1
            and isinstance(left, e.Adjoint)
            and left.via is None
            and len(set(left.indices)) == len(left.indices)
            and all(isinstance(i, str) for i in left.indices)
        )

    @property
    def needs(self) -> frozenset[str]:
        """The nodes whose gradients the right side mentions."""
        return frozenset(n.node for q in self.equations for n in e.walk(q.right) if isinstance(n, e.Adjoint))

    @property
    def label(self) -> str | None:
        return self.judge.chain.labels[self.at - 1]

    @property
    def span(self) -> tuple[int, int]:
        """Where the right side stands in the source."""
        tree = self.judge.chain.parts[self.at].tree
        return tree.start, tree.end

    def corrected(self) -> tuple[Correction, ...]:
        """What the right side should be, where it is wrong."""
        if self.judgement.verdict not in (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION):
            return ()
        doubt = Doubt(self.judge, self.at, self.mode)
        return corrections(self.paper.spelling, self.paper.collected, doubt)


@dataclass(frozen=True, eq=False)
class Topic:
    """One meaning of the symbols: the definitions in force for some sections of the document."""

    paper: Paper
    part: Part
    environment: Environment
    meaning: Meaning

    @property
    def graph(self) -> e.Graph:
        return self.environment.graph(self.meaning)

    @property
    def losses(self) -> frozenset[str]:
        return frozenset(self.meaning.losses)

    def formulas(self) -> list[Formula]:
        """Everything that the document says about gradients of the loss under this meaning."""
        key = id(self.environment)
        if key not in self.paper.judged:
            self.paper.judged[key] = list(self._judged())
        return [f for f in self.paper.judged[key] if f.judge.meaning is self.meaning]

    def _judged(self) -> Iterator[Formula]:
        bench = Bench(self.environment, Options(engines=("algebra",), timeout=_CLAIM_TIMEOUT))
        for chain in self.paper.collected.chains:
            if self.part.start <= chain.section < self.part.end:
                before = len(bench.cases)
                bench.judge(chain)
                for case in bench.cases[before:]:
                    yield from self._of(chain, case.judge, case.found, case.mode)

    def _of(
        self, chain: Chain, judge: ChainJudge, found: list[Judgement], mode: tuple[str, str]
    ) -> Iterator[Formula]:
        left = judge.read.values[0]
        if chain.conditions or any(chain.condition_of) or not isinstance(left, Value):
            return
        nodes = {n.node for n in e.walk(left.expr) if isinstance(n, e.Adjoint) and n.via is None}
        if len(nodes) != 1:
            return
        for at, judgement in enumerate(found, 1):
            try:
                equations = judge.equations(0, at, mode)
            except (Refusal, RecursionError, KeyError, ValueError):
                continue
            if isinstance(equations, list) and equations and not any(q.equal_sizes for q in equations):
                yield Formula(self.paper, judge, at, mode, judgement, tuple(equations), *nodes)


@dataclass(eq=False)
class Paper:
    """One document, read."""

    path: str
    source: Source
    collected: Collected
    spelling: Spelling
    topics: list[Topic] = field(default_factory=list)
    judged: dict[int, list[Formula]] = field(default_factory=dict)


def read_paper(path: str, data: bytes) -> Paper:
    """Read a document. Raises `UnreadableDocument` if it cannot be read at all."""
    source = read_source(path, data)
    collected = collect(source, [])
    paper = Paper(path, source, collected, Spelling(source))
    for part in parts_of(collected):
        for environment in part.environments:
            for _, meaning in environment.epochs:
                paper.topics.append(Topic(paper, part, environment, meaning))
    return paper
