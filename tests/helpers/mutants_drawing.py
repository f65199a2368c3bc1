"""Random mutants of the right equations of documents: those found wrong are kept, the others tallied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random

from mutants import Mistake, drawn, drawn_two
from mutants_corpus import Document, Equation, verdict_at

from gradcheck.model import Verdict

_PATIENCE = 40
"""So many edits are tried for each mutant wanted, where documents are small and mistakes repeat."""
COUNTED = (Verdict.WRONG, Verdict.CONVENTION, Verdict.INHERITED)


@dataclass(frozen=True)
class Mutant:
    """A document with one right side spoiled, and what is said of that claim."""

    equation: Equation
    mistakes: tuple[Mistake, ...]
    text: str
    verdict: Verdict

    @property
    def kind(self) -> str:
        return " + ".join(sorted(m.kind for m in self.mistakes))

    @property
    def right(self) -> str:
        """The right side as spoiled, in the spelling of the file."""
        start, end = self.equation.stretch
        return self.text[start : end + len(self.text) - len(self.equation.document.text)]


@dataclass
class Drawing:
    """Draws mutants without repeating any; ``tally`` counts what came of each kind, kept or not."""

    documents: Sequence[Document]
    seed: int
    two: bool = False
    crashes: list[str] = field(default_factory=list)
    tally: dict[str, Counter[str]] = field(default_factory=dict)

    def mutants(self, count: int) -> Iterator[Mutant]:
        """``count`` mutants whose claim is found wrong, documents by the root of their equations' number."""
        random, seen = Random(self.seed), set[str]()
        weights = [sqrt(len(d.equations)) for d in self.documents]
        for _ in range(_PATIENCE * (count + 10)):
            if not count:
                return
            (document,) = random.choices(self.documents, weights)
            mutant = self._mutant(random.choice(document.equations), random)
            if mutant is None or mutant.text in seen:
                continue
            seen.add(mutant.text)
            count -= 1
            yield mutant

    def _mutant(self, equation: Equation, random: Random) -> Mutant | None:
        mistakes = _drawn(equation, random, self.two)
        if not mistakes:
            return None
        verdict = self._tallied(equation, mistakes)
        alone = (self._verdict(equation, (m,)) for m in mistakes) if self.two else ()
        if verdict not in COUNTED or any(v not in COUNTED for v in alone):
            return None
        return Mutant(equation, mistakes, _spoiled(equation, mistakes), verdict)

    def _tallied(self, equation: Equation, mistakes: tuple[Mistake, ...]) -> Verdict | None:
        verdict = self._verdict(equation, mistakes)
        word = verdict.value if verdict is not None else "gone"
        self.tally.setdefault(" + ".join(sorted(m.kind for m in mistakes)), Counter())[word] += 1
        return verdict

    def _verdict(self, equation: Equation, mistakes: tuple[Mistake, ...]) -> Verdict | None:
        """The verdict on the spoiled claim; a mistake must never crash the checker, so that is kept apart."""
        text = _spoiled(equation, mistakes)
        try:
            return verdict_at(equation.document.path, text, equation.sign)
        except Exception as error:
            kinds = ", ".join(m.kind for m in mistakes)
            self.crashes.append(f"{equation.document.path}: {kinds}: {error!r}")
            return None


def _drawn(equation: Equation, random: Random, two: bool) -> tuple[Mistake, ...]:
    if two:
        return drawn_two(equation.side, random) or ()
    one = drawn(equation.side, random)
    return (one,) if one is not None else ()


def _spoiled(equation: Equation, mistakes: tuple[Mistake, ...]) -> str:
    splices = (s for m in mistakes for s in m.edit)
    return equation.edited(tuple(sorted(splices, key=lambda s: (s.start, s.end))))
