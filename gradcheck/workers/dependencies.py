"""What a layer's result depends on beside what was asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Files by their absolute paths, and packages by the names under which they are imported."""

    files: tuple[str, ...]
    packages: tuple[str, ...]
