"""A report with everything in it: documents and layers, known, changed and suppressed findings, notices."""

from collections.abc import Mapping
from dataclasses import replace

import layer_report

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.model import Claim, Document, Layer, Notice, Place, Report

KNOWN = Acceptance(Standing.KNOWN, "the print of 2015 | says 2", "notes/errata.toml:3")
CHANGED = Acceptance(Standing.CHANGED, "listed as D101", "notes/errata.toml:9")
STALE = Acceptance(Standing.STALE, "it was -1", "notes/errata.toml:12")
SUPPRESSED = Acceptance(Standing.SUPPRESSED, "<as printed>", "notes/batch norm.md:8")
ACCEPTANCES = {"eq-2": KNOWN, "eq-5": CHANGED, "eq-1": STALE, "eq-6": SUPPRESSED}
LEDGER = "[[erratum]]\n" * 14
NOTICES = (
    Notice(
        "G101",
        "the formula is no longer wrong: 100% of `a|b` & <c>, so: done",
        "notes/errata.toml",
        Place(12, 1, 12),
        "delete this entry",
    ),
)


def _claim(claim: Claim) -> Claim:
    return replace(claim, acceptance=ACCEPTANCES.get(claim.id))


def _document(document: Document) -> Document:
    return replace(document, claims=tuple(map(_claim, document.claims)))


def _layer(layer: Layer) -> Layer:
    """The layer with its first finding suppressed."""
    first, *rest = layer.findings or (None,)
    if first is None:
        return layer
    return replace(layer, findings=(replace(first, acceptance=SUPPRESSED), *rest))


def whole(report: Report) -> Report:
    """A report on documents with layers, notices, and what the project says of findings added."""
    first, *others = report.documents
    layers = tuple(map(_layer, layer_report.REPORT.layers))
    return replace(report, documents=(_document(first), *others), layers=layers, notices=NOTICES)


def whole_sources(sources: Mapping[str, str]) -> dict[str, str]:
    """The texts of all files that the report is about."""
    return {**sources, **layer_report.SOURCES, "notes/errata.toml": LEDGER}
