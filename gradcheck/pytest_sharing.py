"""How workers of pytest-xdist share work: one checks, the others wait for what it leaves in the cache."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gradcheck.project import Project


@contextmanager
def one_at_a_time(project: Project) -> Iterator[None]:
    """Hold the file of the configuration, which every worker has; without a cache each works for itself."""
    path = project.configuration.path
    if path is None or project.cache is None or "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    with open(path, "rb") as file, _held(file.fileno()):
        yield


@contextmanager
def _held(file: int) -> Iterator[None]:
    """Wait for a file that another may hold, and hold it, where the system has that."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:  # to close it is not enough: the processes that were started meanwhile have it open, too
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
