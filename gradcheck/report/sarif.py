"""The report for code scanning and editors: SARIF 2.1.0, the standard of OASIS for findings.

GitHub, VS Code and Azure DevOps each read a part of it. What they need and the standard does not ask for:
every result has a place in a file, every rule a full description, and there are no more than 25,000 results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcheck import rules
from gradcheck.findings import FAILED, exit_code
from gradcheck.installed import version_of
from gradcheck.model import Report, Trouble
from gradcheck.report.fingerprints import fingerprints
from gradcheck.report.problems import problems
from gradcheck.report.sarif_places import ROOT, artifact, region
from gradcheck.report.sarif_results import result
from gradcheck.report.sarif_rules import descriptor
from gradcheck.report.sarif_words import cut, harmless

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a file with more."""

_LONGEST_TROUBLE = 8000
_SUFFIX = re.compile(r"\.\w+$")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """The whole report, suppressed findings included; colour, verbosity and width change nothing.

    It is ASCII, so that no terminal, pipe or encoding can spoil it.
    """
    return json.dumps(_whole(payload(report, sources)), indent=1, allow_nan=False) + "\n"


def payload(report: Report, sources: Mapping[str, str]) -> dict[str, Any]:
    """The report as plain dictionaries and lists."""
    return {"version": "2.1.0", "$schema": SCHEMA, "runs": [_run(report, sources)]}


def _run(report: Report, sources: Mapping[str, str]) -> dict[str, Any]:
    """The run. It has no ``automationDetails``: GitHub would then ignore the category given at upload."""
    found = problems(report, sources, verbosity=1)
    prints = fingerprints(found)[:MOST_RESULTS]
    left_out = len(found) - len(prints)
    found = found[:MOST_RESULTS]
    codes = sorted({problem.code for _, problem in found})
    return {
        "tool": {"driver": _driver(codes)},
        "invocations": [_invocation(report, left_out)],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The directory that gradcheck ran in."}}},
        "results": [
            result(source, problem, codes.index(problem.code), print_)
            for (source, problem), print_ in zip(found, prints, strict=True)
        ],
    }


def _driver(codes: Sequence[str]) -> dict[str, Any]:
    """gradcheck, with the rules that the results are about."""
    number = version_of("gradcheck")
    return {
        "name": "gradcheck",
        "fullName": f"gradcheck {number}",
        "version": number,
        "rules": [descriptor(rules.get(code)) for code in codes],
    }


def _invocation(report: Report, left_out: int) -> dict[str, Any]:
    """How the run went. It has no times: the same report always gives the same text."""
    return {
        "executionSuccessful": exit_code(report) != FAILED,
        "toolExecutionNotifications": [*map(_trouble, report.troubles), *_limit(left_out)],
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    text = cut(harmless(f"{trouble.path}: {trouble.message}"), _LONGEST_TROUBLE)
    return {"level": "error", "message": {"text": text}, **_where(trouble)}


def _where(trouble: Trouble) -> dict[str, Any]:
    """The file, if there is one: the path of a trouble can also be an option or a target."""
    if trouble.place is None and not _SUFFIX.search(trouble.path):
        return {}
    place = {"region": region(trouble.place)} if trouble.place else {}
    return {"locations": [{"physicalLocation": {"artifactLocation": artifact(trouble.path), **place}}]}


def _limit(left_out: int) -> Iterator[dict[str, Any]]:
    if left_out:
        text = f"The {left_out:,} least severe results are left out: GitHub takes {MOST_RESULTS:,}."
        yield {"level": "warning", "message": {"text": text}}


def _whole(value: Any) -> Any:
    """The same without halves of characters, which are no Unicode text."""
    match value:
        case str():
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {key: _whole(part) for key, part in value.items()}
        case list():
            return [_whole(part) for part in value]
        case _:
            return value
