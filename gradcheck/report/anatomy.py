"""The parts that every diagnostic is made of, after rustc's: a headline, where, and facts."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.report.style import paint, plain, severity_color
from gradcheck.rules import Severity


def headline(severity: Severity, code: str, text: str, *, color: bool) -> str:
    """``error[D101]: text``."""
    head = paint(f"{severity.value}[{code}]", severity_color(severity), on=color, bold=True)
    return head + paint(f": {plain(text)}", on=color, bold=True)


def location(gutter: str, where: str, *, color: bool) -> str:
    """The arrow to a place in a file."""
    return f"{gutter}{paint('-->', 'blue', on=color, bold=True)} {plain(where)}"


def fact(gutter: str, word: str, text: str, *, color: bool) -> Iterator[str]:
    """One ``= note:`` or ``= help:``; further lines of its text are indented below it."""
    first, *rest = text.splitlines() or [""]
    mark = paint("=", "blue", on=color, bold=True)
    yield f"{gutter} {mark} {paint(word, on=color, bold=True)}: {plain(first)}"
    yield from (f"{gutter}   {' ' * len(word)}  {plain(line)}".rstrip() for line in rest)
