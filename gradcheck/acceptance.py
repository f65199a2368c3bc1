"""What a project says of a finding: a known erratum of a ledger, or suppressed where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """How a finding stands to what the project has said; the value is the word in every report."""

    KNOWN = "known"
    CHANGED = "changed"
    STALE = "stale"
    SUPPRESSED = "suppressed"

    @property
    def sentence(self) -> str:
        """One sentence that says what the word promises."""
        return _SENTENCES[self]

    @property
    def excuses(self) -> bool:
        """Whether the finding no longer fails a run."""
        return self in (Standing.KNOWN, Standing.SUPPRESSED)


_SENTENCES = {
    Standing.KNOWN: "the ledger of errata lists this error",
    Standing.CHANGED: "the ledger of errata says something else of this place",
    Standing.STALE: "the ledger of errata lists an error here that is none any longer",
    Standing.SUPPRESSED: "a comment beside it suppresses the finding",
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is said of a finding, why, and where that is written (``errata.toml:12``)."""

    standing: Standing
    reason: str
    where: str
