"""What a text may ask for, checked before Python's own parser sees it.

That parser overflows the stack of a thread on ``-`` repeated 100,000 times, and so does one on
``f()()()…``. What stands between two commas or brackets is therefore kept short, and brackets shallow.
"""

from __future__ import annotations

import re

from gradcheck.layers.sampling.spec_error import SpecError

LONGEST = 100_000
"""Characters of a text."""

DEEPEST = 40
"""Brackets around anything."""

WIDEST = 200
"""Characters between two commas, brackets or strings."""

MOST_ELEMENTS = 10**8
"""Elements of all arrays of one input together."""

_PIECE = re.compile(
    r"""(?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)"""
)


def guard(text: str) -> None:
    """Refuse a text that is too long, too deep, or that hides code in a string.

    >>> guard("normal(64, 32)")
    >>> guard("f'{x}'")
    Traceback (most recent call last):
    ...
    gradcheck.layers.sampling.spec_error.SpecError: a text takes no prefix (column 2)
    """
    if len(text) > LONGEST:
        raise SpecError(f"the text has {len(text):,} characters; the most that is read is {LONGEST:,}")
    depth, end, before = 0, 0, ""
    for piece in _PIECE.finditer(text):
        between, column = text[end : piece.start()], piece.start() + 1
        _guard_between(between, column)
        kind = piece.lastgroup or ""
        if kind == "string" and (between[-1:].isalnum() or between.endswith("_")):
            raise SpecError("a text takes no prefix", column)
        if kind == "open" and before == "close" and not between.strip():
            raise SpecError("a result cannot be called or indexed", column)
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if depth > DEEPEST:
            raise SpecError(f"more than {DEEPEST} brackets inside one another", column)
        end, before = piece.end(), kind
    _guard_between(text[end:], end + 1)


def _guard_between(between: str, column: int) -> None:
    if len(between.strip()) > WIDEST:
        raise SpecError(f"more than {WIDEST} characters without a comma or a bracket", column)


def guard_elements(elements: int) -> None:
    """Refuse arrays that would not fit into memory.

    >>> guard_elements(10**10)
    Traceback (most recent call last):
    ...
    gradcheck.layers.sampling.spec_error.SpecError: 10,000,000,000 elements; the most is 100,000,000
    """
    if elements > MOST_ELEMENTS:
        count = f"{elements:,}" if elements < 10**30 else "more than 10^30"
        raise SpecError(f"{count} elements; the most is {MOST_ELEMENTS:,}")
