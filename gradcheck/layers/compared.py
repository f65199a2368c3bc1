"""The texts that a function tells apart by one of its parameters, read off its source without running it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ALIKE = ("lower", "upper", "casefold", "strip")


def compared_texts(function: Callable[..., Any], name: str) -> tuple[str, ...]:
    """The texts with which a parameter is compared, or among which it is looked up, in source order.

    That is ``name == "relu"``, ``name in ("relu", "tanh")``, ``case "relu"`` and ``{"relu": …}[name]``.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return ()
    reader = _Reader(name, dict(_assigned(tree)), getattr(inspect.unwrap(function), "__globals__", {}))
    nodes = sorted(ast.walk(tree), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))
    return tuple(dict.fromkeys(text for node in nodes for text in reader.compared(node)))


def _assigned(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _cases(node: ast.Match) -> Iterator[ast.expr]:
    for case in node.cases:
        yield from (n.value for n in ast.walk(case.pattern) if isinstance(n, ast.MatchValue))


@dataclass(frozen=True, slots=True)
class _Reader:
    """One parameter's name, and what the other names in its function stand for."""

    name: str
    local: Mapping[str, ast.expr]
    globals: Mapping[str, Any]

    def compared(self, node: ast.AST) -> Iterator[str]:
        """The texts that one node compares the parameter with."""
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(self._is_meant, sides)):
                yield from (text for side in sides for text in self._texts(side))
        elif isinstance(node, ast.Match) and self._is_meant(node.subject):
            yield from (text for value in _cases(node) for text in self._texts(value))
        elif isinstance(node, ast.Subscript) and self._is_meant(node.slice):
            yield from self._texts(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            yield from self._texts(node.func.value if any(map(self._is_meant, node.args[:1])) else None)

    def _is_meant(self, node: ast.expr) -> bool:
        """Whether an expression is the parameter, ``name.lower()`` included."""
        while (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ALIKE
        ):
            node = node.func.value
        return isinstance(node, ast.Name) and node.id == self.name

    def _texts(self, node: ast.expr | None, deeper: bool = True) -> Iterator[str]:
        """The texts that an expression is, or holds: a literal, or a name of one."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield from (text for part in node.elts for text in self._texts(part, False))
        elif isinstance(node, ast.Dict):
            yield from (text for key in node.keys for text in self._texts(key, False))
        elif isinstance(node, ast.Name) and deeper:
            yield from self._named(node.id)

    def _named(self, name: str) -> Iterator[str]:
        if name in self.local:
            yield from self._texts(self.local[name], False)
        elif isinstance(found := self.globals.get(name), str | dict | tuple | list | set | frozenset):
            yield from (text for text in ([found] if isinstance(found, str) else found) if type(text) is str)
