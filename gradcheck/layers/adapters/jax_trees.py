"""Arguments and results of jax functions taken apart into leaves by path: ``x``, ``params.w``, ``xs.0``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework


@dataclass(frozen=True, slots=True)
class Tree:
    """A pytree as its leaves by path, and jax's account of its structure."""

    leaves: dict[str, Any]
    structure: Any

    def with_leaves(self, new: Mapping[str, Any]) -> Any:
        """The pytree with the leaves that ``new`` names replaced."""
        changed = [new.get(path, leaf) for path, leaf in self.leaves.items()]
        return framework("jax").tree_util.tree_unflatten(self.structure, changed)

    def named(self, name: str) -> list[tuple[str, Any]]:
        """The leaves by path, or the whole under its own name if no leaf is an array."""
        if any(isinstance(leaf, np.ndarray) for leaf in self.leaves.values()):
            return list(self.leaves.items())
        return [(name, self.with_leaves({}))]


def tree(name: str, value: Any, none_is_leaf: bool = False) -> Tree:
    """A value taken apart; every path starts with ``name``."""
    is_leaf = (lambda leaf: leaf is None) if none_is_leaf else None
    found, structure = framework("jax").tree_util.tree_flatten_with_path(value, is_leaf=is_leaf)
    return Tree({".".join((name, *map(_key, path))): leaf for path, leaf in found}, structure)


def tree_leaves(value: Any) -> list[Any]:
    """The leaves of a pytree."""
    return list(framework("jax").tree_util.tree_leaves(value))


def _key(entry: Any) -> str:
    """A dictionary's key, a place in a sequence, or the name of an attribute."""
    for kind in ("key", "idx", "name"):
        if hasattr(entry, kind):
            return str(getattr(entry, kind))
    return str(entry)
