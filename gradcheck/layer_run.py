"""Layers are code: they are checked in processes of their own, which may hang, print, exit or die."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from gradcheck.layer_worker import Loaded, serve
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerFinding, LayerVerdict, Trouble

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Progress = Callable[[int, int, str], None]
Task = str | Wanted
"""A target whose layers are to be named, or one that is to be checked."""

Result = list[str] | Layer | Trouble
_GRACE = 1.0


@dataclass(slots=True)
class _Worker:
    """A process, and the task that it works on: its place in the order, since when, and what came of it.

    ``loaded`` tells whether the task's module has been imported.
    """

    process: BaseProcess
    pipe: Connection
    place: int
    task: Task
    started: float
    results: list[Result]
    loaded: bool = False

    @property
    def target(self) -> str:
        return self.task if isinstance(self.task, str) else self.task.target

    def give(self, place: int, task: Task) -> None:
        """Hand over a task."""
        self.place, self.task, self.started, self.results = place, task, time.monotonic(), []
        self.loaded = False
        self.pipe.send(task)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run_tasks(
    tasks: Sequence[Task], jobs: int, timeout: float, progress: Progress | None = None
) -> Iterator[list[Result]]:
    """What became of each task, in order.

    ``timeout`` is in seconds for each, and as long again for importing it. A task that runs out of
    time, exits or kills its process gets a result that says so; its process is replaced, and the others
    go on.
    """
    waiting = deque(enumerate(tasks))
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    done: dict[int, list[Result]] = {}
    following = 0
    try:
        while following < len(tasks):
            while waiting and len(busy) < jobs:
                busy.append(_busy(idle, *waiting.popleft()))
            for worker in _finished(busy, timeout):
                busy.remove(worker)
                done[worker.place] = worker.results
                if worker.process.is_alive():
                    idle.append(worker)
                if progress:
                    progress(len(done) + following, len(tasks), worker.target)
            while following in done:
                yield done.pop(following)
                following += 1
    finally:
        for worker in (*busy, *idle):
            worker.end()


def _busy(idle: list[_Worker], place: int, task: Task) -> _Worker:
    """A worker at this task: one that is free, or a new one."""
    worker = idle.pop() if idle else _started(task)
    worker.give(place, task)
    return worker


def _started(task: Task) -> _Worker:
    context: Any = multiprocessing.get_context("fork" if _can_fork() else "spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, 0, task, 0.0, [])


def _can_fork() -> bool:
    """Whether a copy of this process is safe: on Linux, before numpy has started its threads."""
    return sys.platform == "linux" and "numpy" not in sys.modules


def _finished(busy: Sequence[_Worker], timeout: float) -> list[_Worker]:
    """The workers that are through with their task; those out of time are ended."""
    left = min(w.started for w in busy) + timeout - time.monotonic()
    ready = wait([w.pipe for w in busy], timeout=min(max(0.0, left), _GRACE))
    found = [w for w in busy if w.pipe in ready and _received(w)]
    for worker in busy:
        if worker not in found and time.monotonic() - worker.started > timeout:
            worker.end()
            worker.results.append(_failed(worker, "L403", _late(worker, timeout)))
            found.append(worker)
    return found


def _received(worker: _Worker) -> bool:
    """Take what a worker sent; whether it is through with its task."""
    try:
        message = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        worker.results.append(_failed(worker, "L404", _died(worker.process.exitcode)))
        return True
    if message is None:
        return True
    if isinstance(message, Loaded):
        worker.loaded, worker.started = True, time.monotonic()
    else:
        worker.results.append(message)
    return False


def _failed(worker: _Worker, code: str, message: str) -> Result:
    """The report on a layer that could not be checked, or the trouble with a file that cannot be imported."""
    if isinstance(worker.task, str) or not worker.loaded:
        return Trouble(worker.target, f"while it was imported: {message}")
    return Layer(
        worker.target,
        LayerVerdict.ERROR,
        findings=(LayerFinding(code, message),),
        seed=worker.task.settings.seed,
    )


def _late(worker: _Worker, timeout: float) -> str:
    advice = "try smaller inputs (--arg) or more time (--timeout)"
    if not worker.loaded:
        advice = 'put what it runs below `if __name__ == "__main__":`, or give it more time (--timeout)'
    return f"not finished after {timeout:g} seconds; {advice}"


def _died(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was killed by signal {-code}"
    return f"it ended the interpreter with exit code {code}"
