"""One way in which all work is done: in turn, by several processes, or on a Dask cluster.

Whichever it is, results come in the order of the tasks, and each is what the task gives by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import TypeVar

from gradcheck.processors import processors
from gradcheck.workers.crew import Crew
from gradcheck.workers.parallel import closed, outputs
from gradcheck.workers.tasks import Task
from gradcheck.workers.units import units_of

R = TypeVar("R")
Progress = Callable[[int, int, str], None]
"""Called with how many tasks are done, how many there are, and the label of the latest one."""


def perform_all(
    tasks: Sequence[Task[R]],
    jobs: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> Generator[R]:
    """What becomes of each task, in order.

    ``jobs`` is how many processes work, None for as many as pay off; ``dask`` is the address of a
    scheduler whose workers do it instead. The processes of ``crew`` are left for further work; without
    one they end with the last task. Whenever this generator is closed or interrupted, all are killed at
    once. Raises CannotSchedule.
    """
    with closing(_performed(tasks, jobs, dask, crew)) as results:
        for number, (task, result) in enumerate(zip(tasks, results, strict=True), 1):
            if progress:
                progress(number, len(tasks), task.label)
            yield result


def _performed(
    tasks: Sequence[Task[R]], jobs: int | None, dask: str | None, crew: Crew | None
) -> Generator[R]:
    if dask is not None and tasks:
        from gradcheck.workers.cluster import on_cluster

        return on_cluster(tasks, dask)
    return _here(tasks, _workers(jobs, len(tasks)), crew)


def _here(tasks: Sequence[Task[R]], workers: int, crew: Crew | None) -> Generator[R]:
    """The results, worked out on this machine."""
    members = crew or Crew()
    finished = False
    try:
        yield from _in_turn(tasks, members) if workers <= 1 else _at_once(tasks, workers, members)
        finished = True
    finally:
        if crew is None or not finished:
            members.dismiss()


def _in_turn(tasks: Sequence[Task[R]], crew: Crew) -> Iterator[R]:
    for task in tasks:
        yield from crew.perform([task])


def _at_once(tasks: Sequence[Task[R]], workers: int, crew: Crew) -> Iterator[R]:
    """Each unit by a thread that drives a process."""
    crew.enlist(workers, type(tasks[0]))  # before joblib brings threads and numpy
    found = outputs(crew.perform, units_of(tasks, workers), n_jobs=workers, backend="threading")
    with closed(found, crew.dismiss):
        for results in found:
            yield from results


def _workers(jobs: int | None, tasks: int) -> int:
    """How many processes work: one for each processor, but not more than there are tasks."""
    return min(jobs or processors(), tasks)
