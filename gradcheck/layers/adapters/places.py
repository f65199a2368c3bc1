"""Places inside an object: its attributes, and the entries of the dictionaries and lists that it holds."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_DEPTH = 5
_PRIVATE = re.compile(r"^_[^\W_]\w*?__(?=[^\W_])")
_MOST_ENTRIES = 512
_NOT_OPENED = (
    *(str, bytes, int, float, complex, type(None), type, range, slice, np.ndarray, np.generic),
    *(types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType),
)
_FOREIGN = frozenset("builtins numpy collections functools logging threading random re pathlib".split())
Place = tuple["Step", ...]
"""The way to a value: ``(attribute params, entry W)`` is ``object.params["W"]``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute or one entry; ``key`` is a name, a dictionary's key, or a position in a list."""

    key: Any
    is_attribute: bool

    @property
    def name(self) -> str:
        """The key as its author wrote it, without the class that Python adds to ``__private``.

        It is "" for the position in a list.
        """
        if not isinstance(self.key, str):
            return ""
        return _PRIVATE.sub("__", self.key) if self.is_attribute else self.key


class Absent:
    """The type of ``ABSENT``."""


ABSENT = Absent()
"""What is read at a place that does not exist."""


def attribute(name: str) -> Place:
    """The place of an attribute of the object itself."""
    return (Step(name, True),)


def walk(root: object) -> Iterator[tuple[Place, Any]]:
    """Every value held by an object, with its place; a value that is held twice is opened once.

    >>> class Layer:
    ...     def __init__(self):
    ...         self.params = {"W": 1.0}
    >>> [shown(place) for place, _ in walk(Layer())]
    ['params', 'params.W']
    """
    yield from _walk(root, (), {id(root)})


def _walk(holder: Any, place: Place, seen: set[int]) -> Iterator[tuple[Place, Any]]:
    for step, value in children(holder):
        here = (*place, step)
        yield here, value
        if len(here) < _DEPTH and is_holder(value) and id(value) not in seen:
            seen.add(id(value))
            yield from _walk(value, here, seen)


def children(holder: Any) -> list[tuple[Step, Any]]:
    """What a holder holds itself."""
    if isinstance(holder, dict):
        return [(Step(key, False), value) for key, value in holder.items()]
    if isinstance(holder, list | tuple):
        return [(Step(index, False), value) for index, value in enumerate(holder)]
    return [(Step(name, True), value) for name, value in attributes(holder).items()]


def attributes(owner: Any) -> dict[str, Any]:
    """The instance attributes of an object, those in slots included."""
    found = dict(getattr(owner, "__dict__", {}))
    for base in type(owner).__mro__:
        slots = base.__dict__.get("__slots__", ())
        names = [slots] if isinstance(slots, str) else list(slots)
        found |= {n: getattr(owner, n) for n in names if n not in found and hasattr(owner, n)}
    return {n: v for n, v in found.items() if n not in ("__dict__", "__weakref__")}


def is_holder(value: Any) -> bool:
    """Whether a value is opened: small dictionaries, lists and tuples, and objects of the user's own."""
    if isinstance(value, dict | list | tuple):
        return len(value) <= _MOST_ENTRIES
    if isinstance(value, _NOT_OPENED) or getattr(type(value), "is_spy", False):
        return False
    return type(value).__module__.partition(".")[0] not in _FOREIGN


def read(root: Any, place: Place) -> Any:
    """The value at a place, or ABSENT."""
    value = root
    for step in place:
        value = _step(value, step)
        if value is ABSENT:
            return ABSENT
    return value


def _step(holder: Any, step: Step) -> Any:
    if step.is_attribute:
        return getattr(holder, step.key, ABSENT)
    try:
        return holder[step.key]
    except (KeyError, IndexError, TypeError):
        return ABSENT


def write(root: Any, place: Place, value: Any) -> None:
    """Put a value at a place; a tuple on the way is replaced by a new one."""
    *above, last = place
    holder = read(root, tuple(above))
    if last.is_attribute:
        setattr(holder, last.key, value)
    elif isinstance(holder, tuple):
        changed = [value if i == last.key else v for i, v in enumerate(holder)]
        made = type(holder)(*changed) if hasattr(holder, "_fields") else tuple(changed)
        write(root, tuple(above), made)
    else:
        holder[last.key] = value


def remove(root: Any, place: Place) -> None:
    """Take away an attribute or an entry, if it is there and can be taken away."""
    *above, last = place
    holder = read(root, tuple(above))
    if _step(holder, last) is ABSENT:
        return
    if last.is_attribute:
        delattr(holder, last.key)
    elif isinstance(holder, dict | list):
        del holder[last.key]


def shown(place: Place) -> str:
    """A place as people write it, without the object itself.

    >>> shown((Step("layers", True), Step(0, False), Step("W", True)))
    'layers[0].W'
    """
    text = "".join(f"[{s.key}]" if isinstance(s.key, int) else f".{s.key}" for s in place)
    return text.removeprefix(".")
