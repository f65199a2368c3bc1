"""The meaning of the nodes of Python's syntax tree that may stand in an input; all others are refused."""

from __future__ import annotations

import ast
import io
import math
from typing import Any, NoReturn

from gradcheck.layers.sampling.calls import CALLS, called, example
from gradcheck.layers.sampling.spec_error import SpecError, hint

NAMES = {"true": True, "false": False, "null": None, "nan": math.nan, "inf": math.inf}
_WORDS = {"BinOp": "arithmetic", "Attribute": "a dot", "Subscript": "an index"}


class Reader:
    """Reads the nodes of one text. Raises SpecError with the column of the node that is refused."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="").readlines()

    def read(self, node: ast.expr) -> Any:
        """The value of a node: a literal, a Spec, or a Fixed for what was loaded."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return node.value
            case ast.Name(id=name) if name in NAMES:
                return NAMES[name]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self._signed(node.op, operand)
            case ast.Tuple(elts=items):
                return tuple(self.read(item) for item in items)
            case ast.List(elts=items):
                return [self.read(item) for item in items]
            case ast.Dict():
                return self._dictionary(node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(node, name)
        return self._refuse(node)

    def start_of_line(self, line: int) -> int:
        """How many characters stand before a line, counted from 1."""
        return sum(map(len, self.lines[: line - 1]))

    def _signed(self, sign: ast.unaryop, operand: ast.expr) -> int | float:
        value = self.read(operand)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fail(operand, "a sign stands before a number only")
        return -value if isinstance(sign, ast.USub) else value

    def _dictionary(self, node: ast.Dict) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is None:
                self._fail(value_node, "** cannot stand here")
            key = self.read(key_node)
            if not isinstance(key, str | int | float | None):
                self._fail(key_node, "a key is a text or a number")
            if key in found:
                self._fail(key_node, f"the key {key!r} is given twice")
            found[key] = self.read(value_node)
        return found

    def _call(self, node: ast.Call, name: str) -> Any:
        if name not in CALLS:
            self._fail(node, f"unknown distribution {name!r}{hint(name, CALLS)}")
        arguments = [self.read(argument) for argument in node.args]
        options = dict(map(self._option, node.keywords))
        try:
            return called(name, arguments, options)
        except SpecError as error:
            raise error.at(self._column(node)) from None

    def _option(self, keyword: ast.keyword) -> tuple[str, Any]:
        if keyword.arg is None:
            self._fail(keyword.value, "** cannot stand here")
        if keyword.arg == "dtype" and isinstance(keyword.value, ast.Name):
            return keyword.arg, keyword.value.id
        return keyword.arg, self.read(keyword.value)

    def _refuse(self, node: ast.expr) -> NoReturn:
        if isinstance(node, ast.Name) and node.id in CALLS:
            self._fail(node, f"{node.id} needs brackets, as in {example(node.id)}")
        if isinstance(node, ast.Name):
            self._fail(node, f"unknown name {node.id!r}; a text stands in quotes: {node.id!r}")
        what = _WORDS.get(type(node).__name__, f"this ({type(node).__name__})")
        self._fail(node, f"{what} cannot stand here; write a literal, or an input such as normal(64, 32)")

    def _fail(self, node: ast.expr, message: str) -> NoReturn:
        raise SpecError(message, self._column(node))

    def _column(self, node: ast.expr) -> int:
        """Where a node starts, in characters of the whole text from 1; Python counts bytes of a line."""
        line = self.lines[node.lineno - 1].encode()
        return self.start_of_line(node.lineno) + len(line[: node.col_offset].decode()) + 1
