"""The report for programs: ``schema.json`` beside this file describes it, field by field."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from math import isfinite
from typing import Any

from gradcheck.acceptance import Standing
from gradcheck.changes import SourceText
from gradcheck.findings import findings
from gradcheck.installed import version_of
from gradcheck.model import (
    Claim,
    Counterexample,
    Document,
    Notice,
    Numeric,
    Place,
    Remark,
    Report,
    SymbolReading,
    Trouble,
    Verdict,
)
from gradcheck.report.acceptance_words import acceptance_payload
from gradcheck.report.correction_json import correction_payload
from gradcheck.report.layer_json import finding_count, layer_counts, layer_payload
from gradcheck.rules import Severity, weight

SCHEMA = 1
"""The version of the format: fields may be added to it, never renamed."""


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """The whole report; colour, verbosity and width change nothing."""
    return (
        json.dumps(payload(report, sources), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        + "\n"
    )


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what ``render`` gives."""
    text = files("gradcheck.report").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def payload(report: Report, sources: Mapping[str, str]) -> dict[str, Any]:
    """The report as plain dictionaries and lists."""
    return {
        "schema": SCHEMA,
        "tool": _tool(),
        "documents": [_document(d, sources) for d in report.documents],
        "layers": [layer_payload(layer) for layer in report.layers],
        "notices": [_notice(n) for n in report.notices],
        "trouble": [_trouble(t) for t in report.troubles],
        "summary": _summary(report),
    }


def _tool() -> dict[str, str]:
    return {
        "name": "gradcheck",
        "version": version_of("gradcheck"),
        "python": platform.python_version(),
        "numpy": version_of("numpy"),
        "sympy": version_of("sympy"),
    }


def _summary(report: Report) -> dict[str, int]:
    return {
        "claims": sum(len(d.claims) for d in report.documents),
        "documents": len(report.documents),
        "findings": _finding_count(report),
        "layers": len(report.layers),
        "trouble": len(report.troubles),
        **{verdict.value: report.count(verdict) for verdict in Verdict},
        **layer_counts(report.layers),
    }


def _finding_count(report: Report) -> int:
    in_documents = sum(len(findings(d)) for d in report.documents)
    return in_documents + finding_count(report.layers) + len(report.notices)


def _document(document: Document, sources: Mapping[str, str]) -> dict[str, Any]:
    source = SourceText(document.path, sources.get(document.path, ""))
    return {
        "path": document.path,
        "title": document.title,
        "readings": [_reading(r) for r in document.readings],
        "claims": [_claim(c, source) for c in document.claims],
        "results": [asdict(r) for r in document.results],
    }


def _reading(reading: SymbolReading) -> dict[str, Any]:
    return {
        "symbol": reading.symbol,
        "role": reading.role,
        "source": reading.source,
        "line": reading.line,
    }


def _claim(claim: Claim, source: SourceText) -> dict[str, Any]:
    return {
        "id": claim.id,
        "label": claim.label,
        **_place(claim.place),
        "fault": _place(claim.fault),
        "latex": claim.latex,
        **_answers(claim),
        "counterexample": _counterexample(claim.counterexample),
        "numeric": _numeric(claim.numeric),
        "code": claim.code,
        "message": claim.message,
        "notes": list(claim.notes),
        "remarks": [_remark(r, source) for r in claim.remarks],
        "corrections": [correction_payload(c, source) for c in claim.corrections],
        "erratum": _erratum(claim),
        "acceptance": acceptance_payload(claim.acceptance),
        "sympy": claim.sympy,
    }


def _answers(claim: Claim) -> dict[str, Any]:
    return {
        "verdict": claim.verdict.value,
        "step": claim.step.value,
        "truth": claim.truth.value,
        "scope": claim.scope,
        "reading": claim.reading,
        "cause_claim": claim.cause_claim,
    }


def _erratum(claim: Claim) -> str | None:
    """How the claim stands to the ledger of errata; "new" if it, or a remark on it, is in none."""
    said = [a for a in (claim.acceptance, *(r.acceptance for r in claim.remarks)) if a is not None]
    if _fails(claim):
        return Standing.CHANGED.value if any(a.standing is Standing.CHANGED for a in said) else "new"
    return next((a.standing.value for a in said if a.standing is not Standing.SUPPRESSED), None)


def _fails(claim: Claim) -> bool:
    """Whether the claim, or a remark on it, makes the run end with exit code 1."""
    found = [(claim.code, claim.acceptance), *((r.code, r.acceptance) for r in claim.remarks)]
    return any(weight(code, acceptance) is Severity.ERROR for code, acceptance in found if code)


def _place(place: Place) -> dict[str, int]:
    return {"line": place.line, "column": place.column, "end_column": place.end_column}


def _counterexample(example: Counterexample | None) -> dict[str, Any] | None:
    if example is None:
        return None
    return {
        "sizes": example.sizes,
        "at": example.at,
        "values": example.values,
        "printed": example.printed,
        "true": example.true,
    }


def _numeric(numeric: Numeric | None) -> dict[str, Any] | None:
    """JSON has no infinity: an error that is not finite is null."""
    if numeric is None:
        return None
    error = float(numeric.error) if isfinite(numeric.error) else None
    return {"agrees": bool(numeric.agrees), "error": error, "tolerance": float(numeric.tolerance)}


def _remark(remark: Remark, source: SourceText) -> dict[str, Any]:
    return {
        "code": remark.code,
        "message": remark.message,
        **_place(remark.place),
        "acceptance": acceptance_payload(remark.acceptance),
        "corrections": [correction_payload(c, source) for c in remark.corrections],
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "message": notice.message,
        "path": notice.path,
        "place": _place(notice.place),
        "help": notice.help,
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {
        "path": trouble.path,
        "message": trouble.message,
        "is_bug": trouble.is_bug,
        "place": _place(trouble.place) if trouble.place else None,
    }
