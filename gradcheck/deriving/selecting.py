"""Advice about what picks one entry out of many, which is no formula of the algebra: argmax and its like."""

from __future__ import annotations

import re

_SELECTS = re.compile(r"\\(?:max|min)(?:\s*\\limits)?\s*_|arg\s*\\?(?:max|min)|argm(?:ax|in)")

ADVICE = (
    r"the largest entry along an axis and its position have no formula here; write what is picked as a given"
    r" mask, `y_i = \sum_j m_{ij} x_{ij}`, which is held fixed"
)


def advice_on(text: str) -> str:
    r"""What to write instead, if a formula picks an entry; else nothing.

    >>> advice_on(r"\max(x, 0)")
    ''
    >>> advice_on(r"\arg\max_j x_j")[:27]
    'the largest entry along an '
    """
    return ADVICE if _SELECTS.search(text) else ""
