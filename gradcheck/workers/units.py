"""Tasks put together in units, each for one process, so that a file is imported once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from gradcheck.workers.tasks import Task

R = TypeVar("R")
LARGEST = 8
"""The most tasks in a unit, whose results come together."""

_ROUNDS = 4


def units_of(tasks: Sequence[Task[R]], jobs: int) -> Iterator[list[Task[R]]]:
    """The tasks in order, consecutive ones of a file together where enough units for all remain."""
    size = max(1, min(LARGEST, len(tasks) // (_ROUNDS * jobs)))
    for _, same in groupby(tasks, key=lambda task: task.file):
        run = list(same)
        yield from (run[at : at + size] for at in range(0, len(run), size))
