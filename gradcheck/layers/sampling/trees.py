"""Values inside tuples, lists and dictionaries: visit them, rebuild the containers around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Path = tuple[str | int, ...]


def mapped(value: object, change: Callable[[object, Path], object], path: Path = ()) -> object:
    """The same containers around changed leaves; ``change`` is told where each leaf stands.

    >>> mapped({"a": [1, 2]}, lambda leaf, path: (leaf, path))
    {'a': [(1, ('a', 0)), (2, ('a', 1))]}
    """
    if type(value) is dict:
        return {k: mapped(v, change, (*path, str(k))) for k, v in value.items()}
    if type(value) is list:
        return [mapped(v, change, (*path, i)) for i, v in enumerate(value)]
    if type(value) is tuple:
        return tuple(mapped(v, change, (*path, i)) for i, v in enumerate(value))
    return change(value, path)


def leaves(value: object) -> Iterator[tuple[object, Path]]:
    """Every leaf and where it stands.

    >>> list(leaves((1, {"k": 2})))
    [(1, (0,)), (2, (1, 'k'))]
    """
    found: list[tuple[object, Path]] = []
    mapped(value, lambda leaf, path: found.append((leaf, path)))
    return iter(found)
