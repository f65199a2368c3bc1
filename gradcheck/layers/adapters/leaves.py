"""Arrays inside dictionaries, lists and tuples, each under a name of its own: ``params.w``, ``xs.0``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class Division:
    """Named values divided into the arrays to differentiate and the names of what is held fixed."""

    point: dict[str, Array]
    fixed: tuple[str, ...]


def divide(named: Iterable[tuple[str, object]], fixed: Collection[str]) -> Division:
    """Float arrays are differentiated unless they, or what they are part of, are fixed.

    >>> w = np.ones(2)
    >>> divide([("p.w", w), ("p.k", np.arange(2)), ("eps", 1e-5), ("m", w)], {"m"})
    Division(point={'p.w': array([1., 1.])}, fixed=('p.k', 'eps', 'm'))
    """
    point: dict[str, Array] = {}
    held: list[str] = []
    for name, value in named:
        if isinstance(value, np.ndarray) and is_float_array(value) and not _is_fixed(name, fixed):
            point[name] = value
        else:
            held.append(name)
    return Division(point, tuple(held))


def leaves(name: str, value: object) -> list[tuple[str, object]]:
    """The arrays of a value by path, along with what stands beside them; a value without arrays is one leaf.

    >>> [path for path, _ in leaves("p", {"w": np.ones(2), "bs": [np.ones(1), 3]})]
    ['p.w', 'p.bs.0', 'p.bs.1']
    >>> leaves("kernel", (3, 3))
    [('kernel', (3, 3))]
    """
    found: list[tuple[str, object]] = []
    mapped(lambda path, leaf: found.append((path, leaf)), value, name)
    return found if any(isinstance(leaf, np.ndarray) for _, leaf in found) else [(name, value)]


def with_leaves(name: str, value: Any, new: Mapping[str, object]) -> Any:
    """The same value with the leaves that ``new`` names replaced.

    >>> with_leaves("p", {"w": 1, "b": (2, 3)}, {"p.b.1": 4})
    {'w': 1, 'b': (2, 4)}
    """
    return mapped(new.get, value, name)


def mapped(change: Callable[[str, Any], Any], value: Any, path: str = "") -> Any:
    """The same containers around changed leaves; ``change`` is told the path of each leaf.

    >>> mapped(lambda path, leaf: f"{path}={leaf}", {"a": [1, 2]}, "x")
    {'a': ['x.a.0=1', 'x.a.1=2']}
    """
    if isinstance(value, Mapping):
        return {key: mapped(change, child, f"{path}.{key}") for key, child in value.items()}
    if not isinstance(value, tuple | list):
        return change(path, value)
    children = [mapped(change, child, f"{path}.{place}") for place, child in enumerate(value)]
    return type(value)(*children) if hasattr(value, "_fields") else type(value)(children)


def _is_fixed(name: str, fixed: Collection[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[: i + 1]) in fixed for i in range(len(parts)))
