"""Numbers as the document spells them."""

from __future__ import annotations

import re
from fractions import Fraction

_SLASHED = re.compile(r"\^\{?\s*-?\s*\d+\s*/\s*\d+")
_DECIMAL = re.compile(r"(?<![\d.])-?0?\.(?:5|25)(?!\d)|(?<!\d)-?1\.5(?!\d)")
_FRAC = re.compile(r"\\(d?t?frac)")


class Numerals:
    """Spells rational numbers in the style of ``text``.

    >>> Numerals(r"(s + e)^{-1/2}").spelled(Fraction(-3, 2))
    '-3/2'
    >>> Numerals(r"\\frac{1}{2}").spelled(Fraction(-3, 2))
    '-\\\\frac{3}{2}'
    """

    def __init__(self, text: str) -> None:
        fraction = _FRAC.search(text)
        self._slashed = bool(_SLASHED.search(text))
        self._decimal = bool(_DECIMAL.search(text)) and fraction is None
        self._command = fraction.group(1) if fraction else "frac"

    def spelled(self, value: Fraction, exponent: bool = True) -> str:
        """``value`` as an exponent, or as a factor."""
        if value.denominator == 1:
            return str(value.numerator)
        sign, size = "-" if value < 0 else "", abs(value)
        if self._decimal:
            return f"{sign}{float(size)}"
        if self._slashed and exponent:
            return f"{sign}{size.numerator}/{size.denominator}"
        return rf"{sign}\{self._command}{{{size.numerator}}}{{{size.denominator}}}"
