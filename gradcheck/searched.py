"""Which files of a directory are documents, and which directories are searched for them."""

from __future__ import annotations

import os
from collections.abc import Iterator

SUFFIXES = frozenset({".md", ".markdown", ".tex", ".txt", ".ipynb", ".rst", ".html"})
"""The documents that are looked for in a directory; a named file is read whatever its suffix."""

SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "build", "dist", "site-packages"})
"""Directories that are not searched, like every hidden one."""


def files_below(directory: str, suffixes: frozenset[str] = SUFFIXES) -> Iterator[str]:
    """The files with one of the suffixes in a directory and in those below it."""
    for folder, names in _walk(directory):
        yield from (os.path.join(folder, name) for name in sorted(names) if has_suffix(name, suffixes))


def folders_below(directory: str) -> Iterator[str]:
    """A directory and those below it that are searched."""
    return (folder for folder, _ in _walk(directory))


def has_suffix(name: str, suffixes: frozenset[str] = SUFFIXES) -> bool:
    """Whether a file found in a directory is one that is looked for."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in suffixes


def _walk(directory: str) -> Iterator[tuple[str, list[str]]]:
    """Each directory that is searched, with the names of its files; links to directories are not followed."""
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        yield folder, names
