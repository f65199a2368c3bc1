"""What a rule is: one finding code with its weight, its explanation and its two examples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding weighs; the value is the word in front of its code."""

    BUG = "bug"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)

    @property
    def sentence(self) -> str:
        """What the severity does to the exit code."""
        return _CONSEQUENCES[self]


_CONSEQUENCES = {
    Severity.BUG: "a fault of gradcheck itself: the run ends with exit code 2",
    Severity.ERROR: "the run ends with exit code 1",
    Severity.WARNING: "the run ends with exit code 1 under --strict",
    Severity.NOTE: "never changes the exit code",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One finding code.

    ``failing`` and ``passing`` are complete: Markdown documents, Python modules for a rule about layers, or
    both files, each below its name, for a rule about the ledger of errata.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    explanation: str
    failing: str
    passing: str

    @property
    def example(self) -> str:
        """What the examples are, "document", "layer" or "ledger"."""
        kinds = {"L": "layer", "G1": "ledger"}
        return next((kind for prefix, kind in kinds.items() if self.code.startswith(prefix)), "document")


class UnknownCode(LookupError):
    """There is no such finding code; the message says which one may be meant."""
