"""Any text as GitHub's and GitLab's Markdown show it literally.

Escapes with a backslash would not do: GitHub finds formulas between dollars before it looks at them, and
names, issues and emoji after. Inside code nothing is read, so whatever is not plain words goes there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from gradcheck.report.ruler import CUT
from gradcheck.report.style import plain

_LETTERS, _NUMBER = r"[^\W\d_]+(?:['’/-][^\W\d_]+)*", r"(?:(?:claim|eq)-)?\d+(?:[.,]\d+)*"
_WORD = re.compile(rf"[(\"'“‘]*(?:{_LETTERS}|{_NUMBER})[)\"'”’]*[,.;:!?]*")
_SIGNS = frozenset("-=+/")
_SIGNS_IN_CODE = re.compile("(?<=c)s+(?=c)")
_QUOTED = re.compile(r"(\(?)`([^`]+)`(\)?[,.;:]*)")
_LIST = r"(?<!\S)\[[^\s`][^`]*?\]+[,.;:]*(?!\S)"
_TOKEN = re.compile(rf"(?<!\S){_QUOTED.pattern}(?!\S)|{_LIST}|\S+")
_BACKTICKS = re.compile("`+")
_TAIL = re.compile(r"(?<![\\,.;:])[,.;:]$")
_CLOSING = re.compile(r"(?<!\\)\)$")
_LEAST_FENCE = 3


def code(text: str, longest: int = 1000) -> str:
    """A text as a code span, cut if it is long.

    >>> code("a_b"), code("a`b")
    ('`a_b`', '``a`b``')
    """
    text = shortened(plain(text), longest)
    fence = "`" * (_longest_run(text) + 1)
    edges = text[:1] + text[-1:]
    pad = " " if "`" in edges or (edges == "  " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def prose(text: str, longest: int = 600) -> str:
    r"""A sentence on one line: words as they are, anything else as code, and so what is in backticks already.

    >>> print(prose("no meaning is known for \\oint: $x$ + a^2 (at a_1), m - 1; try `\\int`"))
    no meaning is known for `\oint: $x$ + a^2` (at `a_1`), m - 1; try `\int`
    >>> print(prose("there x = [2, -1], A = [[1, 2], [3, 4]]"))
    there x = `[2, -1]`, A = `[[1, 2], [3, 4]]`
    """
    line = shortened(" ".join(plain(" ".join(text.splitlines())).split()), longest)
    words = [found.group() for found in _TOKEN.finditer(line)]
    groups = groupby(zip(_kinds(words), words, strict=True), key=itemgetter(0))
    return " ".join(_said(kind, [word for _, word in group]) for kind, group in groups)


def cell(markdown: str) -> str:
    """Markdown for a cell of a table."""
    return markdown.replace("|", r"\|")


def fenced(lines: Sequence[str], language: str) -> list[str]:
    """A block of code, whatever is in it."""
    fence = "`" * max(_LEAST_FENCE, 1 + max(map(_longest_run, lines), default=0))
    return [f"{fence}{language}", *lines, fence]


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= longest else text[: longest - len(CUT)] + CUT


def _kinds(words: Sequence[str]) -> str:
    """A letter for each word: signs are code between two that are code, and plain words elsewhere."""
    kinds = "".join(map(_kind, words))
    return _SIGNS_IN_CODE.sub(lambda found: "c" * len(found.group()), kinds).replace("s", "w")


def _kind(word: str) -> str:
    """``w``: Markdown makes nothing of it; ``q``: code in backticks; ``s``: a sign by itself; ``c``: code."""
    if _WORD.fullmatch(word):
        return "w"
    if _QUOTED.fullmatch(word):
        return "q"
    is_sign = word in _SIGNS or (len(word) == 1 and not word.isascii() and not word.isalnum())
    return "s" if is_sign else "c"


def _said(kind: str, words: Sequence[str]) -> str:
    if kind == "c":
        return _code_in_prose(" ".join(words))
    return " ".join(_QUOTED.sub(_requoted, word) if kind == "q" else word for word in words)


def _requoted(found: re.Match[str]) -> str:
    return f"{found[1]}{code(found[2])}{found[3]}"


def _code_in_prose(text: str) -> str:
    """A code span without the punctuation of the sentence after it and the brackets around it."""
    core, tail = _without_end(text, _TAIL)
    if core.count(")") > core.count("("):
        core, bracket = _without_end(core, _CLOSING)
        tail = bracket + tail
    inner = core[1:-1]
    if core[:1] + core[-1:] == "()" and inner and not {"(", ")"} & set(inner):
        return f"({code(inner)}){tail}"
    return code(core) + tail


def _without_end(text: str, end: re.Pattern[str]) -> tuple[str, str]:
    found = end.search(text)
    return (text[: found.start()], found.group()) if found and found.start() else (text, "")


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
