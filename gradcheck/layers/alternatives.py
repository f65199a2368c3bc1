"""A failure at inputs that were guessed may be the guess's fault: other inputs and other readings are tried.

What a passing alternative says depends on how it differs:

* in axes of length 1 only, in an optional input, or in that a derivative is written in terms of the output:
  that reading is meant;
* in the shape of something that is broadcast, such as a bias: the failure stands, because a sum that is
  forgotten looks just like that;
* in the shape of weights: nobody can tell, and the user has to say, unless the labels change as well, from
  classes to numbers, because then the task is another one;
* in numbers from another range: the failure stands, because a branch of the code may not be entered there;
* in any other shape: the failure stands if the values were wrong, because a mistake often does not show in
  a vector; the other shape is meant if it has more axes and is that of another input, as a mean's is that of
  the variance, or if the backward could not be run at all.
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
from gradcheck.layers.naming import is_broadcast, is_constant, is_weight
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


def passing_alternative(job: Job, others: Iterator[Choice], broken: bool) -> Alternative | None:
    """The first other reading or choice of inputs under which every argument passes.

    ``broken`` says that the backward could not be run, or not in the right shapes.
    """
    until = time.monotonic() + _SECONDS
    for candidate in _candidates(job, others):
        if time.monotonic() > until:
            return None
        if _passes(candidate):
            return Alternative(candidate, _weighed(job, candidate, broken))
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


def _weighed(job: Job, other: Job, broken: bool) -> Says:
    shared = [n for n in job.choice if n in other.choice]
    changed = [n for n in shared if _extent(job.choice[n]) != _extent(other.choice[n])]
    if any(is_broadcast(n) for n in changed):
        return Says.WRONG
    if any(is_weight(n) for n in changed):
        return Says.MEANT if any(is_constant(n) for n in changed) else Says.OPEN
    moved = any(_range(job.choice[n]) != _range(other.choice[n]) for n in shared if n not in changed)
    more = all(len(_extent(other.choice[n])) >= len(_extent(job.choice[n])) for n in changed)
    alike = more and all(_has_twin(n, other.choice) for n in changed)
    return Says.WRONG if moved or not (broken or alike) else Says.MEANT


def _has_twin(name: str, choice: Choice) -> bool:
    """Whether another input has the same shape, as a mean and a variance do."""
    return any(n != name and v.sizes == choice[name].sizes for n, v in choice.items())


def _range(value: Spec | Fixed) -> str:
    """What kind of real numbers are drawn; labels may be of any kind."""
    return str(value.kind) if isinstance(value, Spec) and value.kind in ("normal", "uniform") else ""


def _extent(value: Spec | Fixed) -> tuple[int, ...]:
    """The lengths of the axes that are longer than 1."""
    return tuple(n for n in value.sizes if n != 1)
