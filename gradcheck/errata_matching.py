"""Holds the ledger of errata against the findings of a document: what is known, changed, stale or new."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck import rules
from gradcheck.acceptance import Acceptance, Standing
from gradcheck.changes import SourceText
from gradcheck.errata import Entry, Ledger
from gradcheck.model import Claim, Document, Notice, Place
from gradcheck.quotations import occurrences
from gradcheck.rules import Severity

Mends = Callable[[Document, Sequence[tuple[Entry, int, int]]], Sequence[bool]]
"""Whether each correction of a ledger, put into its document instead of what is quoted, makes that right."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One finding of a claim: its code and where it is; ``remark`` is its number among the remarks."""

    claim: Claim
    code: str
    offsets: tuple[int, ...]
    remark: int | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """An entry and the stretch of the document that it quotes."""

    entry: Entry
    start: int
    end: int

    def holds(self, spot: Spot) -> bool:
        """Whether a finding is in what is quoted."""
        return any(self.start <= offset < self.end for offset in spot.offsets)

    def names(self, spot: Spot) -> bool:
        """Whether the entry is about a finding; without a code it is about every error that it quotes."""
        if not self.holds(spot):
            return False
        return spot.code in self.entry.codes if self.entry.codes else _is_error(spot.code)


def with_errata(
    document: Document, text: str, ledger: Ledger, mends: Mends
) -> tuple[Document, tuple[Notice, ...]]:
    """The document with what the ledger says of its findings, and what is wrong with the ledger."""
    source = SourceText(document.path, text)
    quoted, notices = _quoted(source, ledger)
    spots = _spots(document, source)
    named = {id(spot) for q in quoted for spot in spots if q.names(spot)}
    said: dict[tuple[str, int | None], Acceptance] = {}
    current = [q for q in quoted if any(q.names(spot) for spot in spots)]
    unmended = _unmended(document, current, mends)
    for q in quoted:
        own = [spot for spot in spots if q.names(spot)]
        others = [s for s in spots if q.holds(s) and id(s) not in named and _is_error(s.code)]
        standing = _standing(q in unmended, own, others)
        if standing is not Standing.KNOWN:
            notices.append(_notice(ledger, q.entry, standing, others))
        acceptance = Acceptance(standing, q.entry.reason, f"{ledger.path}:{q.entry.line}")
        about = own or others or _anywhere(document, source, q)
        said.update({(spot.claim.id, spot.remark): acceptance for spot in about})
    return replace(document, claims=tuple(_with(claim, said) for claim in document.claims)), tuple(notices)


def unchecked(ledger: Ledger, paths: Iterable[str]) -> Iterator[Notice]:
    """What is said of entries whose document is not among those that were checked."""
    checked = {Path(os.path.realpath(path)) for path in paths}
    for entry in ledger.entries:
        if entry.file not in checked:
            what = "is not checked" if entry.file.exists() else "does not exist"
            message = f"the document {entry.document} of this erratum {what}"
            yield _about(ledger, entry, "G101", message, "correct the path, or delete this entry")


def _quoted(source: SourceText, ledger: Ledger) -> tuple[list[Quoted], list[Notice]]:
    """The entries whose formula occurs exactly once, and what is wrong with the others."""
    quoted, notices = [], []
    for entry in ledger.about(source.path):
        found = occurrences(source, entry.formula)
        if len(found) == 1:
            quoted.append(Quoted(entry, *found[0]))
        elif found:
            lines = ", ".join(str(source.text.count("\n", 0, start) + 1) for start, _ in found[:9])
            message = f"the formula occurs {len(found)} times in {entry.document} (lines {lines})"
            notices.append(_about(ledger, entry, "G103", message, "quote more of the line that is meant"))
        else:
            message = f"the formula does not occur in {entry.document}"
            notices.append(_about(ledger, entry, "G101", message, "delete this entry"))
    return quoted, notices


def _spots(document: Document, source: SourceText) -> list[Spot]:
    """Every finding of the document, also those that others explain."""
    spots = []
    for claim in document.claims:
        if claim.code:
            spots.append(Spot(claim, claim.code, _offsets(source, claim.place, claim.fault)))
        for number, remark in enumerate(claim.remarks):
            spots.append(Spot(claim, remark.code, _offsets(source, remark.place), number))
    return spots


def _anywhere(document: Document, source: SourceText, quoted: Quoted) -> list[Spot]:
    """The claims in what is quoted, whatever became of them."""
    spots = [Spot(claim, "", _offsets(source, claim.place)) for claim in document.claims]
    return [spot for spot in spots if quoted.holds(spot)]


def _offsets(source: SourceText, *places: Place) -> tuple[int, ...]:
    return tuple(source.offset(place.line, place.column) for place in places)


def _is_error(code: str) -> bool:
    return rules.get(code).severity is Severity.ERROR


def _unmended(document: Document, current: Sequence[Quoted], mends: Mends) -> list[Quoted]:
    """The entries whose correction does not make their formula right."""
    corrected = [q for q in current if q.entry.correction is not None]
    if not corrected:
        return []
    answers = mends(document, [(q.entry, q.start, q.end) for q in corrected])
    return [q for q, mended in zip(corrected, answers, strict=True) if not mended]


def _standing(unmended: bool, own: Sequence[Spot], others: Sequence[Spot]) -> Standing:
    if own:
        return Standing.CHANGED if unmended else Standing.KNOWN
    return Standing.CHANGED if others else Standing.STALE


def _notice(ledger: Ledger, entry: Entry, standing: Standing, others: Sequence[Spot]) -> Notice:
    if standing is Standing.STALE:
        what = f"no longer has {', '.join(entry.codes)}" if entry.codes else "is no longer wrong"
        return _about(ledger, entry, "G101", f"the formula {what}", "delete this entry")
    if others:
        found = ", ".join(dict.fromkeys(spot.code for spot in others))
        message = f"the formula is wrong in another way: {found} instead of {', '.join(entry.codes)}"
        return _about(ledger, entry, "G102", message, "read the finding, then correct the entry")
    message = "with the correction of this entry the formula does not hold"
    return _about(ledger, entry, "G102", message, "correct the correction, or leave it out")


def _about(ledger: Ledger, entry: Entry, code: str, message: str, remedy: str) -> Notice:
    return Notice(code, message, ledger.path, Place(entry.line, 1, len("formula") + 1), remedy)


def _with(claim: Claim, said: Mapping[tuple[str, int | None], Acceptance]) -> Claim:
    """The claim with what is said of it and of its remarks; a remark that the claim repeats goes with it."""
    remarks = tuple(
        replace(remark, acceptance=said.get((claim.id, number), remark.acceptance))
        for number, remark in enumerate(claim.remarks)
    )
    return replace(claim, remarks=remarks, acceptance=said.get((claim.id, None), claim.acceptance))
