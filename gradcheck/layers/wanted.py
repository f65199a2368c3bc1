"""One target as it was asked for. Light: the process that only asks does not import numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcheck.layers.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target with what was said of it.

    ``inputs`` are values, or texts such as ``normal(64, 32)``; ``fixed`` names those that
    are not differentiated; ``backward`` is the name of the function that belongs to a forward function.
    """

    target: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    backward: str | None = None
    settings: Settings = field(default_factory=Settings)
