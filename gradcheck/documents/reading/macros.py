"""The macros that a document defines, as tokens to put in their place."""

from __future__ import annotations

import re

from gradcheck.documents.reading.tokens import Macro, lexed

_DEFINERS = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|renewcommand|DeclareMathOperator)\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?"
    r"\s*(?:\[(\d)\])?\s*(?=\{)|\\def\s*(\\[A-Za-z]+)((?:#\d)*)\s*(?=\{)"
)


def macros_in(text: str) -> dict[str, Macro]:
    """The macros that ``text`` defines by ``\\newcommand``, ``\\def`` or ``\\DeclareMathOperator``."""
    found: dict[str, Macro] = {}
    for match in _DEFINERS.finditer(text):
        body = _braced(text, match.end())
        if body is None:
            continue
        name = match.group(1) or match.group(3)
        arity = int(match.group(2) or 0) if match.group(1) else len(match.group(4) or "") // 2
        if match.group().startswith("\\DeclareMathOperator"):
            body = f"\\operatorname{{{body}}}"
        found[name] = Macro(arity, tuple(lexed(body, range(len(body) + 1))))
    return found


def _braced(text: str, start: int) -> str | None:
    depth = 0
    for k in range(start, min(len(text), start + 4000)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth == 0:
            return text[start + 1 : k]
    return None
