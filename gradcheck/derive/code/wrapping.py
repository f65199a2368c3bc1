"""Long lines of code broken at their operators."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 96


def wrapped(target: str, code: str) -> list[str]:
    """An assignment on one line, or in parentheses with a line for each term or argument.

    >>> wrapped("y = ", " + ".join(["x"] * 40))[:2]
    ['y = (', '    x']
    """
    if len(target) + len(code) <= WIDTH:
        return [f"{target}{code}"]
    for signs in ((" + ", " - "), (" * ", " / ", " @ ")):
        pieces = list(_pieces(code, signs))
        if len(pieces) > 1:
            return [f"{target}(", *(f"    {line}" for piece in pieces for line in _fitted(piece)), ")"]
    return _opened(target, code)


def _fitted(piece: str) -> list[str]:
    if len(piece) <= WIDTH - 4:
        return [piece]
    head = next((s for s in ("+ ", "- ", "* ", "/ ", "@ ") if piece.startswith(s)), "")
    return wrapped(head, piece[len(head) :])


def _pieces(code: str, signs: tuple[str, ...]) -> Iterator[str]:
    """The operands, each after the first behind its operator."""
    depth, start = 0, 0
    for place, character in enumerate(code):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and place and code[place : place + 3] in signs:
            yield code[start:place]
            start = place + 1
    yield code[start:]


def _inside(code: str) -> Iterator[str]:
    """What stands in brackets, on lines of its own: an argument each, or an expression in its parts."""
    arguments = [part.strip() for part in _arguments(code)]
    if len(arguments) == 1:
        lines = wrapped("", code)
        yield from lines[1:-1] if lines[0] == "(" else [f"    {line}" for line in lines]
        return
    for argument in arguments:
        lines = wrapped("", argument)
        yield from (f"    {line}" for line in [*lines[:-1], f"{lines[-1]},"])


def _arguments(code: str) -> Iterator[str]:
    """The parts between commas outside of brackets.

    >>> list(_arguments("a, f(b, c)"))
    ['a', ' f(b, c)']
    """
    depth, start = 0, 0
    for place, character in enumerate(code):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield code[start:place]
            start = place + 1
    yield code[start:]


def _opened(target: str, code: str) -> list[str]:
    """A call or a parenthesis, its inside on lines of its own."""
    start = code.find("(")
    depth = 0
    for place in range(start, len(code)) if start >= 0 else ():
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        if depth == 0:
            inside = list(_inside(code[start + 1 : place]))
            return [f"{target}{code[: start + 1]}", *inside, f"{code[place:]}"]
    return [f"{target}{code}"]
