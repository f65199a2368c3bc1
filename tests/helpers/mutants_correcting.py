"""The corrections that the checker offers for a mutant, and how long they took."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mutants_corpus import ALGEBRA
from mutants_drawing import Mutant

from gradcheck.documents.check import judge_all
from gradcheck.documents.correcting.corrections import correct
from gradcheck.documents.reading.collect import collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.symbols.topics import parts_of
from gradcheck.model import Correction


@dataclass(frozen=True)
class Corrected:
    """Corrections in the order in which they are offered."""

    corrections: tuple[Correction, ...]
    seconds: float


def corrected(mutant: Mutant) -> Corrected:
    """The mutated document judged, then the mutated claim alone corrected; only the latter is timed."""
    source = read_source(mutant.equation.document.path, mutant.text.encode())
    collected = collect(source)
    judged = judge_all(collected, parts_of(collected), ALGEBRA)
    found = [item for item in judged if item.sign_start == mutant.equation.sign]
    started = time.perf_counter()
    correct(source, collected, found)
    seconds = time.perf_counter() - started
    return Corrected(tuple(c for item in found for c in item.judgement.corrections), seconds)
