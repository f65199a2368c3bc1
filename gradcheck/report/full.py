"""The report for people: findings, the worst first, then the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck.findings import findings
from gradcheck.model import Document, Report
from gradcheck.report.diagnostic import diagnostic
from gradcheck.report.excerpt import lines_of
from gradcheck.report.listing import listing, sympy_listing
from gradcheck.report.tables import counts_table, summary_line


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """Findings in the anatomy of rustc, a row of counts per document, one line that sums up.

    ``verbosity`` below 0 leaves the figures out; above 0 it adds every symbol and claim.
    """
    blocks = [*_diagnostics(report, sources, color, width), *_details(report, verbosity, color)]
    if verbosity >= 0:
        blocks += [counts_table(report, color=color), summary_line(report, color=color)]
    return "".join(f"{block}\n\n" for block in blocks if block).removesuffix("\n")


def _diagnostics(report: Report, sources: Mapping[str, str], color: bool, width: int) -> list[str]:
    """Every finding of every document, the worst severity first."""
    found = [pair for d in report.documents for pair in _of_document(d, sources, color, width)]
    return [text for _, text in sorted(found, key=lambda pair: pair[0])]


def _of_document(
    document: Document, sources: Mapping[str, str], color: bool, width: int
) -> Iterator[tuple[int, str]]:
    lines = lines_of(sources.get(document.path, ""))
    for finding in findings(document):
        yield finding.severity.rank, diagnostic(document.path, lines, finding, color=color, width=width)


def _details(report: Report, verbosity: int, color: bool) -> Iterator[str]:
    for document in report.documents:
        if verbosity > 0:
            yield listing(document, color=color)
        yield sympy_listing(document, color=color)
