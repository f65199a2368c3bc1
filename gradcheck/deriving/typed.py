r"""Definitions as they are typed on a command line, made into a document.

>>> print(definitions_as_document([r"u_i = x_i^2; y_i = \gamma u_i"]).decode(), end="")
$$u_i = x_i^2$$
$$y_i = \gamma u_i$$
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BREAKS = re.compile(r"\\begin\b|\\end\b|\\\\|\\.|[{};\n]", re.DOTALL)


def definitions_as_document(lines: Sequence[str]) -> bytes:
    r"""Markdown with one display for each definition, in order, so that line numbers count definitions.

    One of ``lines`` may hold several, separated by ``;``, ``\\`` or the end of a line; dollar signs
    around a definition are optional.
    """
    found = [definition for line in lines for definition in _separated(line)]
    return "".join(f"$${definition}$$\n" for definition in found).encode()


def is_bare(text: str) -> bool:
    """Whether a text, such as standard input, holds formulas alone, without marks of Markdown or TeX."""
    return not re.search(r"\$|\\\[|\\\(|```|\\begin\{(?!cases|[bpv]?matrix)", text)


def _separated(line: str) -> Iterator[str]:
    """The definitions of one line; brackets and environments such as ``cases`` stay whole."""
    depth = start = 0
    for mark in _BREAKS.finditer(line):
        match mark.group():
            case "{" | "\\begin":
                depth += 1
            case "}" | "\\end":
                depth = max(depth - 1, 0)
            case ";" | "\n" | "\\\\" if not depth:
                yield from _alone(line[start : mark.start()])
                start = mark.end()
            case _:
                pass
    yield from _alone(line[start:])


def _alone(text: str) -> Iterator[str]:
    """A definition without the dollar signs and blanks around it, on one line."""
    plain = " ".join(text.replace("$", " ").split())
    if plain:
        yield plain
