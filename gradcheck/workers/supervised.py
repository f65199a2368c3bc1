"""Tasks done one after another in a process that is replaced when it dies or has to be killed."""

from __future__ import annotations

import threading
import time
from typing import Any, TypeVar

from gradcheck.workers.process import Process, Unfinished, interrupts_held
from gradcheck.workers.tasks import Failure, Task, Why
from gradcheck.workers.worker import Begun, Loaded

R = TypeVar("R")
_STARTING = 60.0
"""Seconds that a process may take to start, on top of what its first task may take."""


class Dismissed(Exception):
    """The work was called off."""


class Supervised:
    """One process at a time, and what it has done so far."""

    def __init__(self, directory: str | None = None) -> None:
        self._directory = directory
        self._process: Process | None = None
        self._home: str | None = None
        self._dismissed = False
        self._lock = threading.Lock()

    @property
    def home(self) -> str | None:
        """Where its process has imported from, None if it has done nothing yet."""
        return self._home

    def start(self, kind: type) -> Process:
        """Start the process unless it runs. Raises Dismissed."""
        with interrupts_held(), self._lock:
            if self._dismissed:
                raise Dismissed
            if self._process is None:
                self._process, self._home = Process(kind, self._directory), None
            return self._process

    def perform(self, task: Task[R]) -> R:
        """Do a task, within its limits. Raises Dismissed.

        What is said of a task is its own doing: if one fails in a process that has done others, as
        memory may have been theirs, it is done again in a fresh one.
        """
        try:
            if self._home not in (None, task.home) or (self._process and not self._process.is_fit):
                self.end()
            used = self._home is not None
            sent, failure = self._attempt(task)
            if used and failure is not None and failure.why is not Why.LATE:
                sent, failure = self._attempt(task)
            return task.result(sent, failure)
        except BaseException:
            self.end()
            raise

    def dismiss(self) -> None:
        """Kill the process, from any thread, and start no other."""
        with self._lock:
            self._dismissed = True
            if self._process is not None:
                self._process.kill()

    def end(self) -> None:
        """Leave no process."""
        with interrupts_held(), self._lock:
            if self._process is not None:
                self._process.end()
            self._process = self._home = None

    def _attempt(self, task: Task[R]) -> tuple[list[Any], Failure | None]:
        """What the process sent, and why that is not all."""
        process = self.start(type(task))
        self._home = task.home
        process.send(task)
        sent: list[Any] = []
        loaded = False
        until = time.monotonic() + _STARTING + task.limits.seconds
        try:
            while (message := process.receive(until, task.limits)) is not None:
                if isinstance(message, Begun | Loaded):
                    loaded = isinstance(message, Loaded)
                    until = time.monotonic() + task.limits.seconds
                else:
                    sent.append(message)
        except Unfinished as stop:
            self._forget()
            return sent, stop.failure(loaded)
        return sent, None

    def _forget(self) -> None:
        """The process has ended. Raises Dismissed if that was wanted."""
        with self._lock:
            self._process = self._home = None
            if self._dismissed:
                raise Dismissed
