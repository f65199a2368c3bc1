"""A report with what the project says of its findings: suppressions where they stand, and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck import code_suppressions, document_suppressions
from gradcheck.acceptance import Acceptance
from gradcheck.errata import Ledger
from gradcheck.errata_matching import Mends, unchecked, with_errata
from gradcheck.findings import findings
from gradcheck.layer_findings import CORNER_CODES
from gradcheck.model import (
    ArgumentCheck,
    Claim,
    Corner,
    Document,
    Layer,
    LayerFinding,
    Notice,
    Remark,
    Report,
)
from gradcheck.suppressions import Suppression


def accepted(
    report: Report, sources: Mapping[str, str], ledger: Ledger, mends: Mends, *, whole: bool
) -> Report:
    """The report with every finding's standing, and the notices about the ledger and the suppressions.

    ``sources`` are the texts of the documents and of the layers' files by path. ``whole`` tells that
    everything was checked that the ledger may be about; else entries for other documents are left alone.
    """
    documents: list[Document] = []
    layers, notices = _layers(report.layers, sources)
    for document in report.documents:
        text = sources.get(document.path, "")
        suppressed, said = _with_suppressions(document, text)
        known, more = with_errata(suppressed, text, ledger, mends)
        documents.append(_with_followers(known))
        notices += [*said, *more]
    if whole:
        tried = [*(document.path for document in documents), *(trouble.path for trouble in report.troubles)]
        notices += unchecked(ledger, tried)
    ordered = tuple(sorted(notices, key=lambda n: (n.path, n.place.line, n.place.column)))
    return replace(report, documents=tuple(documents), layers=layers, notices=(*report.notices, *ordered))


@dataclass(slots=True)
class _Suppressor:
    """The suppressions of one file, and which of them were of use."""

    suppressions: Sequence[Suppression]
    used: set[int]

    def says(self, code: str | None, *lines: int) -> Acceptance | None:
        """What is said of a finding that stands on these lines."""
        found = None
        for number, suppression in enumerate(self.suppressions):
            if code and any(suppression.covers(code, line) for line in lines):
                self.used.add(number)
                found = found or suppression.acceptance
        return found

    def unused(self) -> list[Suppression]:
        return [s for number, s in enumerate(self.suppressions) if number not in self.used]


def _with_suppressions(document: Document, text: str) -> tuple[Document, list[Notice]]:
    suppressions, malformed = document_suppressions.suppressions_in(document.path, text)
    suppressor = _Suppressor(suppressions, set())
    claims = tuple(_claim(claim, suppressor) for claim in document.claims)
    return replace(document, claims=claims), [*malformed, *(s.unused for s in suppressor.unused())]


def _with_followers(document: Document) -> Document:
    """The document in which what excuses a finding excuses the claims that it explains."""
    excused = {
        follower.id: finding.acceptance
        for finding in findings(document)
        if finding.acceptance is not None and finding.acceptance.standing.excuses
        for follower in finding.followers
    }
    claims = (replace(c, acceptance=c.acceptance or excused.get(c.id)) for c in document.claims)
    return replace(document, claims=tuple(claims))


def _claim(claim: Claim, suppressor: _Suppressor) -> Claim:
    said = suppressor.says(claim.code, claim.place.line, claim.fault.line)
    remarks = tuple(_remark(remark, suppressor) for remark in claim.remarks)
    return replace(claim, acceptance=said, remarks=remarks)


def _remark(remark: Remark, suppressor: _Suppressor) -> Remark:
    return replace(remark, acceptance=suppressor.says(remark.code, remark.place.line))


def _layers(layers: Iterable[Layer], sources: Mapping[str, str]) -> tuple[tuple[Layer, ...], list[Notice]]:
    """The layers with what comments in their files say of them."""
    layers = tuple(layers)
    notices: list[Notice] = []
    suppressors: dict[str, _Suppressor] = {}
    for path in dict.fromkeys(layer.path for layer in layers if layer.path):
        found, malformed = code_suppressions.suppressions_in(path, sources.get(path, ""))
        suppressors[path] = _Suppressor(found, set())
        notices += malformed
    done = tuple(_layer(layer, suppressors.get(layer.path or "")) for layer in layers)
    for path, suppressor in suppressors.items():
        lines = [layer.line for layer in layers if layer.path == path and layer.line]
        notices += [s.unused for s in suppressor.unused() if _is_about(s, lines)]
    return done, notices


def _is_about(suppression: Suppression, lines: Iterable[int]) -> bool:
    """Whether a comment is about one of the checked layers, or about nothing at all."""
    nowhere = suppression.last == 0
    return nowhere or any(suppression.first <= line <= suppression.last for line in lines)


def _layer(layer: Layer, suppressor: _Suppressor | None) -> Layer:
    if suppressor is None or layer.line is None:
        return layer
    line = layer.line

    def argument(found: ArgumentCheck) -> ArgumentCheck:
        return replace(found, acceptance=suppressor.says(found.code, line))

    def finding(found: LayerFinding) -> LayerFinding:
        return replace(found, acceptance=suppressor.says(found.code, line))

    def corner(found: Corner) -> Corner:
        return replace(found, acceptance=suppressor.says(CORNER_CODES.get(found.verdict), line))

    return replace(
        layer,
        arguments=tuple(map(argument, layer.arguments)),
        findings=tuple(map(finding, layer.findings)),
        corners=tuple(map(corner, layer.corners)),
    )
