"""What became of the mutants: each with the corrections offered for it, and the rates over all of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.corrections.helpers import helper


@dataclass(frozen=True, slots=True)
class Outcome:
    """A mutant and what the corrections offered for it come to, in their order.

    ``seconds`` is the time of the corrections alone, without the verdicts.
    """

    mutant: Any
    offers: Sequence[Any]
    seconds: float

    @property
    def recoveries(self) -> list[str]:
        """The words of the offers: exact, commuted, equivalent and so on."""
        return [offer.recovery.value for offer in self.offers]

    @property
    def first(self) -> str:
        """The word of the first offer, ``none`` where there is none."""
        return next(iter(self.recoveries), "none")

    @property
    def best(self) -> str:
        """The best word of all offers."""
        order = ("exact", "commuted", "equivalent", "hollow", "elsewhere", "broken", "bad")
        return next((word for word in order if word in self.recoveries), "none")


RESTORED = ("exact", "commuted")
RIGHT = (*RESTORED, "equivalent")


def share(outcomes: Iterable[Outcome], words: Iterable[str], which: str) -> float:
    """The part of the outcomes whose ``first`` or ``best`` offer has one of these words."""
    found = [getattr(o, which) in set(words) for o in outcomes]
    return sum(found) / len(found) if found else 0.0


def measured(mutants: Iterable[Any]) -> Iterator[Outcome]:
    """Every mutant with its corrections, classified and timed."""
    correcting, recovery = helper("mutants_correcting"), helper("mutants_recovery")
    for mutant in mutants:
        corrected = correcting.corrected(mutant)
        yield Outcome(
            mutant, recovery.offers(mutant.equation, mutant.text, corrected.corrections), corrected.seconds
        )


def progress(outcomes: Iterable[Outcome], every: int, say: Any) -> Iterator[Outcome]:
    """The same outcomes, with a line now and then."""
    started = time.perf_counter()
    for number, outcome in enumerate(outcomes, 1):
        if number % every == 0:
            say(f"{number} mutants, {time.perf_counter() - started:.0f} s")
        yield outcome
