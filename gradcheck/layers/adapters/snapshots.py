"""What an object held at one moment: what has been written since, and putting it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.places import ABSENT, Place, is_holder, read, remove, walk, write


@dataclass(frozen=True, slots=True)
class Kept:
    """A value as it was: the object itself, and its content where that can change in place."""

    value: Any
    content: Any

    def is_unchanged(self, now: Any) -> bool:
        """Whether a value is the same object with the same content, or an equal plain value."""
        if now is not self.value:
            return _is_plain(now) and type(now) is type(self.value) and bool(now == self.value)
        if isinstance(now, np.ndarray):
            return self.content is None or _equal(now, self.content)
        if isinstance(now, dict):
            return _same(now.values(), self.content.values()) and list(now) == list(self.content)
        return not isinstance(now, list) or _same(now, self.content)

    def put_back(self, root: Any, place: Place) -> None:
        """Make the place hold this object again, with this content."""
        if read(root, place) is not self.value:
            write(root, place, self.value)
        if self.content is self.value:
            return
        if isinstance(self.value, np.ndarray):
            if self.content is not None and self.value.flags.writeable:
                self.value[...] = self.content
        elif isinstance(self.value, dict):
            self.value.clear()
            self.value.update(self.content)
        elif isinstance(self.value, list):
            self.value[:] = self.content


class Snapshot:
    """The values below an object, as they are when this is made.

    The content of arrays is copied at the places in ``contents``, or at all of them.
    """

    def __init__(self, root: object, contents: Collection[Place] | None = None) -> None:
        self.root = root
        self.kept = {
            place: Kept(value, _content(value, contents is None or place in contents))
            for place, value in walk(root)
        }

    def written(self) -> set[Place]:
        """The places that are new, or whose value has changed, in place or not."""
        now = dict(walk(self.root))
        return {p for p, v in now.items() if p not in self.kept or not self.kept[p].is_unchanged(v)}

    def restore(self, places: Iterable[Place]) -> None:
        """Put back what was at these places; what was not there is removed."""
        for place in sorted(places, key=len):
            if (kept := self.kept.get(place)) is not None:
                kept.put_back(self.root, place)
            elif read(self.root, place[:-1]) is not ABSENT and isinstance(place[-1].key, str):
                remove(self.root, place)

    def refill(self) -> None:
        """Put back what was taken away or set to None, such as a cache that a backward uses up."""
        for place, kept in self.kept.items():
            if kept.value is not None and read(self.root, place) is None:
                write(self.root, place, kept.value)
            elif isinstance(kept.value, list) and len(kept.value) < len(kept.content):
                kept.value[:] = kept.content
            elif isinstance(kept.value, dict) and kept.content.keys() - kept.value.keys():
                now = {**kept.content, **kept.value}
                kept.value.clear()
                kept.value.update(now)
            elif len(place) == 1 and read(self.root, place) is ABSENT:
                write(self.root, place, kept.value)


def _content(value: Any, with_arrays: bool) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy() if with_arrays and value.dtype != object else None
    if isinstance(value, dict | list) and is_holder(value):
        return value.copy()
    return value


def _equal(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str | np.generic)


def _same(a: Iterable[Any], b: Iterable[Any]) -> bool:
    """Whether two series hold the same objects."""
    first, second = list(a), list(b)
    return len(first) == len(second) and all(x is y for x, y in zip(first, second, strict=True))
