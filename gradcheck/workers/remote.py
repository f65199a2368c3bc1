"""The part of a run that happens inside a Dask worker, on processes that the worker keeps for the run."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.workers.crew import Crew
from gradcheck.workers.tasks import Task

_CREWS: dict[str, Crew] = {}
"""The crew of each run; that of a run which is over stays, dismissed, for units that arrive late."""

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a worker does for a run: units of tasks whose paths are relative to ``directory``."""

    run: str
    directory: str

    def __call__(self, unit: Sequence[Task[Any]]) -> list[Any]:
        return _crew(self.run, self.directory).perform(unit)


def dismiss_here(run: str) -> None:
    """Kill the processes that work here for a run, and let no other begin."""
    with _LOCK:
        crew = _CREWS[run] = _CREWS.get(run) or Crew()
    crew.dismiss(patience=0.0)


def version_here() -> str:
    """The version of gradcheck in this process."""
    from importlib.metadata import version

    return version("gradcheck")


def _crew(run: str, directory: str) -> Crew:
    with _LOCK:
        multiprocessing.current_process().daemon = False  # or the worker may not have processes of its own
        return _CREWS.setdefault(run, Crew(directory))
