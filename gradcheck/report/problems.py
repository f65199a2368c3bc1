"""The problems of a report in the order in which every format tells them: the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcheck import rules
from gradcheck.changes import SourceText
from gradcheck.findings import Finding, findings
from gradcheck.layer_findings import LayerProblem, layer_findings
from gradcheck.model import Notice, Report
from gradcheck.report.item_text import is_told, source_of
from gradcheck.rules import Severity

Found = Finding | LayerProblem | Notice


def problems(
    report: Report, sources: Mapping[str, str], *, verbosity: int = 0
) -> list[tuple[SourceText, Found]]:
    """What is shown one by one, each with the file that it is in; equals as documents, layers, notices."""
    told = [
        (source, problem)
        for source, group in _by_file(report, sources)
        for problem in group
        if is_told(problem, verbosity)
    ]
    return sorted(told, key=lambda pair: severity_of(pair[1]).rank)


def severity_of(problem: Found) -> Severity:
    """How much a problem weighs in the exit code."""
    return rules.get(problem.code).severity if isinstance(problem, Notice) else problem.severity


def _by_file(report: Report, sources: Mapping[str, str]) -> Iterator[tuple[SourceText, Sequence[Found]]]:
    for document in report.documents:
        yield source_of(document.path, sources), findings(document)
    for layer in report.layers:
        yield source_of(layer.path, sources), layer_findings(layer)
    for notice in report.notices:
        yield source_of(notice.path, sources), (notice,)
