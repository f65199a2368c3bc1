"""How a derivation is to be looked at: how much of it, in which notation, how wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Detail = Literal["brief", "normal", "verbose"]
Notation = Literal["index", "matrix", "numpy"]


@dataclass(frozen=True)
class View:
    """What the formats are asked for; each takes from it what concerns it.

    ``brief`` is the results alone, ``verbose`` adds the derivatives of the single definitions.
    ``matrix`` writes what has a matrix form in it, ``numpy`` adds the definitions and results as NumPy
    expressions. ``ascii``, ``width`` (in columns) and ``color`` are about terminals, ``fragment`` leaves
    out what makes LaTeX a whole document.
    """

    detail: Detail = "normal"
    notation: Notation = "index"
    ascii: bool = False
    width: int = 80
    fragment: bool = False
    color: bool = False
