"""The names of items among pytest's nodes: ``layers.py::conv::x[1]`` is ``x`` at the second case of ``conv``.

pytest takes what follows the first bracket of an id for parameters, which only a last name may have.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradcheck.items import Item
from gradcheck.layers.loading import parted
from gradcheck.model import Notice
from gradcheck.pytest_project import files_of
from gradcheck.report.style import plain


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and its name, below that of a layer if it has one.

    ``elsewhere`` is the file that it is about, if that is not the one with which it was checked.
    """

    item: Item
    name: str
    layer: str | None = None
    elsewhere: str | None = None


def placed(items: Iterable[Item], file: str) -> Iterator[Placed]:
    """The items of a file, no two with the same name."""
    seen: Counter[tuple[str | None, ...]] = Counter()
    for item in items:
        layer, name, elsewhere = where = _where(item, file)
        seen[where] += 1
        yield Placed(item, _numbered(name, seen[where]), layer, elsewhere)


def _where(item: Item, file: str) -> tuple[str | None, str, str | None]:
    """The layer, the name, and the other file of an item."""
    path = os.path.realpath(item.suite)
    if path == file:
        return None, _safe(item.name), None
    if any(isinstance(problem, Notice) for problem in item.problems):
        return None, _safe(item.name), path
    where, target = parted(item.suite)
    is_own = file == os.path.realpath(where) or file in files_of(where)
    layer = target if target and is_own else item.suite
    layer, bracket, case = layer.partition("[")
    return _safe(layer), _safe(item.name + bracket + case), None


def _safe(name: str) -> str:
    r"""A name that is whole in an id, with brackets at its end only.

    >>> _safe("a::b"), _safe("a\nb"), _safe("a[b][c]"), _safe("a[b]c")
    ('a:b', 'a␊b', 'a[b][c]', 'a(b)c')
    """
    while "::" in name:
        name = name.replace("::", ":")
    if "[" in name and not name.endswith("]"):
        name = name.replace("[", "(").replace("]", ")")
    return plain(name)


def _numbered(name: str, times: int) -> str:
    """A name that has been there before, with a number.

    >>> _numbered("x[0]", 1), _numbered("x[0]", 2)
    ('x[0]', 'x-2[0]')
    """
    before, bracket, behind = name.partition("[")
    return name if times == 1 else f"{before}-{times}{bracket}{behind}"
