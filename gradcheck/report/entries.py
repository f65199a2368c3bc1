"""What was found, in one shape for documents, layers, ledgers and what could not be checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Correction, Notice, Place, Report, Trouble
from gradcheck.report.acceptance_words import accepted
from gradcheck.report.diagnostic import notes, rerun, title
from gradcheck.report.item_text import source_of
from gradcheck.report.layer_diagnostic import definition, evidence
from gradcheck.report.layer_diagnostic import rerun as rerun_layer
from gradcheck.report.problems import Found, problems, severity_of
from gradcheck.report.suggestion import in_words
from gradcheck.rules import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell. Its texts are as they were found: to be escaped, perhaps of several lines.

    ``where`` is for people; ``path``, ``line`` and ``columns`` (the last exclusive) are the smallest span at
    fault, as far as it is known. ``facts`` can be verified by hand, ``remedy`` says what can be done,
    ``command`` shows the thing again.
    """

    severity: Severity
    code: str
    message: str
    where: str
    source: SourceText
    path: str | None
    line: int | None = None
    columns: tuple[int, int] | None = None
    facts: tuple[str, ...] = ()
    remedy: str = ""
    correction: Correction | None = None
    command: str = ""
    acceptance: Acceptance | None = None

    @property
    def standing(self) -> Standing | None:
        """How it stands to what the project has said."""
        return self.acceptance.standing if self.acceptance is not None else None


def entries(report: Report, sources: Mapping[str, str], *, verbosity: int = 0) -> list[Entry]:
    """All findings, the worst first."""
    return [_entry(problem, source) for source, problem in problems(report, sources, verbosity=verbosity)]


def trouble_entries(report: Report, sources: Mapping[str, str]) -> list[Entry]:
    """What could not be checked, our own faults first."""
    told = (_of_trouble(trouble, source_of(trouble.path, sources)) for trouble in report.troubles)
    return sorted(told, key=lambda entry: entry.severity.rank)


def _entry(problem: Found, source: SourceText) -> Entry:
    match problem:
        case Finding():
            return _of_finding(problem, source)
        case LayerProblem():
            return _of_problem(problem, source)
        case Notice():
            return _of_notice(problem, source)


def _of_finding(finding: Finding, source: SourceText) -> Entry:
    best = next(iter(finding.corrections), None)
    return Entry(
        finding.severity,
        finding.code,
        title(finding),
        f"{source.path}:{finding.place.line}:{finding.place.column}",
        source,
        source.path,
        *_span(finding.fault),
        facts=(*_said(finding.acceptance), *notes(finding)),
        remedy=in_words(best) if best is not None else "",
        correction=best,
        command=rerun(source.path, finding),
        acceptance=finding.acceptance,
    )


def _of_problem(problem: LayerProblem, source: SourceText) -> Entry:
    layer, argument = problem.layer, problem.argument
    first, *more = problem.message.splitlines() or [""]
    place = definition(source.lines, layer.line)
    line, columns = _span(place) if place is not None else (layer.line, None)
    at = "" if line is None else f":{line}"
    known = evidence(argument, layer.seed) if argument is not None else ()
    return Entry(
        problem.severity,
        problem.code,
        first if layer.path is None else f"{layer.target}: {first}",
        layer.target if layer.path is None else f"{layer.path}{at}",
        source,
        layer.path,
        line,
        columns,
        facts=(*_said(problem.acceptance), *more, *known),
        remedy=argument.fix if argument is not None else "",
        command=rerun_layer(problem),
        acceptance=problem.acceptance,
    )


def _of_notice(notice: Notice, source: SourceText) -> Entry:
    where = f"{notice.path}:{notice.place.line}:{notice.place.column}"
    span = _span(notice.place)
    severity = severity_of(notice)
    return Entry(severity, notice.code, notice.message, where, source, notice.path, *span, remedy=notice.help)


def _of_trouble(trouble: Trouble, source: SourceText) -> Entry:
    at = f":{trouble.place.line}:{trouble.place.column}" if trouble.place else ""
    severity = Severity.BUG if trouble.is_bug else Severity.ERROR
    span = _span(trouble.place) if trouble.place else ()
    path = trouble.path if PurePath(trouble.path).suffix and ":" not in trouble.path else None
    return Entry(severity, "", trouble.message, f"{trouble.path}{at}", source, path, *span)


def _span(place: Place) -> tuple[int, tuple[int, int]]:
    return place.line, (place.column, place.end_column)


def _said(acceptance: Acceptance | None) -> Iterable[str]:
    return () if acceptance is None else (accepted(acceptance),)
