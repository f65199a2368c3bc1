"""Checks the files that pytest collects: each once, those of a directory together."""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from gradcheck.cache.results import Results
from gradcheck.cache.store import Store
from gradcheck.executing import Executed, execute
from gradcheck.gate import plan_of
from gradcheck.model import Report
from gradcheck.plan import Plan
from gradcheck.project import BadProject, Project
from gradcheck.pytest_project import homes_of
from gradcheck.pytest_sharing import one_at_a_time
from gradcheck.workers.runner import Runner
from gradcheck.workers.scheduling import Progress
from gradcheck.workers.tasks import Task

R = TypeVar("R")


class Checking:
    """The checks of one run of pytest. Files are named by their real paths."""

    def __init__(self, project: Project) -> None:
        """Plan what the command would check. Raises UsageError."""
        try:
            self._plan = plan_of(project)
        except BadProject as error:
            raise pytest.UsageError(f"gradcheck: {error}") from None
        self._project = project
        self.homes = homes_of(project)
        self._documents = [(self.homes.of_document(d.given.path), d) for d in self._plan.documents]
        self._layers = [(self.homes.of_target(one.wanted.target), one) for one in self._plan.layers]
        self._ledger = os.path.realpath(project.ledger_path) if project.ledger_path is not None else None
        self._store = Store(project.cache) if project.cache is not None else None
        self._asked: set[str] = set()
        self._waiting: set[str] = set()
        self._done: dict[str, Executed] = {}
        self._open = ExitStack()
        self._runner: Runner | None = None

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self._project.seed

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know of how it went."""
        seed = [f"the seed of this run is {self.seed}"] if self._project.seed_is_drawn else []
        return [*seed, *(self._store.notes if self._store is not None else ())]

    def covers(self, file: str) -> bool:
        """Whether something is configured in a file."""
        if file == self.homes.configuration and self._plan.troubles:
            return True
        return (
            file == self._ledger or self.has_layers(file) or any(home == file for home, _ in self._documents)
        )

    def has_layers(self, file: str) -> bool:
        """Whether layers are configured in a file."""
        return any(home == file for home, _ in self._layers)

    def ask(self, file: str) -> None:
        """Say that a file will be collected; it is checked together with the next that is."""
        self._asked.add(file)
        self._waiting.add(file)

    def tells_of_ledger(self, file: str) -> bool:
        """Whether a file is the ledger and will be collected, so that nothing else need tell of it."""
        return file == self._ledger and file in self._asked

    def executed(self, file: str) -> Executed:
        """What is found of a file. Raises KeyboardInterrupt."""
        if file not in self._done:
            if self._waiting - {file}:
                self._carried_out(self._plan_of({*self._waiting, file}))
            self._waiting.clear()
            self._done[file] = self._about_ledger() if file == self._ledger else self._about(file)
        return self._done[file]

    def close(self) -> None:
        """Leave no process."""
        self._open.close()
        self._runner = None
        if self._store is not None:
            self._store.prune()

    def _about(self, file: str) -> Executed:
        """As the command says it of this file."""
        troubles = self._plan.troubles if file == self.homes.configuration else ()
        return self._carried_out(replace(self._plan_of({file}), troubles=troubles))

    def _about_ledger(self) -> Executed:
        """What the command says of the ledger if it checks everything."""
        done = self._carried_out(replace(self._plan_of({self._ledger}), whole=True))
        notices = (n for n in done.report.notices if os.path.realpath(n.path) == self._ledger)
        return replace(done, report=Report(notices=tuple(notices), strict=done.report.strict))

    def _plan_of(self, files: Collection[str | None]) -> Plan:
        """What is planned in files; in the ledger those are the documents of its entries."""
        entries = {str(e.file) for e in self._plan.ledger.entries} if self._ledger in files else set()
        documents = (
            one
            for home, one in self._documents
            if home in files or os.path.realpath(one.given.path) in entries
        )
        layers = (one for home, one in self._layers if home in files)
        return replace(self._plan, documents=tuple(documents), layers=tuple(layers), troubles=(), whole=False)

    def _carried_out(self, plan: Plan) -> Executed:
        if self._runner is None:
            found = Results(self._store) if self._store is not None else None
            self._runner = self._open.enter_context(_Remembering(self._project.jobs, None, found))
        with warnings.catch_warnings(), one_at_a_time(self._project):
            warnings.simplefilter("ignore")  # no filter for tests may reach what is checked
            done = execute(plan, self._runner)
        if done.interrupted is not None:
            raise done.interrupted
        return done


class _Remembering(Runner):
    """A runner that does no task twice, be there a cache or not."""

    def __init__(self, jobs: int | None, dask: str | None, results: Results | None) -> None:
        super().__init__(jobs, dask, results)
        self._found: dict[str, Any] = {}

    def perform(self, tasks: Sequence[Task[R]], progress: Progress | None = None) -> Iterator[R]:
        """What becomes of each task, in order. Raises CannotSchedule, and KeyboardInterrupt."""
        new = {repr(task): task for task in tasks if repr(task) not in self._found}
        for name, result in zip(new, super().perform([*new.values()], progress), strict=True):
            self._found[name] = result
        return (self._found[repr(task)] for task in tasks)
