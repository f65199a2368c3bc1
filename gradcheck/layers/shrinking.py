"""The smallest shapes at which a layer still fails in the same argument."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from gradcheck.layers.checking import check_target
from gradcheck.layers.errors import LayerError
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.sampling.shrinking import resized, sizes_of
from gradcheck.model import LayerVerdict

_SECONDS = 5.0
_SMALL = (1, 2, 3, 4, 5)


def shrunk(job: Job, argument: str) -> Job:
    """The job at the smallest sizes found, within five seconds.

    Every axis of one length shrinks together, the longest first, so that arguments keep fitting.
    """
    until = time.monotonic() + _SECONDS
    choice = job.choice
    for size in sorted(sizes_of(choice), reverse=True):
        for smaller in _candidates(size):
            if time.monotonic() > until:
                return job.with_choice(choice)
            trial = _resized(choice, size, smaller)
            if trial is not None and _fails(job.with_choice(trial), argument):
                choice = trial
                break
    return job.with_choice(choice)


def _candidates(size: int) -> Iterator[int]:
    yield from dict.fromkeys(n for n in (*_SMALL, size // 4, size // 2) if 0 < n < size)


def _resized(choice: Choice, size: int, smaller: int) -> Choice | None:
    try:
        return resized(choice, {size: smaller})
    except ValueError:
        return None


def _fails(job: Job, argument: str) -> bool:
    try:
        with np.errstate(all="ignore"):
            outcome = check_target(job.target(), job.settings)
    except (LayerError, ValueError):
        return False
    return outcome.verdicts.get(argument) is LayerVerdict.FAIL
