"""The names of places on a page: readable, unique, and the same as long as the report names them the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradcheck.model import Document, Report

_OTHER = re.compile(r"[^\w.]+")
_LONGEST = 120


class Anchors:
    """The names that were given on one page.

    >>> names = Anchors()
    >>> names.fresh("claim", "notes/b n.md", "eq-8"), names.fresh("claim", "notes/b n.md", "eq-8")
    ('claim-notes-b-n.md-eq-8', 'claim-notes-b-n.md-eq-8--2')
    """

    def __init__(self) -> None:
        self._given: set[str] = set()

    def fresh(self, *parts: str) -> str:
        """A name made of these parts that no other place has; a second one for the same parts is numbered."""
        name = wanted = _OTHER.sub("-", "-".join(parts))[:_LONGEST]
        number = 1
        while name in self._given:
            number += 1
            name = f"{wanted}--{number}"
        self._given.add(name)
        return name


@dataclass(frozen=True, slots=True)
class DocumentAnchors:
    """Where a document and its claims stand on the page.

    ``claims`` are in reading order, ``by_id`` has the first of each id.
    """

    document: str
    claims: tuple[str, ...]
    by_id: dict[str, str]


def document_anchors(report: Report, anchors: Anchors) -> tuple[DocumentAnchors, ...]:
    """The anchors of every document, in their order."""
    return tuple(_of_document(document, anchors) for document in report.documents)


def _of_document(document: Document, anchors: Anchors) -> DocumentAnchors:
    own = anchors.fresh("document", document.path)
    claims = tuple(anchors.fresh("claim", document.path, claim.id) for claim in document.claims)
    pairs = zip(reversed(document.claims), reversed(claims), strict=True)
    return DocumentAnchors(own, claims, {claim.id: anchor for claim, anchor in pairs})
