"""One target as it was asked for. Light: the process that only asks does not import numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcheck.layers.settings import Settings


class Spelled(str):
    """The text of an input as it is typed on a command line: ``0.5``, ``normal(3)``, ``relu``."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target with what was said of it.

    ``inputs`` are values, among them texts that stand for a draw (``normal(64, 32)``), or all of them
    ``Spelled``; ``fixed`` names those that
    are not differentiated; ``backward`` is the name of the function that belongs to a forward function.
    ``derivation`` is the path of a document to compare with; ``patience`` is for how many seconds a failing
    layer may be compared with the built-in ones, where none is named.
    """

    target: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    backward: str | None = None
    settings: Settings = field(default_factory=Settings)
    derivation: str | None = None
    patience: float = 0.0
