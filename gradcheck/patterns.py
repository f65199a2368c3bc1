"""The files that a pattern such as ``docs/**/*.md`` stands for.

``*``, ``?`` and ``[…]`` are as in a shell and match no hidden name; ``**`` is a directory and all below it
that are searched for documents. What exists under the very name is that, whatever signs are in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from glob import escape, has_magic
from pathlib import Path

from gradcheck.searched import SUFFIXES, files_below, folders_below, has_suffix


def matching_files(root: Path, pattern: str, suffixes: frozenset[str] = SUFFIXES) -> list[str]:
    """The files that a pattern stands for, sorted, as absolute paths; root is where it is relative to.

    A directory that is named, as in ``docs``, ``docs/**`` or ``*/``, stands for every file with one of the
    suffixes below it. A pattern that leaves the suffix open matches such files only.
    """
    parts = Path(pattern).parts
    directories_only = pattern.endswith("/") or parts[-1:] == ("**",)
    places = _followed(str(root), parts)
    if directories_only or not parts:
        found = [file for place in places for file in files_below(place, suffixes)]
    else:
        found = [file for place in places for file in _standing_for(place, parts[-1], suffixes)]
    return sorted({os.path.normpath(file) for file in found})


def is_excluded(file: str, root: Path, patterns: Iterable[str]) -> bool:
    """Whether a pattern matches an absolute path or a directory above it.

    A pattern of one part, such as ``drafts`` or ``*.old.md``, matches at any depth below the root.

    >>> is_excluded("/x/a/drafts/b.md", Path("/x"), ["drafts"]), is_excluded("/x/b.md", Path("/x"), ["a/**"])
    (True, False)
    """
    names = Path(file).parts
    return any(_fits(names, _from_the_top(root, pattern)) for pattern in patterns)


def _followed(root: str, parts: Sequence[str]) -> list[str]:
    """What exists where the parts of a path or of a pattern lead to."""
    places = [root]
    for part in parts:
        if part == "**":
            places = _all_below(places)
        else:
            places = [place for folder in _distinct(places) for place in _step(folder, part)]
    return places


def _all_below(places: Iterable[str]) -> list[str]:
    """The directories and those below them, each walked once."""
    found: dict[str, None] = {}
    for place in sorted(_distinct(places), key=len):
        if place not in found:
            found.update(dict.fromkeys(folders_below(place)))
    return list(found)


def _distinct(places: Iterable[str]) -> Iterable[str]:
    """One name, the shortest, for each place: links that lead in circles would give ever more."""
    shortest_last = sorted(places, key=lambda place: (len(place), place), reverse=True)
    return {os.path.realpath(place): place for place in shortest_last}.values()


def _step(folder: str, part: str) -> list[str]:
    if part == "..":
        return [os.path.dirname(os.path.realpath(folder))]
    place = os.path.join(folder, part)
    if os.path.lexists(place):
        return [place]
    return _entries(folder, part) if has_magic(part) else []


def _entries(folder: str, part: str) -> list[str]:
    """The entries that fit; a directory that cannot be listed has none."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    hidden = part.startswith(".")
    return [os.path.join(folder, n) for n in names if n.startswith(".") == hidden and fnmatch(n, part)]


def _standing_for(place: str, last: str, suffixes: frozenset[str]) -> Iterable[str]:
    """The files that a place stands for, which the last part of a pattern names outright or matches."""
    outright = not has_magic(last) or os.path.basename(place) == last
    if os.path.isdir(place):
        return files_below(place, suffixes) if outright else []
    return [place] if outright or _fixes_suffix(last) or has_suffix(place, suffixes) else []


def _fixes_suffix(last: str) -> bool:
    suffix = os.path.splitext(last)[1]
    return suffix != "" and not has_magic(suffix)


def _from_the_top(root: Path, pattern: str) -> tuple[str, ...]:
    """The parts of a pattern, from the root of the file system on."""
    base = Path(escape(str(root)))
    if len(Path(pattern).parts) == 1 and not pattern.endswith("/"):
        base /= "**"
    return Path(os.path.normpath(base / pattern)).parts


def _fits(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a beginning of the names fits the parts."""
    ends = {0}
    for part in parts:
        if part == "**":
            ends = {end for start in ends for end in range(start, len(names) + 1)}
        else:
            ends = {end + 1 for end in ends if end < len(names) and fnmatch(names[end], part)}
    return bool(ends)
