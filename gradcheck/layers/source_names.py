"""What the source of a function tells without running it: the names that it returns, where it stands."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def returned_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names in the last ``return`` of a function's own body, "" for what is no plain name.

    Empty if there is no source or nothing is returned. Attributes and subscripts give
    their last name, as ``self.dW`` and ``grads["dW"]`` do.
    """
    tree = _definition(function)
    if tree is None:
        return ()
    returns = [node.value for node in _own(tree) if isinstance(node, ast.Return) and node.value is not None]
    if not returns:
        return ()
    last = returns[-1]
    parts = last.elts if isinstance(last, ast.Tuple | ast.List) else [last]
    return tuple(_name(part) for part in parts)


def place(function: Any) -> tuple[str | None, int | None]:
    """The file and the line in which something is defined, as far as they can be found."""
    found = inspect.unwrap(function) if callable(function) else function
    code = getattr(getattr(found, "__func__", found), "__code__", None)
    if code is not None:
        return code.co_filename, code.co_firstlineno
    try:
        return inspect.getsourcefile(found), inspect.getsourcelines(found)[1]
    except (OSError, TypeError):
        return None, None


def _definition(function: Callable[..., Any]) -> ast.FunctionDef | None:
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    first = tree.body[0] if tree.body else None
    return first if isinstance(first, ast.FunctionDef) else None


def _own(tree: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of functions inside it, in source order."""
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            found += [node, *_own(node)]
    return found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""
