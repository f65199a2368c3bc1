"""Changes to a Markdown document's formulas that leave their meaning alone, token by token."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

TOKEN = re.compile(
    r"\\(?:text|mathrm|mathit|mathbb|operatorname|begin|end|tag|label|textcircled)\*?\s*\{[^{}]*\}"
    r"|\\[A-Za-z]+|\\.|ReLu|ReLU|relu|size|sum|exp|log|max|dv_output|dv_input|\?\?\?|==|:=|[A-Za-z]|\d+|\s+|.",
    re.S,
)
KEPT = re.compile(r"```.*?(?:```|\Z)|<!--.*?-->", re.S)
MATHS = re.compile(
    r"(?P<open>\$\$)(?P<display>.*?)\$\$|\\\[(?P<bracket>.*?)\\\]"
    r"|\\begin\{(?P<env>align|equation|gather)(?P<star>\*?)\}(?P<body>.*?)\\end\{(?P=env)(?P=star)\}"
    r"|\$(?P<inline>[^$]+?)\$",
    re.S,
)
Tokens = list[str]


def tokens(formula: str) -> Tokens:
    return TOKEN.findall(formula)


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change everything but fenced blocks and comments."""
    out, at = [], 0
    for kept in KEPT.finditer(text):
        out += [change(text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*out, change(text[at:])])


def formulas(text: str, change: Callable[[Tokens], Tokens]) -> str:
    """Change the tokens of every formula, displayed or inline."""

    def one(found: re.Match[str]) -> str:
        start, end = next(
            found.span(n) for n in ("display", "bracket", "body", "inline") if found.group(n) is not None
        )
        whole, base = found.group(), found.start()
        inner = joined(change(tokens(whole[start - base : end - base])))
        return whole[: start - base] + inner + whole[end - base :]

    return outside(text, lambda part: MATHS.sub(one, part))


def joined(parts: Tokens) -> str:
    """Tokens as text, with a space where a command would swallow the letter behind it."""
    out = ""
    for part in parts:
        if re.search(r"\\[A-Za-z]+\Z", out) and part[:1].isalpha():
            out += " "
        out += part
    return out


def renamed(text: str, names: dict[str, str]) -> str:
    """Consistent renaming; the new names must be new to the document's formulas."""
    found: set[str] = set()
    formulas(text, lambda parts: found.update(parts) or parts)  # type: ignore[func-returns-value]
    assert set(names) <= found, f"not in the document: {set(names) - found}"
    clash = set(names.values()) & (found - set(names))
    assert not clash, f"already in the document: {clash}"
    return formulas(text, lambda parts: [names.get(p, p) for p in parts])


def replaced(text: str, names: dict[str, str]) -> str:
    """Tokens replaced without a look at collisions, for commands that mean the same."""
    return formulas(text, lambda parts: [names.get(p, p) for p in parts])


def group_end(parts: Tokens, at: int) -> int:
    """Where the group that opens at a token ends, exclusive."""
    depth = 0
    for end in range(at, len(parts)):
        depth += {"{": 1, "}": -1}.get(parts[end], 0)
        if depth == 0:
            return end + 1
    return len(parts)


def _skip(parts: Tokens, at: int) -> int:
    while at < len(parts) and parts[at].isspace():
        at += 1
    return at


def differentials(text: str, sign: str) -> str:
    """Every derivative fraction printed with one sign, d or a curly one."""

    def change(parts: Tokens) -> Tokens:
        out = list(parts)
        for at, part in enumerate(parts):
            if part not in ("\\frac", "\\dfrac"):
                continue
            above = _skip(parts, at + 1)
            under = _skip(parts, group_end(parts, above))
            starts = [_skip(parts, above + 1), _skip(parts, under + 1)]
            if all(s < len(parts) and parts[s] in ("d", "\\partial") for s in starts):
                for s in (*starts, *_curly(parts, starts[1], group_end(parts, under))):
                    out[s] = sign
        return out

    return formulas(text, change)


def _curly(parts: Tokens, start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if parts[at] == "\\partial"]


SIZES = ("\\left", "\\right", *(f"\\{b}{s}" for b in ("big", "Big", "bigg", "Bigg") for s in ("", "l", "r")))


def brackets(text: str, opening: str, closing: str) -> str:
    """Every round bracket with another size, and no sizes elsewhere."""
    new = {"(": f"{opening}(", ")": f"{closing})"}
    return formulas(text, lambda parts: [new.get(p, p) for p in parts if p not in SIZES])


def spaced(text: str) -> str:
    """A space between any two tokens, and inside the delimiters."""
    return formulas(text, lambda parts: [" ", *(q for p in parts for q in (p, " "))])


def unspaced(text: str) -> str:
    """No space that TeX does not need."""
    return formulas(text, lambda parts: [p for p in parts if not p.isspace()])


def displays(text: str, opening: str, closing: str) -> str:
    """Other delimiters around every `$$` display."""

    def one(found: re.Match[str]) -> str:
        if found["open"] is None:
            return found.group()
        return f"{opening}{found['display']}{closing}"

    return outside(text, lambda part: MATHS.sub(one, part))


def aligned(text: str) -> str:
    """An `align` for every `$$` display, and in the place of an inner `aligned`."""

    def one(found: re.Match[str]) -> str:
        if found["open"] is None:
            return found.group()
        inner = found["display"].strip()
        whole = re.fullmatch(r"\\begin\{(aligned|align|align\*|gather)\}(.*)\\end\{\1\}", inner, re.S)
        return f"\\begin{{align}}\n{(whole[2] if whole else inner).strip()}\n\\end{{align}}"

    return outside(text, lambda part: MATHS.sub(one, part))


def spread(text: str, between: str) -> str:
    """Something between any two blocks; blank lines inside a formula or a fence are left alone."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found.group())
        return f"\0{len(held) - 1}\0"

    masked = MATHS.sub(hold, KEPT.sub(hold, text))
    masked = re.sub(r"\n[ \t]*\n", lambda _: f"\n\n{between}\n\n", masked)
    while "\0" in masked:
        masked = re.sub("\0(\\d+)\0", lambda m: held[int(m[1])], masked)
    return masked


def blocks(text: str) -> list[str]:
    """The displays of a document with the text around them: text, display, text, …, text."""
    return re.split(r"(\$\$.*?\$\$)", text, flags=re.S)


def swapped(text: str, order: dict[int, int]) -> str:
    """Displays at other places, counted from 0."""
    parts = blocks(text)
    shown = parts[1::2]
    parts[1::2] = [shown[order.get(n, n)] for n in range(len(shown))]
    return "".join(parts)


def as_tex(text: str) -> str:
    """A LaTeX document with the same formulas and sentences."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"^#+ (.*)$", r"\\section*{\1}", text, flags=re.M)
    text = displays(text, "\\[", "\\]")
    head = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
    return f"{head}{text}\n\\end{{document}}\n"


def as_notebook(text: str) -> str:
    """A notebook with a cell per section."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": part.splitlines(keepends=True)}
        for part in re.split(r"(?m)^(?=#)", text)
        if part.strip()
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
