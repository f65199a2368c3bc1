"""What a report found: one mistake, one finding, with the later claims that it explains.

A claim with a code is a finding, and so is each of its remarks. A claim whose
``cause_claim`` is itself a finding is listed under it, not beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck import rules
from gradcheck.acceptance import Acceptance
from gradcheck.layer_findings import layer_findings
from gradcheck.model import Claim, Correction, Document, Place, Remark, Report
from gradcheck.rules import Severity

OK, FOUND, FAILED = 0, 1, 2
"""The exit codes: a class of outcome, never a count."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the reader of a document.

    ``place`` is where it stands, ``fault`` what the caret underlines; ``remark``
    marks a finding that stands beside the verdict of its claim; the first of the
    ``corrections`` is the best.
    """

    code: str
    message: str
    place: Place
    fault: Place
    claim: Claim
    followers: tuple[Claim, ...] = ()
    remark: bool = False
    corrections: tuple[Correction, ...] = ()
    acceptance: Acceptance | None = None

    @property
    def is_mended(self) -> bool:
        """Whether ``--fix`` corrects it: the best correction is proved."""
        return bool(self.corrections) and self.corrections[0].proved

    @property
    def severity(self) -> Severity:
        """How much the finding weighs in the exit code."""
        return rules.weight(self.code, self.acceptance)


def findings(document: Document) -> tuple[Finding, ...]:
    """The findings of a document, the worst first, then in reading order."""
    followers = _followers(document)
    explained = {claim.id for group in followers.values() for claim in group}
    found = [
        _of_claim(c, followers.get(c.id, ())) for c in document.claims if c.code and c.id not in explained
    ]
    found += [_of_remark(c, r) for c in document.claims for r in c.remarks if not _is_said(c, r)]
    return tuple(sorted(found, key=_weight))


def exit_code(report: Report, *, strict: bool = False) -> int:
    """The class of a run's outcome: 2 (could not be done) wins over 1 (found) over 0."""
    severities = {f.severity for d in report.documents for f in findings(d)}
    severities |= {f.severity for layer in report.layers for f in layer_findings(layer)}
    severities |= {rules.get(notice.code).severity for notice in report.notices}
    if report.troubles or Severity.BUG in severities:
        return FAILED
    counts = {Severity.ERROR, Severity.WARNING} if strict or report.strict else {Severity.ERROR}
    return FOUND if severities & counts else OK


def _of_claim(claim: Claim, followers: tuple[Claim, ...]) -> Finding:
    rule = rules.get(claim.code or "")
    return Finding(
        rule.code,
        claim.message or rule.summary,
        claim.place,
        claim.fault,
        claim,
        followers,
        corrections=claim.corrections or _said_corrections(claim),
        acceptance=claim.acceptance,
    )


def _said_corrections(claim: Claim) -> tuple[Correction, ...]:
    """Those of the remark that the claim's own finding repeats."""
    return next((r.corrections for r in claim.remarks if _is_said(claim, r)), ())


def _is_said(claim: Claim, remark: Remark) -> bool:
    """Whether a remark repeats the finding that its claim already is."""
    return claim.code == remark.code and remark.place in (claim.fault, claim.place)


def _of_remark(claim: Claim, remark: Remark) -> Finding:
    return Finding(
        remark.code,
        remark.message,
        remark.place,
        remark.place,
        claim,
        remark=True,
        corrections=remark.corrections,
        acceptance=remark.acceptance,
    )


def _weight(finding: Finding) -> tuple[int, str, int, int]:
    return (finding.severity.rank, finding.code, finding.place.line, finding.place.column)


def _followers(document: Document) -> dict[str, tuple[Claim, ...]]:
    """The claims that each root explains, by the root's id."""
    by_id = {claim.id: claim for claim in document.claims}
    groups: dict[str, tuple[Claim, ...]] = {}
    for claim in document.claims:
        root = _root(claim, by_id)
        if claim.code and root is not claim and root.code and _only_explains(claim, root):
            groups[root.id] = (*groups.get(root.id, ()), claim)
    return groups


def _only_explains(claim: Claim, root: Claim) -> bool:
    """Whether a claim is a mere consequence, which by itself fails no run, or needs the same reading."""
    return rules.get(claim.code or "").severity is Severity.NOTE or claim.code == root.code


def _root(claim: Claim, by_id: dict[str, Claim]) -> Claim:
    """The claim where an error entered, by following the causes back."""
    seen = {claim.id}
    while (cause := by_id.get(claim.cause_claim or "")) is not None and cause.id not in seen:
        seen.add(cause.id)
        claim = cause
    return claim
