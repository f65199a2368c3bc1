"""The processes of a run: each takes one unit of work at a time, and all can be dismissed at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

from gradcheck.workers.supervised import Dismissed, Supervised
from gradcheck.workers.tasks import Task

R = TypeVar("R")
_LEAVING = 10.0


class Crew:
    """As many processes as are at work at the same time; a context, at whose end none is left."""

    def __init__(self, directory: str | None = None) -> None:
        self._directory = directory
        self._everyone: list[Supervised] = []
        self._idle: list[Supervised] = []
        self._changed = threading.Condition()
        self._dismissed = False

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss()

    def enlist(self, number: int, kind: type) -> None:
        """Have so many processes ready, which is cheap as long as there are no threads here."""
        while len(self._everyone) < number:
            self._idle.append(self._hired())
        for member in self._everyone:
            member.start(kind)

    def perform(self, unit: Sequence[Task[R]]) -> list[R]:
        """The results of tasks that one process does one after another; none once dismissed."""
        try:
            with self._member(unit[0].home) as member:
                return [member.perform(task) for task in unit]
        except Dismissed:
            return []

    def dismiss(self, patience: float = _LEAVING) -> None:
        """Kill every process at once, and wait for the threads that were at work with them."""
        with self._changed:
            self._dismissed = True
            for member in self._everyone:
                member.dismiss()
            self._changed.wait_for(lambda: len(self._idle) == len(self._everyone), patience)
            for member in self._idle:
                member.end()

    @contextmanager
    def _member(self, home: str) -> Iterator[Supervised]:
        member = self._taken(home)
        try:
            yield member
        finally:
            with self._changed:
                self._idle.append(member)
                self._changed.notify_all()

    def _taken(self, home: str) -> Supervised:
        """Somebody idle, best who has been at this home, else who has been nowhere; or somebody new."""
        with self._changed:
            if self._dismissed:
                raise Dismissed
            if not self._idle:
                return self._hired()
            best = min(self._idle, key=lambda m: (m.home != home, m.home is not None))
            self._idle.remove(best)
            return best

    def _hired(self) -> Supervised:
        self._everyone.append(Supervised(self._directory))
        return self._everyone[-1]
