"""The findings of a report as the cards of a page, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck import rules
from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Claim, Correction, Notice, Report, Verdict
from gradcheck.report.diagnostic import name_of, rerun, title
from gradcheck.report.html_anchors import Anchors, DocumentAnchors
from gradcheck.report.html_card import Card, Follower, Formula, Link, Mending
from gradcheck.report.html_evidence import counterexample_facts
from gradcheck.report.html_layer_card import layer_card
from gradcheck.report.html_lines import excerpt, suggestion
from gradcheck.report.problems import Found, problems, severity_of
from gradcheck.report.suggestion import in_words


def cards(
    report: Report, sources: Mapping[str, str], anchors: Anchors, documents: tuple[DocumentAnchors, ...]
) -> tuple[Card, ...]:
    """The findings of a report, suppressed ones as well, the worst first."""
    pairs = zip(reversed(report.documents), reversed(documents), strict=True)
    by_path = {document.path: links.by_id for document, links in pairs}
    return tuple(
        _card(source, found, anchors, by_path.get(source.path, {}))
        for source, found in problems(report, sources, verbosity=1)
    )


def _card(source: SourceText, found: Found, anchors: Anchors, links: Mapping[str, str]) -> Card:
    match found:
        case Finding():
            return _of_document(source, found, anchors, links)
        case LayerProblem():
            return layer_card(source, found, anchors)
        case Notice():
            return _of_notice(source, found, anchors)


def _of_document(source: SourceText, found: Finding, anchors: Anchors, links: Mapping[str, str]) -> Card:
    claim, place = found.claim, found.place
    return Card(
        anchors.fresh("finding", source.path, claim.id, found.code),
        found.severity,
        rules.get(found.code),
        title(found),
        f"{source.path}:{place.line}:{place.column}",
        claim.verdict.value,
        found.acceptance,
        excerpt(source, place, found.fault),
        about=_link(claim, links),
        cause=_cause(found, links),
        formulas=(Formula("", claim.latex),),
        facts=() if found.remark else counterexample_facts(claim),
        notes=() if found.remark else claim.notes,
        mendings=tuple(_mending(source, c) for c in found.corrections),
        followers=tuple(_follower(source, c, links) for c in found.followers),
        commands=tuple(_commands(source.path, found)),
    )


def _of_notice(source: SourceText, notice: Notice, anchors: Anchors) -> Card:
    place = notice.place
    return Card(
        anchors.fresh("finding", notice.path, f"line-{place.line}", notice.code),
        severity_of(notice),
        rules.get(notice.code),
        notice.message,
        f"{notice.path}:{place.line}:{place.column}",
        "",
        None,
        excerpt(source, place, place),
        advice=notice.help,
        is_notice=True,
    )


def _link(claim: Claim, links: Mapping[str, str]) -> Link:
    where = f"{claim.place.line}:{claim.place.column}"
    return Link(name_of(claim), links.get(claim.id, ""), where, claim.verdict)


def _cause(found: Finding, links: Mapping[str, str]) -> Link | None:
    """The claim in which the error entered, of one that only inherits it."""
    cause = found.claim.cause_claim or ""
    if found.remark or found.claim.verdict is not Verdict.INHERITED or cause not in links:
        return None
    return Link(cause, links[cause], "", found.claim.verdict)


def _follower(source: SourceText, claim: Claim, links: Mapping[str, str]) -> Follower:
    best = claim.corrections[:1]
    return Follower(_link(claim, links), _mending(source, best[0]) if best else None)


def _mending(source: SourceText, correction: Correction) -> Mending:
    return Mending(in_words(correction), suggestion(source, correction) if source.text else ())


def _commands(path: str, found: Finding) -> Iterator[tuple[str, str]]:
    command = rerun(path, found)
    if found.is_mended:
        yield "Apply the correction", f"{command} --fix"
    yield "Check just this one", command
