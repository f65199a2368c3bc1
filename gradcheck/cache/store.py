"""A directory of entries, each a file named by the digest of what it is about; a damaged one is as none."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from gradcheck.output import write_bytes
from gradcheck.short_path import short_path

AGE = 30 * 86_400
"""Seconds after which an entry that nobody asked for is deleted."""

_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache directory of gradcheck. It may be deleted.\n"
_PRUNING = 86_400


def digest(*parts: bytes | str) -> str:
    """A name for contents: equal parts have equal names, others do not.

    >>> digest("ab", "c") == digest(b"ab", b"c"), digest("ab", "c") == digest("a", "bc")
    (True, False)
    """
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()


class Store:
    """Entries in a directory. It never raises: what cannot be kept or read is told in ``notes``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.notes: list[str] = []
        self._shown = short_path(directory)
        self._writes = True

    def get(self, name: str) -> Any:
        """What was put under a name, or None."""
        path = self._path(name)
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._note(f"the cache {self._shown} cannot be read: {error.strerror or error}")
            return None
        checksum, _, text = data.partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != checksum:
            self._damaged(path)
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            self._damaged(path)
            return None
        self._touch(path)
        return found

    def put(self, name: str, value: Any) -> None:
        """Keep a value that JSON can hold."""
        if not self._writes:
            return
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        path = self._path(name)
        try:
            self._prepare(path.parent)
            write_bytes(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        except OSError as error:
            self._writes = False
            self._note(f"nothing is kept in the cache {self._shown}: {error.strerror or error}")

    def damaged(self, name: str) -> None:
        """An entry that can be read, but is not what it should be."""
        self._damaged(self._path(name))

    def prune(self) -> None:
        """Delete what nobody has asked for in a long time; looks once a day."""
        marker = self.directory / "pruned"
        now = time.time()
        with suppress(OSError):
            if marker.exists() and now - marker.stat().st_mtime < _PRUNING:
                return
            for path in self.directory.glob("??/*.json"):
                if now - path.stat().st_mtime > AGE:
                    path.unlink()
            marker.touch()

    def _path(self, name: str) -> Path:
        return self.directory / name[:2] / f"{name}.json"

    def _prepare(self, folder: Path) -> None:
        if folder.is_dir():
            return
        new = not self.directory.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        if new:
            (self.directory / "CACHEDIR.TAG").write_text(_TAG, encoding="utf-8")
            (self.directory / ".gitignore").write_text("*\n", encoding="utf-8")

    def _touch(self, path: Path) -> None:
        """Remember that it was asked for, where that may be written."""
        with suppress(OSError):
            os.utime(path)

    def _damaged(self, path: Path) -> None:
        self._note(f"damaged entries in the cache {self._shown} were ignored")
        with suppress(OSError):
            path.unlink()

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
