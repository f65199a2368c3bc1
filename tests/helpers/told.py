"""What a report tells, whatever its format: read strictly, so that a malformed one does not get through."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from pages import read

import gradcheck.report
from gradcheck import rules
from gradcheck.rules import Severity

Codes = tuple[str, ...]
_REPORT = json.loads((Path(gradcheck.report.__file__).parent / "schema.json").read_text(encoding="utf-8"))
_SARIF = json.loads((Path(__file__).parents[1] / "schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
_REPORT_VALIDATOR = jsonschema.Draft202012Validator(_REPORT)
_SARIF_VALIDATOR = jsonschema.Draft202012Validator(_SARIF)
_COMMAND = re.compile(r"::(error|warning|notice) (\w+=[^,:\n]*(?:,\w+=[^,:\n]*)*)::([^\n]+)")


@dataclass(frozen=True)
class Told:
    """The codes of findings, sorted, and how much was not checked; None where a format does not say it."""

    errors: Codes
    warnings: Codes | None = None
    known: Codes | None = None
    troubles: int | None = None


def told(name: str, text: str) -> Told:
    """What a report in a format tells. Fails if it is not well-formed."""
    assert text.endswith("\n") or text == "", name
    return _READERS[name](text)


def _sorted(codes: Any) -> Codes:
    return tuple(sorted(codes))


def _full(text: str) -> Told:
    found = re.findall(r"^(error|warning|note)\[(\w+)\]: .*((?:\n[^\n]+)*)", text, re.MULTILINE)
    by = {level: _sorted(code for at, code, _ in found if at == level) for level in ("error", "warning")}
    known = _sorted(code for level, code, rest in found if level == "note" and "known erratum (" in rest)
    summed = re.search(r"(\d+) inputs? could not be checked", text)
    return Told(by["error"], by["warning"], known, int(summed[1]) if summed else 0)


def _concise(text: str) -> Told:
    lines = [re.fullmatch(r"\S.*?: ([DGL]\d{3}) .*?(?: \[([\w, ]+)\])?", line) for line in text.splitlines()]
    assert all(lines)
    found = [(line[1], (line[2] or "").endswith(", known")) for line in lines if line]
    weights = {code: rules.get(code).severity for code, _ in found}
    return Told(
        _sorted(code for code, known in found if not known and weights[code] is Severity.ERROR),
        _sorted(code for code, known in found if not known and weights[code] is Severity.WARNING),
        _sorted(code for code, known in found if known),
    )


def _json(text: str) -> Told:
    report = json.loads(text)
    _REPORT_VALIDATOR.validate(report)
    said: list[tuple[str, str | None]] = [(n["code"], None) for n in report["notices"]]
    for document in report["documents"]:
        parts = [*document["claims"], *(r for c in document["claims"] for r in c["remarks"])]
        said += [(p["code"], _standing(p)) for p in parts if p["code"] not in (None, "D201", "D202")]
    for layer in report["layers"]:
        said += [(p["code"], _standing(p)) for p in (*layer["arguments"], *layer["findings"]) if p["code"]]
    new = [code for code, standing in said if standing not in ("known", "suppressed")]
    return Told(
        _sorted(code for code in new if rules.get(code).severity is Severity.ERROR),
        _sorted(code for code in new if rules.get(code).severity is Severity.WARNING),
        _sorted(code for code, standing in said if standing == "known"),
        len(report["trouble"]),
    )


def _standing(part: Any) -> str | None:
    return part["acceptance"]["standing"] if part["acceptance"] else None


def _junit(text: str) -> Told:
    root = ET.fromstring(text.encode())
    for part in (root, *root.findall("testsuite")):
        tests = list(part.iter("testcase"))
        for attribute, tags in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
            assert int(part.attrib[attribute]) == sum(test.find(tags) is not None for test in tests)
        assert int(part.attrib["tests"]) == len(tests)
    skipped = [e.attrib["message"] for e in root.iter("skipped")]
    assert not any("gradcheck.cli" in message for message in skipped)
    return Told(
        _sorted(e.attrib["type"] for e in root.iter("failure")), troubles=len(list(root.iter("error")))
    )


def _sarif(text: str) -> Told:
    log = json.loads(text)
    _SARIF_VALIDATOR.validate(log)
    (run,) = log["runs"]
    (invocation,) = run["invocations"]
    troubles = len(invocation["toolExecutionNotifications"])
    assert invocation["executionSuccessful"] == (troubles == 0)
    results = run["results"]
    by = {
        level: _sorted(r["ruleId"] for r in results if r["level"] == level and not r.get("suppressions"))
        for level in ("error", "warning")
    }
    external = [r for r in results if any(s["kind"] == "external" for s in r.get("suppressions", ()))]
    return Told(by["error"], by["warning"], _sorted(r["ruleId"] for r in external), troubles)


def _github(text: str) -> Told:
    found = []
    for line in text.splitlines():
        command = _COMMAND.fullmatch(line)
        assert command, line
        title = dict(pair.split("=", 1) for pair in command[2].split(","))["title"]
        code = re.fullmatch(r"gradcheck ([DGL]\d{3}) \([\w-]+\)", title)
        assert code or title == "gradcheck%3A not checked", title
        found.append((command[1], code[1] if code else "", "known erratum" in command[3]))
    return Told(
        _sorted(code for level, code, _ in found if level == "error" and code),
        _sorted(code for level, code, _ in found if level == "warning"),
        _sorted(code for level, code, known in found if level == "notice" and known),
        sum(not code for _, code, _ in found),
    )


def _markdown(text: str) -> Told:
    assert text.startswith("## gradcheck ")
    assert text.count("<details>") == text.count("</details>") and text.count("```") % 2 == 0
    found = re.findall(r"^- \*\*(error|warning|note)\*\* (?:`[^`]+` )?`(\w+)`: ", text, re.MULTILINE)
    sections = dict(re.findall(r"^### (.+)\n\n((?:(?!###).*\n?)*)", text, re.MULTILINE))
    known = re.findall(r"^- `[^`]+` `(\w+)`: ", sections.get("Known errata", ""), re.MULTILINE)
    return Told(
        _sorted(code for level, code in found if level == "error"),
        _sorted(code for level, code in found if level == "warning"),
        _sorted(known),
        len(re.findall(r"^- ", sections.get("Not checked", ""), re.MULTILINE)),
    )


def _html(text: str) -> Told:
    page = read(text)
    found = []
    for card in page.all("article"):
        code = next(e.text for e in card.all("code") if e.attributes.get("class") == "code")
        found.append((card.attributes["data-severity"], card.attributes["data-standing"], code))
    lists = [e for e in page.all("ul") if e.attributes.get("class") == "troubles"]
    return Told(
        _sorted(code for level, _, code in found if level == "error"),
        _sorted(code for level, _, code in found if level == "warning"),
        _sorted(code for _, standing, code in found if standing == "known"),
        sum(len(e.all("li")) for e in lists),
    )


_READERS: dict[str, Callable[[str], Told]] = {
    "full": _full,
    "concise": _concise,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "github": _github,
    "markdown": _markdown,
    "html": _html,
}
