"""A failure at inputs that were guessed may be the guess's fault: other inputs and other readings are tried.

A reading under which everything passes counts if nothing but it speaks against the layer:

* the same shapes but for axes of length 1, or without an optional input: that reading is meant;
* another shape of something that is broadcast, such as a bias: the mistake is the layer's, because a sum
  that is forgotten looks just like that;
* another shape of weights: nobody can tell, and the user has to say;
* any other shape, or a derivative that is written in terms of the output: that reading is meant.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gradcheck.layers.checking import check_target
from gradcheck.layers.errors import LayerError
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.naming import is_broadcast, is_weight
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.model import LayerVerdict

_MOST = 60
_SECONDS = 3.0


class Says(Enum):
    """What a passing alternative says of the failure."""

    MEANT = "the alternative is what is meant"
    WRONG = "the failure stands"
    OPEN = "it depends on what is meant"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another job that passes, and what follows from that."""

    job: Job
    says: Says


def passing_alternative(job: Job, others: Iterator[Choice]) -> Alternative | None:
    """The first other reading or choice of inputs under which every argument passes."""
    until = time.monotonic() + _SECONDS
    for candidate in _candidates(job, others):
        if time.monotonic() > until:
            return None
        if _passes(candidate):
            return Alternative(candidate, _weighed(job, candidate))
    return None


def _candidates(job: Job, others: Iterator[Choice]) -> Iterator[Job]:
    for subject in getattr(job.subject, "alternatives", ()):
        yield job.with_subject(subject)
    for _, choice in zip(range(_MOST), others, strict=False):
        yield job.with_choice(choice)


def _passes(job: Job) -> bool:
    try:
        with np.errstate(all="ignore"):
            target = job.target()
            outcome = check_target(target, job.settings)
    except (LayerError, ValueError):
        return False
    verdicts = outcome.verdicts.values()
    return bool(verdicts) and not outcome.problems and all(v is LayerVerdict.PASS for v in verdicts)


def _weighed(job: Job, other: Job) -> Says:
    shared = set(job.choice) & set(other.choice)
    changed = [n for n in shared if _extent(job.choice[n]) != _extent(other.choice[n])]
    if any(is_broadcast(n) for n in changed):
        return Says.WRONG
    return Says.OPEN if any(is_weight(n) for n in changed) else Says.MEANT


def _extent(value: Spec | Fixed) -> tuple[int, ...]:
    """The lengths of the axes that are longer than 1."""
    return tuple(n for n in value.sizes if n != 1)
