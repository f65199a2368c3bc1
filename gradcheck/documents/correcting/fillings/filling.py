"""One thing to try in a place: its values there, what it costs, and how it would be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradcheck.algebra.numeric_arrays import Array
from gradcheck.documents.correcting.edits import Edit


@dataclass(frozen=True, slots=True)
class Filling:
    """``values`` at every position of the place's slots; ``make`` writes the edit, None if it cannot be."""

    values: Array
    cost: float
    make: Callable[[], Edit | None]
