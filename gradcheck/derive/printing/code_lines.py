"""Long assignments of code broken before operators, so that they fit a page."""

from __future__ import annotations

from collections.abc import Iterator

_WIDTH = 84
_OPERATORS = frozenset("+-*/@")


def wrapped(name: str, expression: str, width: int = _WIDTH) -> str:
    """``name = expression`` on one line, or in brackets on several, broken at the shallowest operators.

    >>> print(wrapped("y", "(a + b) * (c + d)", 12))
    y = (
        (a + b)
        * (c + d)
    )
    """
    line = f"{name} = {expression}"
    if len(line) <= width:
        return line
    depths = sorted({depth for _, depth in _breaks(expression)})
    if not depths:
        return line
    for depth in depths:
        rows = list(_rows(expression, depth, width - 4))
        if max(map(len, rows)) <= width - 4:
            break
    return "\n".join([f"{name} = (", *(f"    {row}" for row in rows), ")"])


def _breaks(expression: str) -> Iterator[tuple[int, int]]:
    """The blanks before operators, each with the number of brackets around it."""
    depth = 0
    for at, character in enumerate(expression):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == " " and expression[at + 1] in _OPERATORS and expression[at + 2] == " ":
            yield at, depth


def _rows(expression: str, deepest: int, width: int) -> Iterator[str]:
    """The expression in rows, as full as they may be."""
    start, last = 0, 0
    for at, depth in [*_breaks(expression), (len(expression), 0)]:
        if depth > deepest:
            continue
        if at - start > width and last > start:
            yield expression[start:last]
            start = last + 1
        last = at
    yield expression[start:]
