"""A document replaced by its corrected self: whole or not at all, and only if it is as it was read."""

from __future__ import annotations

import os
from pathlib import Path

from gradcheck.output import write_bytes


class CannotRewrite(Exception):
    """The file stays as it is; the message says why."""


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Put ``after`` where ``before`` stands, following links and keeping the permissions.

    Raises CannotRewrite.
    """
    try:
        target = path.resolve(strict=True)
        if not target.is_file():
            raise CannotRewrite("cannot be written: it is not a regular file")
        if _is_read_only(target):
            raise CannotRewrite("cannot be written: it is read-only")
        now = target.read_bytes()
        if now not in (before, after):
            raise CannotRewrite("cannot be written: it has changed since it was read")
        if now != after:
            write_bytes(target, after)
    except OSError as error:
        raise CannotRewrite(f"cannot be written: {error.strerror or error}") from None


def _is_read_only(target: Path) -> bool:
    """Whether nobody may write the file, or not this user; a superuser is held to the former."""
    return not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK))
