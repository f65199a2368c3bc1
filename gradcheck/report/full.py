"""The report for people: findings, the worst first, then the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck.model import Report
from gradcheck.report.implemented_words import implements_listing
from gradcheck.report.item_text import problem_text
from gradcheck.report.layer_listing import layer_listing
from gradcheck.report.layer_tables import layers_line, layers_table
from gradcheck.report.listing import listing, sympy_listing
from gradcheck.report.problems import problems
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
    return [
        problem_text(problem, source, color=color, width=width, verbosity=verbosity)
        for source, problem in problems(report, sources, verbosity=verbosity)
    ]


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
        yield counts_table(report, color=color, verbosity=verbosity)
        yield summary_line(report, color=color)
    if report.layers:
        yield layers_table(report.layers, color=color, width=width, promises=verbosity == 0)
        yield layers_line(report, color=color, troubles=not documents)
