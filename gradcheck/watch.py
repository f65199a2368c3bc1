"""Runs again whenever a file that the last run depended on is saved; what has not changed is remembered."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from gradcheck.project import Flags
from gradcheck.report.style import plural
from gradcheck.searched import SUFFIXES, has_suffix

Run = Callable[[Flags, set[str]], int]
"""A run with these flags, which adds the files that it depended on to a set."""

_TICK = 0.2
_COARSE = 20_000_000
"""Nanoseconds by which the clock of a file system may be behind."""

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
Signature = dict[str, tuple[int, int] | None]


def watch(run: Run, flags: Flags) -> int:
    """Run, wait for a change, and run again until Ctrl-C. Never returns otherwise."""
    with tempfile.TemporaryDirectory(prefix="gradcheck-") as memory:
        flags = replace(flags, remember_in=Path(memory))
        while True:
            started = time.time_ns()
            seen = _said_in(flags)
            run(flags, seen)
            _say(f"gradcheck: watching {plural(len(seen), 'file')}; Ctrl-C ends it")
            wait_for_change(seen, started)
            if sys.stdout.isatty():
                print(_CLEAR, end="", flush=True)


def _said_in(flags: Flags) -> set[str]:
    """The files that may be at fault if nothing could be run."""
    named = {str(flags.config)} if flags.config is not None else {"pyproject.toml"}
    return named | ({flags.errata} if flags.errata not in (None, "none") else set())


def wait_for_change(files: Iterable[str], started: int) -> None:
    """Wait until a file is other than it was at a time, in nanoseconds, and saving has come to rest.

    A directory with a document counts as well, as another document may appear in it.
    """
    files = set(files)
    folders = {os.path.dirname(os.path.abspath(file)) for file in files if not file.endswith(".py")}
    watched = files | folders
    before = signature(watched)
    changed = any(_is_newer(file, started - _COARSE) for file in files | _documents_in(folders))
    while not changed:
        time.sleep(_TICK)
        changed = signature(watched) != before
    latest = signature(watched)
    while True:
        time.sleep(_TICK)
        if (now := signature(watched)) == latest:
            return
        latest = now


def signature(files: Iterable[str]) -> Signature:
    """When each file was changed and how long it is; None for one that is not there."""
    return {file: _status(file) for file in sorted(files)}


def _documents_in(folders: Iterable[str]) -> set[str]:
    """The documents in directories, of which some may have come during the run."""
    found: set[str] = set()
    for folder in folders:
        with suppress(OSError):
            found |= {entry.path for entry in os.scandir(folder) if has_suffix(entry.name, SUFFIXES)}
    return found


def _is_newer(file: str, moment: int) -> bool:
    """Whether a file was changed, or moved to where it is, after a moment."""
    try:
        return os.stat(file).st_ctime_ns > moment
    except OSError:
        return False


def _status(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
