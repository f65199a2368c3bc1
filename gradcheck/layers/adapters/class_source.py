"""What the source of a class tells without running it: who calls whom, what is updated, what is guarded."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from gradcheck.layers.adapters.class_syntax import (
    assignments,
    called_always,
    called_in,
    gone_through_in,
    is_nothing,
    is_own,
    is_place,
    is_within,
    names_in,
    never_returns,
    parts,
    root_of,
    statements,
    targets,
    unpacked_in,
    whole,
    word,
)

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
            waiting += [n.attr for n in ast.walk(found[method]) if is_own(n)]
        return list(found.values())

    def is_stub(self, name: str) -> bool:
        """Whether a method has only a docstring, ``pass`` or ``...``, or always ends in an exception."""
        method = self.methods.get(name)
        if method is None:
            return False
        if self._never_returns(name, frozenset()):
            return True
        rest = [statement for statement in method.body if not is_nothing(statement)]
        passed_on = called_in(rest[0]) if len(rest) == 1 else None
        return not rest or (passed_on is not None and passed_on != name and self.is_stub(passed_on))

    def _never_returns(self, name: str, above: frozenset[str]) -> bool:
        """Whether a method ends in an exception, by itself or in a method that it calls in any case."""
        method = self.methods.get(name)
        if method is None or name in above:
            return False
        called = dict.fromkeys(called_always(method.body))
        return never_returns(method.body) or any(self._never_returns(n, above | {name}) for n in called)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name, attribute and string constant."""
        nodes = [n for m in self.methods.values() for n in ast.walk(m)]
        names = {n.id for n in nodes if isinstance(n, ast.Name)}
        names |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
        return frozenset(names | {w for n in nodes if (w := word(n)) is not None})

    @cached_property
    def updated(self) -> frozenset[str]:
        """The attributes of self from which something is subtracted, or to which something is added."""
        found: set[str] = set()
        for statement in statements(list(self.methods.values())):
            for target, value in assignments(statement):
                sides = [value.left, value.right] if isinstance(value, ast.BinOp) else []
                is_step = value is None or ast.unparse(target) in map(ast.unparse, sides)
                found |= {target.attr} if is_own(target) and is_step else set()
        return frozenset(found)

    def reads(self, name: str) -> list[str]:
        """The attributes of self that a method and those it calls read, in order."""
        return [n.attr for n in self._own(name) if isinstance(n.ctx, ast.Load)]

    def writes(self, name: str) -> list[str]:
        """The attributes of self that a method and those it calls assign or write into, in order."""
        return [w for m in self.reach(name) for t in targets(m) if (w := root_of(t))]

    def mentions(self, name: str, words: set[str]) -> bool:
        """Whether a method and those it calls contain one of these expressions."""
        nodes = (n for m in self.reach(name) for n in ast.walk(m))
        return any(ast.unparse(n) in words for n in nodes if isinstance(n, ast.expr))

    def own_updates(self, name: str) -> list[ast.expr]:
        """What is given a new value made from its old one and was not set afresh before: ``self.n += 1``."""
        fresh: set[str] = set()
        found = []
        for target, value in self._set(name):
            text = ast.unparse(whole(target))
            if value is None or text in {ast.unparse(n) for n in ast.walk(value) if is_place(n)}:
                found += [whole(target)] if not is_within(text, fresh) else []
            else:
                fresh.add(text)
        return found

    def added_to(self, name: str) -> list[ast.expr]:
        """Like ``own_updates``, but only what something is added to, by ``+=`` or ``+``."""
        added: set[str] = set()
        for node in [n for m in self.reach(name) for n in ast.walk(m)]:
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
                added.add(ast.unparse(whole(node.target)))
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                added |= {ast.unparse(node.left), ast.unparse(node.right)}
        return [t for t in self.own_updates(name) if ast.unparse(t) in added]

    def unpacked(self, name: str) -> set[str]:
        """The names that a method takes apart: ``a, b = pair``."""
        method = self.methods.get(name)
        return set(unpacked_in(method)) if method is not None else set()

    def gone_through(self, name: str) -> set[str]:
        """The names that a method goes through: ``for a in series``, ``zip(series, others)``."""
        method = self.methods.get(name)
        return set(gone_through_in(method)) if method is not None else set()

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
        for statement in statements(list(self.methods.values())):
            for target, value in assignments(statement):
                for here, there in ((target, value), (value, target)):
                    if is_own(here) and here.attr == container and (names := names_in(there)):
                        return names
        return ()

    def _own(self, name: str) -> Iterator[ast.Attribute]:
        for method in self.reach(name):
            yield from (node for node in ast.walk(method) if is_own(node))

    def _set(self, name: str) -> list[tuple[ast.expr, ast.expr | None]]:
        """Every place in self that a method and those it calls assign, with the value."""
        pairs = [pair for s in statements(self.reach(name)) for pair in assignments(s)]
        return [(part, value) for target, value in pairs for part in parts(target) if root_of(part)]

    def _set_by(self, statement: ast.stmt) -> Iterator[str]:
        yield from (w for t in targets(statement) if (w := root_of(t)))
        for node in ast.walk(statement):
            if is_own(node) and node.attr in self.methods:
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
