"""The report for editors and ``grep``: one line a finding, ``where: CODE message [verdict]``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck import rules
from gradcheck.acceptance import Acceptance
from gradcheck.findings import Finding, findings
from gradcheck.layer_findings import LayerProblem, layer_findings
from gradcheck.model import ArgumentCheck, Claim, Document, Layer, Notice, Report
from gradcheck.report.acceptance_words import is_shown
from gradcheck.report.layer_words import argument_line
from gradcheck.report.listing import claim_line
from gradcheck.report.style import layer_verdict_color, paint, plain, severity_color, verdict_color


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """One line a finding, its followers named in it; above 0, ``verbosity`` adds every claim and argument."""
    rows = [row for d in report.documents for row in _rows(d, verbosity, color)]
    rows += [row for layer in report.layers for row in _layer_rows(layer, verbosity, color)]
    rows += [_notice(notice, color) for notice in report.notices]
    return "".join(f"{row}\n" for row in rows)


def _rows(document: Document, verbosity: int, color: bool) -> Iterator[str]:
    for finding in findings(document):
        if is_shown(finding, verbosity):
            yield _finding(document.path, finding, color)
    if verbosity > 0:
        yield from (_claim(document.path, claim, color) for claim in document.claims)


def _finding(path: str, finding: Finding, color: bool) -> str:
    code = paint(finding.code, severity_color(finding.severity), on=color, bold=True)
    followers = f" (and {', '.join(c.id for c in finding.followers)})" if finding.followers else ""
    remedy = f"; try: {plain(finding.corrections[0].edit)}" if finding.is_mended else ""
    message = plain(finding.message) + remedy + followers
    place = finding.place
    verdict = f"[{finding.claim.verdict.value}{_standing(finding.acceptance)}]"
    return f"{plain(path)}:{place.line}:{place.column}: {code} {message} {verdict}"


def _standing(acceptance: Acceptance | None) -> str:
    return f", {acceptance.standing.value}" if acceptance is not None else ""


def _notice(notice: Notice, color: bool) -> str:
    code = paint(notice.code, severity_color(rules.get(notice.code).severity), on=color, bold=True)
    where = f"{plain(notice.path)}:{notice.place.line}:{notice.place.column}"
    return f"{where}: {code} {plain(notice.message)}"


def _claim(path: str, claim: Claim, color: bool) -> str:
    answers = paint(claim_line(claim), verdict_color(claim.verdict), on=color)
    return f"{plain(path)}:{claim.place.line}:{claim.place.column}: {claim.id} {answers}"


def _layer_rows(layer: Layer, verbosity: int, color: bool) -> Iterator[str]:
    for problem in layer_findings(layer):
        if is_shown(problem, verbosity):
            yield _problem(problem, color)
    if verbosity > 0:
        yield from (_argument(layer, argument, color) for argument in layer.arguments)


def _problem(problem: LayerProblem, color: bool) -> str:
    code = paint(problem.code, severity_color(problem.severity), on=color, bold=True)
    where, name = _place_and_name(problem.layer)
    message = plain("; ".join(problem.message.splitlines()))
    return f"{where}: {code} {name}{message} [{problem.verdict.value}{_standing(problem.acceptance)}]"


def _argument(layer: Layer, argument: ArgumentCheck, color: bool) -> str:
    where, name = _place_and_name(layer)
    answers = paint(plain(argument_line(argument)), layer_verdict_color(argument.verdict), on=color)
    return f"{where}: {name}{answers}"


def _place_and_name(layer: Layer) -> tuple[str, str]:
    """Where a layer is and, if that is not its target already, which one it is."""
    target = plain(layer.target)
    if layer.path is None or layer.line is None:
        return target, ""
    return f"{plain(layer.path)}:{layer.line}:1", f"{target}: "
