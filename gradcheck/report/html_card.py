"""What the page shows of one finding: what is, where, the line with its fault marked, facts, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.acceptance import Acceptance
from gradcheck.model import Verdict
from gradcheck.report.html_evidence import Fact
from gradcheck.report.html_lines import Line
from gradcheck.rules import Rule, Severity

NEW = "new"
"""The standing of a finding of which the project has said nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """A claim that a card speaks of: what it is called, where on the page it is, and where in its file."""

    name: str
    anchor: str
    where: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Mending:
    """A correction in words, and the lines that it changes, block by block."""

    words: str
    blocks: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to be shown, and what it is, "" for the formula that the card is about."""

    name: str
    latex: str


@dataclass(frozen=True, slots=True)
class Follower:
    """A later claim that a mistake explains, and how it is to be corrected with it."""

    link: Link
    mending: Mending | None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the page shows of one finding.

    ``about`` is the claim that it is about, ``cause`` the one where the error entered; ``commands`` are what
    to type, each after what it does.
    """

    anchor: str
    severity: Severity
    rule: Rule
    title: str
    where: str
    verdict: str
    acceptance: Acceptance | None
    lines: tuple[Line, ...]
    about: Link | None = None
    cause: Link | None = None
    formulas: tuple[Formula, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    mendings: tuple[Mending, ...] = ()
    advice: str = ""
    followers: tuple[Follower, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    snippet: str = ""
    is_notice: bool = False

    @property
    def standing(self) -> str:
        """What the project has said of the finding, in one word."""
        return self.acceptance.standing.value if self.acceptance is not None else NEW
