"""The library: the definitions of common layers and losses, one Markdown document each.

>>> "batchnorm" in library_names()
True
>>> library_title("layernorm")
'Layer normalisation'
"""

from __future__ import annotations

import difflib
from pathlib import Path

from gradcheck.builtin import builtin_directory, title_of
from gradcheck.derive.derivation import CannotDerive


def library_names() -> tuple[str, ...]:
    """The names that `builtin` knows, in order."""
    return tuple(sorted(path.stem for path in _directory().glob("*.md")))


def library_title(name: str) -> str:
    """The heading of one document of the library."""
    return title_of(_directory() / f"{name}.md")


def builtin(name: str) -> tuple[str, bytes]:
    """The path and the bytes of a document of the library; case, blanks and hyphens do not matter.

    Raises `CannotDerive`, with the names that are near, where there is none.
    """
    known = {_plain(n): n for n in library_names()}
    found = known.get(_plain(name))
    if found is None:
        near = difflib.get_close_matches(_plain(name), known, 3)
        words = ", ".join(known[n] for n in near)
        help = f"did you mean {words}?" if near else f"known are {', '.join(known.values())}"
        raise CannotDerive(f"the library has no definitions called {name!r}", help=help)
    path = _directory() / f"{found}.md"
    return str(path), path.read_bytes()


def _directory() -> Path:
    return builtin_directory() / "layers"


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
