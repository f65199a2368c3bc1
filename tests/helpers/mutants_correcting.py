"""The corrections that the checker offers for a mutant, and how long they took."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mutants_corpus import ALGEBRA, judged
from mutants_drawing import Mutant

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Correction


@dataclass(frozen=True)
class Corrected:
    """Corrections in the order in which they are offered."""

    corrections: tuple[Correction, ...]
    seconds: float


def corrected(mutant: Mutant) -> Corrected:
    """The mutated document checked with corrections; the time is what that takes beyond the verdicts."""
    path, text = mutant.equation.document.path, mutant.text
    started = time.perf_counter()
    judged(path, text)
    verdicts = time.perf_counter() - started
    started = time.perf_counter()
    document = check_source(path, text.encode(), ALGEBRA)
    seconds = max(0.0, time.perf_counter() - started - verdicts)
    claim = next((c for c in document.claims if _offset(text, c) == mutant.equation.sign), None)
    return Corrected(claim.corrections if claim is not None else (), seconds)


def _offset(text: str, claim: Claim) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: claim.place.line - 1])) + claim.place.column - 1
