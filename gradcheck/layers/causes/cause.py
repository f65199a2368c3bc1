"""What is said of a wrong gradient: a code, what is, and what to change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """A named cause. ``cause`` says what is, ``fix`` what to change."""

    code: str
    cause: str
    fix: str = ""
