"""A problem as SARIF's result: what, where, how to mend it, and what the project says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Notice
from gradcheck.report import diagnostic, layer_diagnostic
from gradcheck.report.problems import Found, severity_of
from gradcheck.report.sarif_fixes import fixes
from gradcheck.report.sarif_locations import location, related_places
from gradcheck.report.sarif_places import artifact, whole_line
from gradcheck.report.sarif_rules import LEVELS
from gradcheck.report.sarif_words import brief, message, one_line
from gradcheck.report.suggestion import in_words

_MOST_RELATED = 100
_KINDS = {Standing.KNOWN: "external", Standing.SUPPRESSED: "inSource"}
_WRITTEN = re.compile(r"(.+):(\d+)", re.DOTALL)


def result(source: SourceText, problem: Found, rule: int, fingerprint: str) -> dict[str, Any]:
    """SARIF's result; ``rule`` is the number of its rule in the list of rules.

    Its ``kind`` is always "fail": the standard gives no level to any other.
    """
    related = list(islice(related_places(source.path, problem), _MOST_RELATED))
    found = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "kind": "fail",
        "level": LEVELS[severity_of(problem)],
        "message": {"text": message(source.path, problem, [name for name, _ in related])},
        "locations": [location(source, problem)],
        "relatedLocations": [{"id": nth, **place} for nth, (_, place) in enumerate(related, 1)],
        "fixes": list(fixes(source, problem.corrections)) if isinstance(problem, Finding) else [],
        "suppressions": list(_suppressions(problem)),
        "partialFingerprints": {"gradcheckFingerprint/v1": fingerprint},
        "properties": _properties(source.path, problem),
    }
    return {key: value for key, value in found.items() if value not in ([], {})}


def _suppressions(problem: Found) -> Iterator[dict[str, Any]]:
    """What excuses a problem; a changed or stale entry of the ledger excuses nothing."""
    acceptance = None if isinstance(problem, Notice) else problem.acceptance
    if acceptance is not None and acceptance.standing.excuses:
        yield {
            "kind": _KINDS[acceptance.standing],
            "status": "accepted",
            **({"justification": one_line(acceptance.reason)} if acceptance.reason else {}),
            **_written(acceptance),
        }


def _written(acceptance: Acceptance) -> dict[str, Any]:
    """Where the reason is written."""
    if (found := _WRITTEN.fullmatch(acceptance.where)) is None:
        return {}
    place = {"artifactLocation": artifact(found[1]), "region": whole_line(int(found[2]))}
    return {"location": {"physicalLocation": place}}


def _properties(path: str, problem: Found) -> dict[str, Any]:
    """What has no place elsewhere in SARIF."""
    known: dict[str, Any]
    match problem:
        case Finding(claim=claim):
            known = {
                "claim": claim.id,
                "label": claim.label,
                "verdict": claim.verdict.value,
                "step": claim.step.value,
                "truth": claim.truth.value,
                "scope": claim.scope,
                "reading": claim.reading,
                "corrections": [one_line(in_words(c)) for c in problem.corrections],
                "command": diagnostic.rerun(path, problem),
                "standing": _standing(problem.acceptance),
            }
        case LayerProblem(argument=argument, corner=corner, layer=layer):
            known = {
                "target": layer.target,
                "argument": argument.name if argument else None,
                "case": corner.name if corner else None,
                "verdict": problem.verdict.value,
                "seed": layer.seed,
                "fix": argument.fix if argument else None,
                "command": layer_diagnostic.rerun(problem),
                "standing": _standing(problem.acceptance),
            }
        case Notice():
            known = {"help": problem.help}
    return {key: _short(value) for key, value in known.items() if value not in (None, "", [])}


def _standing(acceptance: Acceptance | None) -> str | None:
    return acceptance.standing.value if acceptance is not None else None


def _short(value: Any) -> Any:
    return brief(value) if isinstance(value, str) else value
