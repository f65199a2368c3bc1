"""Suppressions in Python: ``# gradcheck: ignore[L113] why`` in a function or class, or directly above it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from gradcheck.model import Notice, Place
from gradcheck.suppressions import Comment, Suppression, understood

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_NOWHERE = (0, 0)


def suppressions_in(path: str, text: str) -> tuple[list[Suppression], list[Notice]]:
    """The suppressions of a Python file, and the comments to gradcheck that cannot be understood.

    Each is about the lines of the smallest function or class that it belongs to.
    """
    if "gradcheck:" not in text:
        return [], []
    try:
        extents = [_lines(node) for node in ast.walk(ast.parse(text)) if isinstance(node, _Definition)]
        comments = list(_comments(text))
    except (SyntaxError, ValueError, RecursionError):
        return [], []
    above = {comment.place.line for comment in comments}
    return understood(path, comments, lambda comment: _extent(extents, comment.place.line, above))


def _lines(node: _Definition) -> tuple[int, int]:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return first, node.end_lineno or node.lineno


def _comments(text: str) -> Iterator[Comment]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        said = token.string.lstrip("#").strip()
        if token.type == tokenize.COMMENT and said.startswith("gradcheck:"):
            line, column = token.start
            yield Comment(said, Place(line, column + 1, token.end[1] + 1))


def _extent(extents: Sequence[tuple[int, int]], line: int, comments: set[int]) -> tuple[int, int]:
    """The definition that begins below the comment, or else the smallest around it."""
    below = line + 1
    while below in comments:
        below += 1
    found = [e for e in extents if e[0] == below] or [e for e in extents if e[0] <= line <= e[1]]
    return min(found, key=lambda extent: extent[1] - extent[0], default=_NOWHERE)
