"""What the source of a class tells without running it: who calls whom, what is updated, what is guarded."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeGuard

_GUARDS = ("none", "hasattr", "init", "built", "not self.")


@dataclass(frozen=True)
class ClassSource:
    """The methods of a class and its bases as syntax trees; without source it is empty."""

    methods: dict[str, ast.FunctionDef]

    def reach(self, name: str) -> list[ast.FunctionDef]:
        """A method and those that it calls on self, in the order in which they are met."""
        found: dict[str, ast.FunctionDef] = {}
        waiting = [name]
        while waiting:
            method = waiting.pop(0)
            if method in found or method not in self.methods:
                continue
            found[method] = self.methods[method]
            waiting += [n.attr for n in ast.walk(found[method]) if _is_own(n)]
        return list(found.values())

    def is_stub(self, name: str) -> bool:
        """Whether a method has only a docstring, ``pass``, ``...`` or ``raise NotImplementedError``."""
        method = self.methods.get(name)
        return method is not None and all(_is_nothing(statement) for statement in method.body)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name, attribute and string constant."""
        nodes = [n for m in self.methods.values() for n in ast.walk(m)]
        names = {n.id for n in nodes if isinstance(n, ast.Name)}
        names |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
        return frozenset(names | {w for n in nodes if (w := _word(n)) is not None})

    def reads(self, name: str) -> list[str]:
        """The attributes of self that a method and those it calls read, in order."""
        return [n.attr for n in self._own(name) if isinstance(n.ctx, ast.Load)]

    def writes(self, name: str) -> list[str]:
        """The attributes of self that a method and those it calls assign or write into, in order."""
        return [w for m in self.reach(name) for t in _targets(m) if (w := _root(t))]

    def mentions(self, name: str, words: set[str]) -> bool:
        """Whether a method and those it calls contain one of these expressions."""
        nodes = (n for m in self.reach(name) for n in ast.walk(m))
        return any(ast.unparse(n) in words for n in nodes if isinstance(n, ast.expr))

    def own_updates(self, name: str) -> list[ast.expr]:
        """What is given a new value made from its old one and was not set afresh before: ``self.n += 1``."""
        fresh: set[str] = set()
        found = []
        for target, value in self._set(name):
            text = ast.unparse(_whole(target))
            if value is None or text in {ast.unparse(n) for n in ast.walk(value) if _is_place(n)}:
                found += [_whole(target)] if not _is_fresh(text, fresh) else []
            else:
                fresh.add(text)
        return found

    def added_to(self, name: str) -> list[ast.expr]:
        """Like ``own_updates``, but only what is added to by ``+=``."""
        added = {
            ast.unparse(_whole(s.target))
            for s in _statements(self.reach(name))
            if isinstance(s, ast.AugAssign) and isinstance(s.op, ast.Add)
        }
        return [t for t in self.own_updates(name) if ast.unparse(t) in added]

    def built_lazily(self, name: str) -> set[str]:
        """The attributes of self that a method sets only if they are not there yet, itself or by a method."""
        found: set[str] = set()
        for node in [n for m in self.reach(name) for n in ast.walk(m) if isinstance(n, ast.If)]:
            test = ast.unparse(node.test).lower()
            if any(guard in test for guard in _GUARDS):
                found |= {w for s in node.body for w in self._set_by(s)}
        return found

    def entries_of(self, container: str) -> tuple[str, ...]:
        """The names that stand for the entries of ``self.container`` where it is made or unpacked."""
        for statement in _statements(list(self.methods.values())):
            for target, value in _assignments(statement):
                for here, there in ((target, value), (value, target)):
                    if _is_own(here) and here.attr == container and (names := _names(there)):
                        return names
        return ()

    def _own(self, name: str) -> Iterator[ast.Attribute]:
        for method in self.reach(name):
            yield from (node for node in ast.walk(method) if _is_own(node))

    def _set(self, name: str) -> list[tuple[ast.expr, ast.expr | None]]:
        """Every place in self that a method and those it calls assign, with the value."""
        pairs = [pair for s in _statements(self.reach(name)) for pair in _assignments(s)]
        return [(part, value) for target, value in pairs for part in _parts(target) if _root(part)]

    def _set_by(self, statement: ast.stmt) -> Iterator[str]:
        yield from (w for t in _targets(statement) if (w := _root(t)))
        for node in ast.walk(statement):
            if _is_own(node) and node.attr in self.methods:
                yield from self.writes(node.attr)


@cache
def source_of(kind: type) -> ClassSource:
    """The source of a class, method by method, so that it is found however the class was loaded."""
    methods: dict[str, ast.FunctionDef] = {}
    for base in kind.__mro__:
        for name, value in vars(base).items():
            if name not in methods and (tree := _tree(value)) is not None:
                methods[name] = tree
    return ClassSource(methods)


def _tree(member: Any) -> ast.FunctionDef | None:
    function = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
    if not inspect.isfunction(inspect.unwrap(function) if callable(function) else function):
        return None
    try:
        parsed = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    first = parsed.body[0] if parsed.body else None
    return first if isinstance(first, ast.FunctionDef) else None


def _is_own(node: ast.AST | None) -> TypeGuard[ast.Attribute]:
    """Whether a node is an attribute of self."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Subscript)


def _word(node: ast.AST) -> str | None:
    """The identifier that a string constant spells."""
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) and text.isidentifier() else None


def _is_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return statement.exc is not None and "NotImplemented" in ast.unparse(statement.exc)
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)


def _statements(methods: list[ast.FunctionDef]) -> list[ast.stmt]:
    return [n for m in methods for n in _in_order(m) if isinstance(n, ast.stmt)]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        yield from _in_order(child)


def _assignments(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr | None]]:
    """Each target with its value, None for the value of an augmented assignment."""
    if isinstance(statement, ast.AugAssign):
        return [(statement.target, None)]
    if isinstance(statement, ast.Assign):
        return [(t, statement.value) for t in statement.targets]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [(statement.target, statement.value)]
    return []


def _targets(node: ast.AST) -> list[ast.expr]:
    pairs = [pair for n in ast.walk(node) if isinstance(n, ast.stmt) for pair in _assignments(n)]
    return [part for target, _ in pairs for part in _parts(target)]


def _parts(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _root(node: ast.expr) -> str:
    """The attribute of self in which an expression lies, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript) and not _is_own(node):
        node = node.value
    return str(node.attr) if isinstance(node, ast.Attribute) else ""


def _whole(node: ast.expr) -> ast.expr:
    """An expression without the indices into an array: ``self.dW[i]`` is a part of ``self.dW``."""
    while isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
        node = node.value
    return node


def _is_fresh(text: str, fresh: set[str]) -> bool:
    return any(text == f or text.startswith((f"{f}[", f"{f}.")) for f in fresh)


def _names(node: ast.expr | None) -> tuple[str, ...]:
    """The names in a tuple or list of names and attributes, or none."""
    if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
        return ()
    names = [getattr(e, "attr", None) or getattr(e, "id", None) for e in node.elts]
    return tuple(n for n in names if n) if all(names) else ()
