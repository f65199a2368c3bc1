"""The report for people: findings, the worst first, then the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck.changes import SourceText
from gradcheck.findings import findings
from gradcheck.layer_findings import layer_findings
from gradcheck.model import Document, Layer, Report
from gradcheck.report.diagnostic import diagnostic
from gradcheck.report.excerpt import lines_of
from gradcheck.report.implemented_words import implements_listing
from gradcheck.report.layer_diagnostic import layer_diagnostic
from gradcheck.report.layer_listing import layer_listing
from gradcheck.report.layer_tables import layers_line, layers_table
from gradcheck.report.listing import listing, sympy_listing
from gradcheck.report.results_listing import results_listing
from gradcheck.report.tables import counts_table, summary_line


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """Findings in the anatomy of rustc, a row per document and per layer, one line that sums up.

    ``verbosity`` below 0 leaves the figures out; above 0 it adds every symbol and claim, every
    input and argument.
    """
    blocks = _diagnostics(report, sources, color, width, verbosity)
    blocks += [*_details(report, verbosity, color), *_figures(report, verbosity, color, width)]
    return "".join(f"{block}\n\n" for block in blocks if block).removesuffix("\n")


def _diagnostics(
    report: Report, sources: Mapping[str, str], color: bool, width: int, verbosity: int
) -> list[str]:
    """Every finding, the worst severity first."""
    found = [pair for d in report.documents for pair in _of_document(d, sources, color, width, verbosity)]
    found += [pair for x in report.layers for pair in _of_layer(x, sources, color, width, verbosity)]
    return [text for _, text in sorted(found, key=lambda pair: pair[0])]


def _of_document(
    document: Document, sources: Mapping[str, str], color: bool, width: int, verbosity: int
) -> Iterator[tuple[int, str]]:
    source = SourceText(document.path, sources.get(document.path, ""))
    for finding in findings(document):
        text = diagnostic(source, finding, color=color, width=width, verbosity=verbosity)
        yield finding.severity.rank, text


def _of_layer(
    layer: Layer, sources: Mapping[str, str], color: bool, width: int, verbosity: int
) -> Iterator[tuple[int, str]]:
    lines = lines_of(sources.get(layer.path or "", ""))
    for problem in layer_findings(layer):
        text = layer_diagnostic(lines, problem, color=color, width=width, snippet=verbosity > 0)
        yield problem.severity.rank, text


def _details(report: Report, verbosity: int, color: bool) -> Iterator[str]:
    for document in report.documents:
        if verbosity > 0:
            yield listing(document, color=color)
        if verbosity > 0 or (verbosity == 0 and any(r.verdict == "wrong" for r in document.results)):
            yield results_listing(document, color=color)
        yield sympy_listing(document, color=color)
    if verbosity >= 0:
        yield from map(implements_listing, report.layers)
    if verbosity > 0:
        yield from (layer_listing(layer, color=color) for layer in report.layers)


def _figures(report: Report, verbosity: int, color: bool, width: int) -> Iterator[str]:
    """The tables and the lines that sum up, of documents and of layers, each where there are any."""
    if verbosity < 0:
        return
    documents = bool(report.documents) or not report.layers
    if documents:
        yield counts_table(report, color=color)
        yield summary_line(report, color=color)
    if report.layers:
        yield layers_table(report.layers, color=color, width=width, promises=verbosity == 0)
        yield layers_line(report, color=color, troubles=not documents)
