r"""``\left``, ``\big`` and their like: no tokens of a formula, yet part of the bracket after them."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"\\(?:left|right|(?:big|Big|bigg|Bigg)[lrm]?)\s*$")
_PAIRED = re.compile(r"\\(left|right)(?![A-Za-z])")


def length_before(text: str) -> int:
    r"""How many characters at the end of ``text`` size the bracket that follows.

    >>> length_before(r"x \left"), length_before(r"\alpha ")
    (5, 0)
    """
    found = _BEFORE.search(text[-16:])
    return len(found.group()) if found else 0


def without_sizing(text: str) -> str:
    r"""``text`` without a sizing command at its end.

    >>> without_sizing(r"\sum_i \left")
    '\\sum_i'
    """
    return text[: len(text) - length_before(text)].rstrip()


def is_paired(text: str) -> bool:
    r"""Whether every ``\left`` has its ``\right``."""
    depth = 0
    for found in _PAIRED.finditer(text):
        depth += 1 if found.group(1) == "left" else -1
        if depth < 0:
            return False
    return not depth
