"""Keeps what a layer prints away from the report: the file descriptors themselves are turned aside."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


class Printed:
    """A file that takes standard output and standard error, C libraries' included."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._read = 0

    def fileno(self) -> int:
        """The descriptor to write to."""
        return self._file.fileno()

    def take(self) -> str:
        """What was written since the last time, at most 64 KiB of it."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._file.seek(self._read)
        data = self._file.read(65536)
        self._read = self._file.seek(0, os.SEEK_END)
        return data.decode("utf-8", "replace")


@contextmanager
def contained(printed: Printed) -> Iterator[None]:
    """Within, everything printed goes to ``printed``, and standard input is empty."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(n) for n in (0, 1, 2)]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(printed.fileno(), 1)
    os.dup2(printed.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, saved in enumerate(kept):
            os.dup2(saved, number)
            os.close(saved)
        os.close(nothing)
