"""Where the built-in derivations are: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

_HEADING = re.compile(r"^#+[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def builtin_directory() -> Path:
    """The directory that holds the built-in derivations.

    Raises FileNotFoundError when the installation lacks them.
    """
    package = Path(str(files("gradcheck")))
    for directory in (package / "_derivations", package.parent / "derivations"):
        if directory.is_dir():
            return directory
    raise FileNotFoundError(f"this installation of gradcheck has no built-in derivations beside {package}")


def builtin_paths() -> list[Path]:
    """The built-in derivations, one Markdown document each, by name."""
    return sorted(builtin_directory().glob("*.md"))


def title_of(path: Path) -> str:
    """The first heading of a Markdown document, or its file name without the suffix."""
    heading = _HEADING.search(path.read_text(encoding="utf-8"))
    return heading[1] if heading else path.stem
