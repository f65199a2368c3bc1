"""What a Python file imports, read off its source: nothing is run."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache


def imported_files(file: str, roots: Sequence[str]) -> set[str]:
    """A file and those that it imports, directly or not, as real paths.

    Modules are looked for above the package of the file and in ``roots``; those that are not found there
    are libraries'.
    """
    found: set[str] = set()
    waiting = [os.path.realpath(file)]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        top, package = _package(one)
        for name in imported_names(one, _changed(one), package):
            waiting += module_files(name, (top, *roots))
    return found


@cache
def imported_names(file: str, changed: int, package: str) -> tuple[str, ...]:
    """The modules that the source of a file, changed at a time, may mean by its imports, and their packages.

    Relative ones are those of ``package``. None for a file that is no Python.
    """
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ()
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            names.update(dict.fromkeys([base, *(f"{base}.{alias.name}" for alias in node.names)]))
    return tuple(dict.fromkeys(part for name in names for part in _with_parents(name)))


def _base(node: ast.ImportFrom, package: str) -> str:
    """The module that names are imported from, relative ones made absolute."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _with_parents(name: str) -> Iterable[str]:
    """A module and the packages that it is in, which are imported with it."""
    parts = name.split(".")
    return (".".join(parts[:n]) for n in range(1, len(parts) + 1))


def _package(file: str) -> tuple[str, str]:
    """The directory above the package of a file, and the package's name, "" for none."""
    parts: list[str] = []
    folder = os.path.dirname(file)
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
        parts.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    return folder, ".".join(parts)


def module_files(name: str, roots: Iterable[str]) -> Iterator[str]:
    """The files in which a module may be."""
    for root in roots:
        path = os.path.join(root, *name.split("."))
        for file in (f"{path}.py", os.path.join(path, "__init__.py")):
            if os.path.isfile(file):
                yield os.path.realpath(file)


def _changed(file: str) -> int:
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return 0
