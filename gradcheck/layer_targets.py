"""Where a configured layer stands: ``path/to/file.py:name``, a pattern of files, ``package.module:name``."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable
from glob import has_magic
from pathlib import Path

from gradcheck.configured import ConfiguredLayer
from gradcheck.patterns import matching_files
from gradcheck.short_path import short_path

_PYTHON = frozenset({".py"})


def check_asked(row: ConfiguredLayer) -> Hashable:
    """What tells one check from another: a target, however it is spelled, its inputs and its backward.

    >>> check_asked(ConfiguredLayer("./a.py:f")) == check_asked(ConfiguredLayer("a.py:f"))
    True
    """
    where, name = _parted(row.target)
    place = os.path.normpath(where) if _is_file(where) else where
    # Python takes 1, 1.0 and true for equal; as inputs they differ.
    return place + name, json.dumps(row.args, sort_keys=True), row.backward


def is_pattern(target: str) -> bool:
    """Whether a target stands for several files.

    >>> is_pattern("src/**/layers.py"), is_pattern("layers.py:LAYERS[0]")
    (True, False)
    """
    return has_magic(_parted(target)[0])


def targets(root: Path, target: str) -> list[tuple[str, str | None]]:
    """The targets, each with its absolute file; None for a module. Files are found from root."""
    where, name = _parted(target)
    if not _is_file(where):
        return [(target, None)]
    files = matching_files(root, where, _PYTHON) if has_magic(where) else [os.path.normpath(root / where)]
    return [(short_path(file) + name, file) for file in files]


def _parted(target: str) -> tuple[str, str]:
    """The file, pattern or module, and the colon with the name, which may lack."""
    where, colon, name = target.rpartition(":")
    return (where, colon + name) if colon and "/" not in name and "\\" not in name else (target, "")


def _is_file(where: str) -> bool:
    return where.endswith(".py") or "/" in where or "\\" in where or has_magic(where)
