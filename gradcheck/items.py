"""A report as the tests that it amounts to: one for each claim, argument and notice, passed or not.

JUnit, the job summary and the pytest plugin all count these, so that they never disagree. A run ends with
exit code 2 if an item is an error, else with 1 if one has failed, else with 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from gradcheck import rules
from gradcheck.acceptance import Standing
from gradcheck.findings import Finding, findings
from gradcheck.layer_findings import LayerProblem, layer_findings
from gradcheck.model import Claim, Document, Layer, LayerVerdict, Notice, Report, Trouble, Verdict
from gradcheck.rules import Severity

WHOLE = "layer"
"""The name of the item for what is found about a layer and none of its arguments."""

CHECK = "check"
"""The name of the item for what could not be checked at all."""

Problem = Finding | LayerProblem | Notice | Trouble


class Outcome(Enum):
    """What became of an item; a known erratum is an expected failure."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED = "expected"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Item:
    """One test: ``suite`` is a document's path or a layer's target, ``name`` a claim's id or an argument.

    ``problems`` are the findings that it is about; ``reason`` says why it is expected to fail or is skipped,
    or what failed; ``path`` and ``line`` are where to look, ``seconds`` how long it took, if that is known.
    """

    suite: str
    name: str
    outcome: Outcome
    reason: str = ""
    problems: tuple[Problem, ...] = ()
    path: str | None = None
    line: int | None = None
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """The item's name for pytest and on the command line: ``notes/bn.md::eq-8``."""
        return f"{self.suite}::{self.name}"


def items(report: Report, *, strict: bool = False) -> tuple[Item, ...]:
    """The items of a report: those of its documents, its layers, its notices, its troubles."""
    strict = strict or report.strict
    found = [item for d in report.documents for item in document_items(d, strict=strict)]
    found += [item for layer in report.layers for item in layer_items(layer, strict=strict)]
    found += [_of_notice(notice, strict) for notice in report.notices]
    found += [_of_trouble(trouble) for trouble in report.troubles]
    return _distinct(found)


def _distinct(found: Sequence[Item]) -> tuple[Item, ...]:
    """The items with a number behind names that are taken, such as an argument that is called ``layer``."""
    taken: dict[str, int] = {}
    named = []
    for item in found:
        taken[item.id] = times = taken.get(item.id, 0) + 1
        named.append(item if times == 1 else replace(item, name=f"{item.name}-{times}"))
    return tuple(named)


def document_items(document: Document, *, strict: bool = False) -> Iterator[Item]:
    """An item for each claim."""
    by_claim: dict[str, list[Finding]] = {}
    for finding in findings(document):
        by_claim.setdefault(finding.claim.id, []).append(finding)
    for claim in document.claims:
        problems = tuple(by_claim.get(claim.id, ()))
        outcome, reason = _outcome(problems, strict) or _of_verdict(claim)
        yield Item(document.path, claim.id, outcome, reason, problems, document.path, claim.place.line)


def layer_items(layer: Layer, *, strict: bool = False) -> Iterator[Item]:
    """An item for each argument, and one for everything else that was found."""
    problems = layer_findings(layer)
    place = (layer.path, layer.line)
    for argument in layer.arguments:
        own = tuple(p for p in problems if p.argument is argument)
        outcome, reason = _outcome(own, strict) or _of_argument(argument.verdict)
        yield Item(layer.target, argument.name, outcome, reason, own, *place)
    rest = tuple(p for p in problems if p.argument is None)
    outcome, reason = _outcome(rest, strict) or (Outcome.PASSED, "")
    yield Item(layer.target, WHOLE, outcome, reason, rest, *place, layer.seconds)


def fails(severity: Severity, strict: bool) -> bool:
    """Whether a finding of this weight makes a run end with exit code 1."""
    return severity is Severity.ERROR or (strict and severity is Severity.WARNING)


def _outcome(problems: tuple[Finding | LayerProblem, ...], strict: bool) -> tuple[Outcome, str] | None:
    """What follows from the findings; None if nothing does."""
    if bug := next((p for p in problems if p.severity is Severity.BUG), None):
        return Outcome.ERROR, bug.message
    if failing := [p for p in problems if fails(p.severity, strict)]:
        return Outcome.FAILED, "; ".join(f"{p.code} {p.message}" for p in failing)
    accepted = [p.acceptance for p in problems if p.acceptance is not None and p.acceptance.standing.excuses]
    if not accepted:
        return None
    first = accepted[0]
    if first.standing is Standing.KNOWN:
        return Outcome.EXPECTED, f"known erratum: {first.reason} ({first.where})"
    return Outcome.SKIPPED, f"suppressed: {first.reason or 'no reason given'} ({first.where})"


def _of_verdict(claim: Claim) -> tuple[Outcome, str]:
    """What follows from the verdict on a claim that no finding fails."""
    if claim.verdict in (Verdict.HOLDS, Verdict.DEFINITION):
        return Outcome.PASSED, ""
    said = claim.message or claim.verdict.sentence
    cause = f" ({claim.cause_claim})" if claim.cause_claim else ""
    return Outcome.SKIPPED, f"{claim.verdict.value}: {said}{cause}"


def _of_argument(verdict: LayerVerdict) -> tuple[Outcome, str]:
    if verdict is LayerVerdict.PASS:
        return Outcome.PASSED, ""
    return Outcome.SKIPPED, f"{verdict.value}: {verdict.sentence}"


def _of_notice(notice: Notice, strict: bool) -> Item:
    outcome = Outcome.FAILED if fails(rules.get(notice.code).severity, strict) else Outcome.PASSED
    name = f"{notice.code}-line-{notice.place.line}"
    reason = f"{notice.code} {notice.message}"
    return Item(notice.path, name, outcome, reason, (notice,), notice.path, notice.place.line)


def _of_trouble(trouble: Trouble) -> Item:
    line = trouble.place.line if trouble.place else None
    return Item(trouble.path, CHECK, Outcome.ERROR, trouble.message, (trouble,), trouble.path, line)
