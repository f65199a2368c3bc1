"""A corrected document beside what it was, and which of its claims are mistaken. Light: no mathematics."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.documents.reading.decode import encode_like
from gradcheck.model import Claim, Document, Report, Verdict
from gradcheck.options import Options
from gradcheck.selection import narrowed
from gradcheck.workers.tasks import Outcome

SOUND = (Verdict.HOLDS, Verdict.DEFINITION)
"""The verdicts with nothing to mend."""

OPEN = (Verdict.UNDECIDED, Verdict.UNREAD)
"""The verdicts that say neither that a claim is right nor that it is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(Outcome):
    """A document with its corrections, and as it was: ``before``, ``text_before`` and ``data``.

    ``undone`` names the claims whose correction made nothing better.
    """

    before: Document
    text_before: str
    data: bytes
    undone: tuple[str, ...] = ()

    @property
    def document(self) -> Document:
        """The corrected document."""
        assert isinstance(self.result, Document)
        return self.result

    @property
    def is_changed(self) -> bool:
        """Whether anything was corrected."""
        return self.text != self.text_before

    @property
    def has_mark(self) -> bool:
        """Whether the file begins with a byte order mark."""
        return encode_like("", self.data) != b""

    @property
    def fixed_data(self) -> bytes:
        """The content of the corrected file."""
        return encode_like(self.text, self.data)


def mistaken(document: Document, options: Options) -> tuple[str, ...]:
    """The ids of the claims with something to mend, among those that were asked for.

    A recovered one is right itself; it is the claim before it that has to be mended.
    """
    concerned = (c for c in asked_for(document, options) if c.verdict is not Verdict.RECOVERED or c.remarks)
    return tuple(claim.id for claim in concerned if is_wrong(claim) or claim.remarks)


def asked_for(document: Document, options: Options) -> tuple[Claim, ...]:
    """The claims that were asked for, without what is not selected of them."""
    return narrowed(Report((document,)), options).documents[0].claims


def is_wrong(claim: Claim) -> bool:
    """Whether the verdict on a claim is a finding that a correction can remove."""
    return claim.code is not None and claim.verdict not in (*SOUND, *OPEN)
