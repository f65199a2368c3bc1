"""The report for editors and ``grep``: one line a finding, ``path:line:column: CODE message [verdict]``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck.findings import Finding, findings
from gradcheck.model import Claim, Document, Report
from gradcheck.report.listing import claim_line
from gradcheck.report.style import paint, plain, severity_color, verdict_color


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """One line a finding, its followers named in it; above 0, ``verbosity`` adds every claim."""
    rows = [row for d in report.documents for row in _rows(d, verbosity, color)]
    return "".join(f"{row}\n" for row in rows)


def _rows(document: Document, verbosity: int, color: bool) -> Iterator[str]:
    for finding in findings(document):
        yield _finding(document.path, finding, color)
    if verbosity > 0:
        yield from (_claim(document.path, claim, color) for claim in document.claims)


def _finding(path: str, finding: Finding, color: bool) -> str:
    code = paint(finding.code, severity_color(finding.severity), on=color, bold=True)
    followers = f" (and {', '.join(c.id for c in finding.followers)})" if finding.followers else ""
    message = plain(finding.message) + followers
    place = finding.place
    return f"{plain(path)}:{place.line}:{place.column}: {code} {message} [{finding.claim.verdict.value}]"


def _claim(path: str, claim: Claim, color: bool) -> str:
    answers = paint(claim_line(claim), verdict_color(claim.verdict), on=color)
    return f"{plain(path)}:{claim.place.line}:{claim.place.column}: {claim.id} {answers}"
