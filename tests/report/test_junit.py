"""JUnit XML, as those that read it want it."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from gate_report import whole
from hostile_report import many, reports
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped

from gradcheck.findings import FAILED, FOUND, OK, exit_code
from gradcheck.items import Outcome, items
from gradcheck.model import Document, Layer, LayerVerdict, Report, Verdict
from gradcheck.report import junit
from gradcheck.report.item_text import item_text

Golden = Callable[[str, str], None]
Sources = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """What an element may hold: attributes that it needs, those that it may have, children in their order."""

    needs: frozenset[str]
    may: frozenset[str]
    children: tuple[str, ...]


def kind(needs: str = "", may: str = "", children: str = "") -> Kind:
    return Kind(frozenset(needs.split()), frozenset(may.split()), tuple(children.split()))


SCHEMA = {
    "testsuites": kind(may="name tests failures errors skipped time", children="testsuite"),
    "testsuite": kind("name tests failures errors", "skipped time", "testcase"),
    "testcase": kind("classname name", "file line time", "skipped error failure system-out"),
    "skipped": kind(may="message"),
    "failure": kind(may="type message"),
    "error": kind(may="type message"),
    "system-out": kind(),
}
"""What Jenkins, GitLab and pytest's readers have in common; ``file`` and ``line`` of a test are pytest's."""


def check(element: ET.Element) -> None:
    """Fail where an element is not as the schema has it."""
    rule = SCHEMA[element.tag]
    assert rule.needs <= set(element.keys()) <= rule.needs | rule.may
    order = [rule.children.index(child.tag) for child in element]
    assert order == sorted(order)
    if element.tag == "testcase":
        assert len(set(order)) == len(order) and len(set(order) - {3}) <= 1
    for child in element:
        check(child)


def parsed(report: Report, sources: Sources, **more: bool) -> ET.Element:
    root = ET.fromstring(junit.render(report, sources, **more).encode())
    check(root)
    return root


def test_golden(gate_report: Report, gate_sources: Sources, golden: Golden) -> None:
    golden("gate.junit.xml", junit.render(gate_report, gate_sources))


def test_every_item_is_a_test(gate_report: Report, gate_sources: Sources) -> None:
    tests = parsed(gate_report, gate_sources).iter("testcase")
    expected = [(i.suite, i.name, i.path, i.line) for i in items(gate_report)]
    said = [(t.get("classname"), t.get("name"), t.get("file"), t.get("line")) for t in tests]
    assert said == [(suite, name, path, line and str(line)) for suite, name, path, line in expected]


def test_the_counts_are_those_of_the_items(gate_report: Report, gate_sources: Sources) -> None:
    root = parsed(gate_report, gate_sources)
    outcomes = [item.outcome for item in items(gate_report)]
    for key, counted in {
        "tests": list(Outcome),
        "failures": [Outcome.FAILED],
        "errors": [Outcome.ERROR],
        "skipped": [Outcome.SKIPPED, Outcome.EXPECTED],
    }.items():
        total = sum(outcome in counted for outcome in outcomes)
        assert int(root.attrib[key]) == total == sum(int(suite.attrib[key]) for suite in root)


def test_junitparser_reads_it_back(gate_report: Report, gate_sources: Sources, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(junit.render(gate_report, gate_sources), encoding="utf-8")
    read = JUnitXml.fromfile(str(path))
    said = (read.tests, read.failures, read.errors, read.skipped, read.time)
    read.update_statistics()
    assert said == (read.tests, read.failures, read.errors, read.skipped, pytest.approx(read.time, abs=0.01))
    kinds = [type(result) for suite in read for case in suite for result in case.result]
    assert (kinds.count(Failure), kinds.count(Error), kinds.count(Skipped)) == (7, 2, 9)


def test_the_text_of_a_failure_is_what_the_command_prints(gate_report: Report, gate_sources: Sources) -> None:
    root = parsed(gate_report, gate_sources)
    failed = [item for item in items(gate_report) if item.outcome is Outcome.FAILED]
    assert [f.text for f in root.iter("failure")] == [item_text(item, gate_sources) for item in failed]
    assert [f.get("type") for f in root.iter("failure")] == [
        *("D301", "D405", "L101", "L101", "L301", "L107", "G101")
    ]


def test_a_known_erratum_is_skipped_with_its_reason(gate_report: Report, gate_sources: Sources) -> None:
    test = next(t for t in parsed(gate_report, gate_sources).iter("testcase") if t.get("name") == "eq-2")
    assert [child.tag for child in test] == ["skipped", "system-out"]
    assert test[0].get("message") == "known erratum: the print of 2015 | says 2 (notes/errata.toml:3)"


def test_warnings_fail_where_that_is_wanted() -> None:
    report = many(1, verdict=Verdict.UNDECIDED, code="D501")
    lenient, strict = (parsed(report, {}, strict=strict) for strict in (False, True))
    assert (lenient.get("failures"), lenient.get("skipped")) == ("0", "1")
    assert (strict.get("failures"), strict.get("skipped")) == ("1", "0")


@pytest.mark.parametrize("strict", [False, True])
def test_the_counts_agree_with_the_exit_code(report: Report, strict: bool) -> None:
    parts = [report, whole(report), Report(report.documents), Report(report.documents[1:]), Report()]
    for part in parts:
        root = parsed(part, {}, strict=strict)
        code = FAILED if root.get("errors") != "0" else FOUND if root.get("failures") != "0" else OK
        assert code == exit_code(part, strict=strict)


def test_nothing_checked() -> None:
    root = parsed(Report((Document("a.md", "a"),)), {})
    assert (len(root), root.get("tests")) == (0, "0")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), float("-inf"), -1.0])
def test_times_are_numbers(seconds: float) -> None:
    root = parsed(Report(layers=(Layer("a.py:f", LayerVerdict.PASS, seconds=seconds),)), {})
    assert {element.get("time") for element in root.iter() if "time" in element.attrib} == {"0.000"}


def test_a_passing_test_tells_what_was_found_all_the_same(gate_report: Report, gate_sources: Sources) -> None:
    tests = parsed(gate_report, gate_sources).iter("testcase")
    told = {t.get("name"): t.findtext("system-out") for t in tests if t.find("system-out") is not None}
    assert (told["eq-8"] or "").startswith("warning[D502]")


def test_long_formulas() -> None:
    root = parsed(many(2, "x" * 100_000), {"a.md": "y" * 100_000})
    assert root.get("failures") == "2"


def test_color_and_width(gate_report: Report, gate_sources: Sources) -> None:
    assert junit.render(gate_report, gate_sources, color=True) == junit.render(gate_report, gate_sources)
    parsed_narrow = ET.fromstring(junit.render(gate_report, gate_sources, width=40))
    assert parsed_narrow.get("tests") == "27"


@settings(max_examples=50, deadline=None)
@given(reports())
def test_hostile_texts(drawn: tuple[Report, dict[str, str]]) -> None:
    report, sources = drawn
    text = junit.render(report, sources)
    root = ET.fromstring(text.encode())
    check(root)
    assert len(list(root.iter("testcase"))) == len(items(report))
    assert JUnitXml.fromstring(text.encode()).tests == len(items(report))
    values = [value for element in root.iter() for value in element.attrib.values()]
    assert not any("\n" in value or "\x1b" in value for value in values)
