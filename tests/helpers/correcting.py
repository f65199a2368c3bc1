"""Small documents with one slip in their last line: what is offered for it, and the line afterwards."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from gradcheck.changes import SourceText, applied
from gradcheck.documents.check import check_source
from gradcheck.documents.correcting import corrections
from gradcheck.model import Claim, Correction, Document
from gradcheck.options import Options

ENGINES = Options(engines=("algebra", "float64"))
PATIENT = 120.0
"""Seconds for one claim."""

_MATHEMATICS = re.compile(r"(\${1,2})(.+?)\1", re.DOTALL)
_TOKEN = re.compile(r"\\(?:begin|end|mathbb|text)\{[^}]*\}|\\[A-Za-z]+|[A-Za-z]")
_LETTERS = "iq jr kl xg yh zc wv ta mn pu sb LJ XB WM YH VQ KP EG"
_COMMANDS = ((r"\mu", r"\nu"), (r"\gamma", r"\kappa"), (r"\beta", r"\zeta"), (r"\epsilon", r"\eta"))
RENAMED = {a: b for one, two in (*_LETTERS.split(), *_COMMANDS) for a, b in ((one, two), (two, one))}
"""Every letter for another; ``d``, ``e``, ``f``, ``T`` and ``δ`` have a meaning of their own."""


@dataclass(frozen=True)
class Slip:
    """Definitions, and a line ``left = printed`` where ``meant`` was meant."""

    forward: str
    left: str
    printed: str
    meant: str

    @property
    def text(self) -> str:
        return self.line(self.printed)

    def line(self, right: str) -> str:
        """The document with this right side in its last line."""
        return f"{self.forward.strip()}\n\n$$ {self.left} = {right} $$\n"

    @property
    def renamed(self) -> Slip:
        """The same with every symbol called otherwise."""
        sides = (renamed(f"${side}$")[1:-1] for side in (self.left, self.printed, self.meant))
        return Slip(renamed(self.forward), *sides)


def renamed(text: str) -> str:
    """A document with the letters of its formulas exchanged."""
    return _MATHEMATICS.sub(
        lambda found: found[1] + _TOKEN.sub(lambda t: RENAMED.get(t[0], t[0]), found[2]) + found[1], text
    )


def both(slips: list[Slip]) -> list[object]:
    """Each slip and its renamed twin, as parameters of a test."""
    found = []
    for nth, slip in enumerate(slips):
        found += [pytest.param(slip, id=f"{nth}"), pytest.param(slip.renamed, id=f"{nth}-renamed")]
    return found


def patient() -> AbstractContextManager[object]:
    """Within this block the search is given all the time it needs."""
    return patch.object(corrections, "TIME_LIMIT", PATIENT)


def checked(text: str, path: str = "a.md") -> Document:
    """A document with its verdicts and corrections, however busy the machine is."""
    with patient():
        return check_source(path, text.encode(), ENGINES)


def corrected(text: str, correction: Correction, path: str = "a.md") -> str:
    """The file after a correction."""
    return applied(text, SourceText(path, text).edits(correction.changes))


def offered(slip: Slip) -> list[str]:
    """The right side of the last line after each correction of it, without blanks."""
    before, after = (squeezed(part) for part in slip.line("\0").split("\0"))
    found = []
    for correction in checked(slip.text).claims[-1].corrections:
        text = squeezed(corrected(slip.text, correction))
        assert text.startswith(before) and text.endswith(after), "something else was changed"
        found.append(text[len(before) : len(text) - len(after)])
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def first(slip: Slip) -> str:
    """The right side after the first correction; empty where none is offered."""
    return next(iter(offered(slip)), "")


def claim_at(document: Document, text: str, offset: int, path: str = "a.md") -> Claim | None:
    """The claim whose sign stands at an offset."""
    source = SourceText(path, text)
    return next((c for c in document.claims if offset == source.offset(c.place.line, c.place.column)), None)


def after(text: str, claim: Claim, correction: Correction, path: str = "a.md") -> Claim | None:
    """The same claim, judged anew after one of its corrections."""
    source = SourceText(path, text)
    edits = source.edits(correction.changes)
    offset = source.offset(claim.place.line, claim.place.column)
    moved = offset + sum(len(e.new) - (e.end - e.start) for e in edits if e.end <= offset)
    changed = applied(text, edits)
    return claim_at(checked(changed, path), changed, moved, path)
