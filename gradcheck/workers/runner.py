"""Does tasks that have to be done, and remembers those that were done before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import TypeVar

from gradcheck.cache.results import Results
from gradcheck.workers.crew import Crew
from gradcheck.workers.scheduling import Progress, perform_all
from gradcheck.workers.tasks import Task

R = TypeVar("R")


class Runner:
    """Where and how tasks are done; a context, at whose end no process is left."""

    def __init__(self, jobs: int | None, dask: str | None, results: Results | None) -> None:
        self._jobs, self._dask, self._results = jobs, dask, results
        self._crew = Crew()

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._crew.dismiss()

    def perform(self, tasks: Sequence[Task[R]], progress: Progress | None = None) -> Iterator[R]:
        """What becomes of each task, in order. Raises CannotSchedule, and KeyboardInterrupt."""
        known = [self._results.known(task) if self._results else None for task in tasks]
        missing = [task for task, result in zip(tasks, known, strict=True) if result is None]
        with closing(perform_all(missing, self._jobs, self._dask, crew=self._crew)) as found:
            for number, (task, result) in enumerate(zip(tasks, known, strict=True), 1):
                done = result if result is not None else self._kept(task, next(found))
                if progress:
                    progress(number, len(tasks), task.label)
                yield done
            for _ in found:  # so that it ends by itself, and leaves the processes for more work
                pass

    def _kept(self, task: Task[R], result: R) -> R:
        if self._results:
            self._results.keep(task, result)
        return result
