"""What a comment to gradcheck says: ``gradcheck: ignore[D101] why`` suppresses findings where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.model import Notice, Place
from gradcheck.rules import UnknownCode, matching

FORM = "gradcheck: ignore[D101] why"
"""How a suppression reads."""

_SAID = re.compile(r"gradcheck:\s*ignore\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that begins with ``gradcheck:``, and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Suppression:
    """Codes, or beginnings of codes, that are suppressed from line ``first`` to line ``last``, and why."""

    codes: tuple[str, ...]
    reason: str
    path: str
    place: Place
    first: int
    last: int

    def covers(self, code: str, line: int) -> bool:
        """Whether a finding with this code on this line is suppressed."""
        return self.first <= line <= self.last and code.startswith(self.codes)

    @property
    def acceptance(self) -> Acceptance:
        """What it says of a finding."""
        return Acceptance(Standing.SUPPRESSED, self.reason, f"{self.path}:{self.place.line}")

    @property
    def unused(self) -> Notice:
        """The finding that nothing is suppressed."""
        codes = ", ".join(self.codes)
        message = f"nothing is suppressed: there is no {codes} where this comment stands"
        return Notice("G201", message, self.path, self.place, "delete the comment")


Extent = Callable[[Comment], tuple[int, int]]
"""The first and the last line that a comment is about."""


def understood(
    path: str, comments: Iterable[Comment], extent: Extent
) -> tuple[list[Suppression], list[Notice]]:
    """The suppressions among comments, and those that cannot be understood."""
    suppressions, notices = [], []
    for comment in comments:
        said = _SAID.fullmatch(comment.text)
        try:
            codes = _codes(said["codes"] if said else "")
        except UnknownCode as error:
            notices.append(Notice("G202", str(error), path, comment.place, f"write `{FORM}`"))
        else:
            reason = " ".join(said["reason"].split()) if said else ""
            suppressions.append(Suppression(codes, reason, path, comment.place, *extent(comment)))
    return suppressions, notices


def _codes(text: str) -> tuple[str, ...]:
    """The codes of a comment. Raises UnknownCode, also where there is none."""
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    if not codes:
        raise UnknownCode("this comment to gradcheck names no code")
    for code in codes:
        matching(code)
    return codes
