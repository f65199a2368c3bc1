"""What this installation is: another version of anything that decides may decide otherwise."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from pathlib import Path

from gradcheck.cache.store import digest
from gradcheck.installed import version_of

_DECIDING = ("gradcheck", "numpy", "sympy", "mpmath", "gmpy2", "ml_dtypes")


@cache
def installation() -> str:
    """A name for the versions and for the files of gradcheck itself, which may be a checkout."""
    versions = [f"{package} {version_of(package)}" for package in _DECIDING]
    return digest(sys.version, platform.machine(), *versions, *_own_files())


def _own_files() -> list[str]:
    """Each file of the package with its content: times differ from one installation to the next."""
    root = Path(__file__).parents[1]
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(folder, name)
            found.append(f"{os.path.relpath(path, root)} {digest(Path(path).read_bytes())}")
    return found
