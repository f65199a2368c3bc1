"""A process at the other end of a pipe: started as cheaply as is safe, watched while it works, ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.workers.tasks import Failure, Limits, Why
from gradcheck.workers.worker import ENDING, IDLE, serve

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_TICK = 0.05
_DYING = 1.0
_REAPING = threading.Lock()
"""To start a process is to look after all others, too; two threads must not reap the same one."""


class Unfinished(Exception):
    """A process did not answer; it has been ended."""

    def __init__(self, why: Why, words: str) -> None:
        super().__init__(words)
        self.why, self.words = why, words

    def failure(self, loaded: bool) -> Failure:
        """The same as it is reported."""
        return Failure(self.why, self.words, loaded)


class Process:
    """A running process that serves tasks of one kind."""

    def __init__(self, kind: type, directory: str | None = None) -> None:
        context: Any = multiprocessing.get_context("fork" if can_fork() else "spawn")
        pipes: tuple[Connection, Connection] = context.Pipe()
        self._pipe, theirs = pipes
        self._process: BaseProcess = context.Process(
            target=serve, args=(theirs, kind, directory), daemon=True
        )
        with _REAPING:
            self._process.start()
        theirs.close()
        self._idle_since = time.monotonic()

    @property
    def is_fit(self) -> bool:
        """Whether it can be relied on to take another task, and will not end for want of one."""
        return time.monotonic() - self._idle_since < IDLE / 2

    def send(self, task: object) -> None:
        """Hand over a task. One that has died is found out by its silence."""
        try:
            self._pipe.send(task)
        except OSError:
            return

    def receive(self, until: float, limits: Limits) -> Any:
        """The next message, waited for until that time. Raises Unfinished."""
        while not self._pipe.poll(self._pause(until, limits)):
            if limits.memory is not None and self._resident() > limits.memory:
                self.end()
                raise Unfinished(Why.LARGE, f"it used more than {limits.memory / 1024**3:.3g} GiB")
            if time.monotonic() > until:
                self.end()
                raise Unfinished(Why.LATE, f"not finished after {limits.seconds:g} seconds")
        self._idle_since = time.monotonic()
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            raise Unfinished(Why.DEAD, _died(self._exit_code())) from None

    def kill(self) -> None:
        """Make it die, from any thread; whoever waits for it then ends it."""
        self._process.kill()

    def end(self) -> None:
        """Make it die, and leave nothing of it."""
        self.kill()
        self._reap()
        self._pipe.close()

    def _exit_code(self) -> int | None:
        """How it died; one that only closed its pipe is killed."""
        self._reap(_DYING)
        self.end()
        return self._process.exitcode

    def _reap(self, patience: float | None = None) -> None:
        with _REAPING:
            self._process.join(patience)

    def _pause(self, until: float, limits: Limits) -> float:
        left = max(0.0, until - time.monotonic())
        return left if limits.memory is None else min(left, _TICK)

    def _resident(self) -> int:
        """Its resident memory in bytes, 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def can_fork() -> bool:
    """Whether a copy of this process is cheap and safe: no threads of its own or of numpy's yet."""
    alone = threading.active_count() == 1 == len(sys._current_frames())  # of others' threads, too
    return sys.platform == "linux" and "numpy" not in sys.modules and alone


@contextmanager
def interrupts_held() -> Iterator[None]:
    """What ends a run waits: it must find neither a process half started nor one that nobody knows."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _died(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was killed by signal {-code}"
    return f"it ended the interpreter with exit code {code}"
