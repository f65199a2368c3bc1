"""How a file is named to people: as short as it can be from here."""

from __future__ import annotations

import os
from pathlib import Path


def short_path(path: str | Path) -> str:
    """The path from the working directory, or the absolute one if that is shorter.

    >>> short_path(Path.cwd() / "docs" / "norm.md") == os.path.join("docs", "norm.md")
    True
    """
    absolute = os.path.abspath(path)
    try:
        relative = os.path.relpath(absolute)
    except ValueError:  # another drive
        return absolute
    return min(relative, absolute, key=len)
