"""Pieces of the syntax tree of a method: its statements, what they assign, and what of that is in self."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard


def is_own(node: ast.AST | None) -> TypeGuard[ast.Attribute]:
    """Whether a node is an attribute of self."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def is_place(node: ast.AST) -> bool:
    """Whether a node is an attribute or an entry of something."""
    return isinstance(node, ast.Attribute | ast.Subscript)


def word(node: ast.AST) -> str | None:
    """The identifier that a string constant spells."""
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) and text.isidentifier() else None


def is_nothing(statement: ast.stmt) -> bool:
    """Whether a statement does nothing, or only says that a method is to be written."""
    if isinstance(statement, ast.Raise):
        return statement.exc is not None and "NotImplemented" in ast.unparse(statement.exc)
    if isinstance(statement, ast.Return):
        return statement.value is None or ast.unparse(statement.value) in ("None", "NotImplemented")
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)


def never_returns(body: list[ast.stmt]) -> bool:
    """Whether statements end in an exception, whatever happens before: a method that is to be written."""
    last = body[-1] if body else None
    is_end = isinstance(last, ast.Raise) or (
        isinstance(last, ast.Assert) and isinstance(last.test, ast.Constant) and not last.test.value
    )
    return is_end and not any(isinstance(n, ast.Return) for s in body for n in ast.walk(s))


def called_always(body: list[ast.stmt]) -> Iterator[str]:
    """The methods of self that statements call outside of branches and loops."""
    simple = [s for s in body if isinstance(s, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)]
    for node in [n for s in simple for n in ast.walk(s)]:
        if isinstance(node, ast.Call) and is_own(node.func):
            yield node.func.attr


def called_in(statement: ast.stmt) -> str | None:
    """The method of self whose result a statement returns, if it does nothing else."""
    value = statement.value if isinstance(statement, ast.Return) else None
    return value.func.attr if isinstance(value, ast.Call) and is_own(value.func) else None


def statements(methods: list[ast.FunctionDef]) -> list[ast.stmt]:
    """Every statement, inner ones included, in source order."""
    return [n for m in methods for n in _in_order(m) if isinstance(n, ast.stmt)]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        yield from _in_order(child)


def assignments(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr | None]]:
    """Each target with its value, None for the value of an augmented assignment."""
    if isinstance(statement, ast.AugAssign):
        return [(statement.target, None)]
    if isinstance(statement, ast.Assign):
        return [(t, statement.value) for t in statement.targets]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [(statement.target, statement.value)]
    return []


def targets(node: ast.AST) -> list[ast.expr]:
    """Everything that is assigned somewhere in a node."""
    pairs = [pair for n in ast.walk(node) if isinstance(n, ast.stmt) for pair in assignments(n)]
    return [part for target, _ in pairs for part in parts(target)]


def parts(target: ast.expr) -> list[ast.expr]:
    """The targets in a target that unpacks."""
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def root_of(node: ast.expr) -> str:
    """The attribute of self in which an expression lies, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript) and not is_own(node):
        node = node.value
    return str(node.attr) if isinstance(node, ast.Attribute) else ""


def whole(node: ast.expr) -> ast.expr:
    """An expression without the indices into an array: ``self.dW[i]`` is a part of ``self.dW``."""
    while isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
        node = node.value
    return node


def is_within(text: str, places: set[str]) -> bool:
    """Whether the text of a place is one of these, or lies in one of them."""
    return any(text == p or text.startswith((f"{p}[", f"{p}.")) for p in places)


def names_in(node: ast.expr | None) -> tuple[str, ...]:
    """The names in a tuple or list of names and attributes, or none."""
    if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
        return ()
    names = [getattr(e, "attr", None) or getattr(e, "id", None) for e in node.elts]
    return tuple(n for n in names if n) if all(names) else ()


def unpacked_in(node: ast.AST) -> Iterator[str]:
    """The names that are assigned to several targets at once."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Name):
            is_several = any(isinstance(t, ast.Tuple | ast.List) and len(t.elts) > 1 for t in part.targets)
            yield from [part.value.id] if is_several else []


def gone_through_in(node: ast.AST) -> Iterator[str]:
    """The names over which there is a loop, alone or together with something else."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "zip":
            yield from (a.id for a in part.args if isinstance(a, ast.Name))
        elif isinstance(part, ast.comprehension | ast.For) and isinstance(part.iter, ast.Name):
            yield part.iter.id
