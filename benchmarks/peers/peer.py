"""A checker of gradients: how it is given a layer, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version

from benchmarks.peers.pair import Pair

_DRAWS = 5


class Verdict(Enum):
    """What a checker says of a backward."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict, and the first line of the reason."""

    verdict: Verdict
    why: str = ""


Check = Callable[[], Said]


@dataclass(frozen=True, slots=True)
class Peer:
    """``prepare`` wraps a pair as this checker wants it, once; the check that it returns can be repeated.

    A check is made at ``draws`` points, each with a seed of its own; where all elements are
    differenced one by one, which is slow and leaves little to chance, at one.
    """

    name: str
    package: str
    prepare: Callable[[Pair, int], Check]
    draws: int = _DRAWS

    @property
    def version(self) -> str:
        """The version of its package. Raises PackageNotFoundError."""
        return version(self.package)


def raising(check: Callable[[], object]) -> Check:
    """A check that rejects by raising: whatever it raises is a rejection."""

    def said() -> Said:
        try:
            check()
        except Exception as error:
            lines = str(error).strip().splitlines() or [""]
            return Said(Verdict.REJECTED, f"{type(error).__name__}: {lines[0]}")
        return Said(Verdict.ACCEPTED)

    return said
