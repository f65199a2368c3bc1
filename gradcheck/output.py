"""Where a report goes: to standard output, or whole to a file, never half-written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


def emit(text: str, output: str | None) -> None:
    """Write a report to a file, or to standard output. Raises OSError."""
    if output is None:
        write_stdout(text)
    else:
        write_file(Path(output), text)


def write_stdout(text: str) -> None:
    """Print; a character that the terminal's encoding lacks is escaped, a closed pipe is no error.

    Raises OSError, such as that of a full disk.
    """
    with _lasting_stdout():
        write_stream(text, sys.stdout)


def write_stderr(text: str) -> None:
    """Say something on standard error. Where that cannot be, nobody can be told, and the run goes on."""
    try:
        write_stream(text, sys.stderr)
    except OSError:
        discard(sys.stderr)


def write_stream(text: str, stream: TextIO) -> None:
    """Print to a stream; a character that its encoding lacks is escaped."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def write_stdout_bytes(data: bytes) -> None:
    """Print bytes as they are; a closed pipe is no error. Raises OSError."""
    with _lasting_stdout():
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


def write_file(path: Path, text: str) -> None:
    """Write a report, whole or not at all. Raises OSError."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write aside in the same directory, then rename, so that no reader sees half a file. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = path.resolve()
    handle, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _make_like(Path(aside), target)
        os.replace(aside, target)
    except BaseException:
        os.unlink(aside)
        raise


def _make_like(aside: Path, target: Path) -> None:
    """Give a file the permissions and, where that is allowed, the owner of the one that it replaces."""
    if target.exists():
        old = target.stat()
        if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):
                os.chown(aside, old.st_uid, old.st_gid)
        os.chmod(aside, old.st_mode & 0o777)
    else:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside, 0o666 & ~mask)


def discard(stream: TextIO) -> None:
    """Point a stream at nothing, so that what it still holds does not make Python's own end fail as well."""
    with suppress(OSError):  # a stream that is no file
        number = stream.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)


@contextmanager
def _lasting_stdout() -> Iterator[None]:
    """Meanwhile standard output may break: it is given up, and a closed pipe is no error."""
    try:
        yield
    except OSError as error:
        discard(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise
