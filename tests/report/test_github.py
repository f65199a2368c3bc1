"""Workflow commands, read back as GitHub's runner reads them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pytest
from hostile_report import many, reports
from hypothesis import given, settings

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.model import (
    ArgumentCheck,
    Claim,
    Document,
    Layer,
    LayerVerdict,
    Place,
    Report,
    Trouble,
    Verdict,
)
from gradcheck.report import github

Golden = Callable[[str, str], None]
Sources = Mapping[str, str]
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)")
DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
PROPERTY = {"%3A": ":", "%2C": ",", **DATA}


@dataclass(frozen=True)
class Command:
    level: str
    properties: dict[str, str]
    message: str


def unescaped(text: str, table: Mapping[str, str]) -> str:
    for escape, character in table.items():
        text = text.replace(escape, character)
    return text


def command(line: str) -> Command:
    found = COMMAND.fullmatch(line)
    assert found, line
    pairs = (pair.split("=", 1) for pair in found[2].split(","))
    return Command(found[1], {k: unescaped(v, PROPERTY) for k, v in pairs}, unescaped(found[3], DATA))


def commands(report: Report, sources: Sources) -> list[Command]:
    text = github.render(report, sources)
    assert text == "" or text.endswith("\n")
    return [command(line) for line in text.split("\n")[:-1]]


def test_golden(gate_report: Report, gate_sources: Sources, golden: Golden) -> None:
    golden("gate.github.txt", github.render(gate_report, gate_sources))


def test_golden_documents(report: Report, sources: Sources, golden: Golden) -> None:
    golden("github.txt", github.render(report, sources))


def test_worst_first(gate_report: Report, gate_sources: Sources) -> None:
    levels = [c.level for c in commands(gate_report, gate_sources)]
    assert levels == ["error"] * 9 + ["warning"] * 4 + ["notice"]


def test_the_message_says_what_why_and_what_to_do(report: Report, sources: Sources) -> None:
    wrong = next(c for c in commands(report, sources) if "D101" in c.properties["title"])
    first, evidence, *_, remedy, rerun = wrong.message.split("\n")
    assert first.endswith("equation (8): the right side is not the derivative of l by s")
    assert evidence == "at m = 3, i = 1, the right side is 3/4, the true value is -1/8"
    assert remedy == "try: the exponent 2 should be -\\frac{3}{2} (proved for every size)"
    assert rerun == "check just this one: gradcheck doc 'notes/batch norm.md' --only eq-2"


def test_the_place_is_the_smallest_span_at_fault(report: Report, sources: Sources) -> None:
    slip = next(c for c in commands(report, sources) if "D401" in c.properties["title"])
    fault = report.documents[0].claims[5].fault
    assert slip.properties["file"] == "notes/batch norm.md"
    assert slip.properties["line"] == slip.properties["endLine"] == str(fault.line)
    assert slip.properties["col"] == str(fault.column)
    assert slip.properties["endColumn"] == str(fault.end_column)


def test_known_errata_are_notices(gate_report: Report, gate_sources: Sources) -> None:
    (notice,) = (c for c in commands(gate_report, gate_sources) if c.level == "notice")
    assert notice.message.endswith("known erratum (notes/errata.toml:3): the print of 2015 | says 2")


def test_what_is_suppressed_is_not_there(gate_report: Report, gate_sources: Sources) -> None:
    assert "<as printed>" not in github.render(gate_report, gate_sources, verbosity=1)


def test_a_layer_without_a_path_has_no_file(gate_report: Report, gate_sources: Sources) -> None:
    hinge = [c for c in commands(gate_report, gate_sources) if c.message.startswith("net.losses:hinge: ")]
    assert [set(c.properties) for c in hinge] == [{"title"}, {"title"}]


def test_troubles_are_errors(report: Report, sources: Sources) -> None:
    bug, missing = commands(report, sources)[:2]
    assert bug.level == missing.level == "error"
    assert bug.properties["title"] == "gradcheck: a bug of its own"
    assert missing.properties == {"file": "gone.md", "title": "gradcheck: not checked"}
    assert missing.message == "gone.md: cannot be read: No such file or directory"


@pytest.mark.parametrize(("count", "shown"), [(9, 9), (10, 10), (11, 10), (500, 10)])
@pytest.mark.parametrize(
    ("level", "verdict", "code"),
    [
        ("error", Verdict.WRONG, "D101"),
        ("warning", Verdict.UNDECIDED, "D501"),
        ("notice", Verdict.INHERITED, "D201"),
    ],
)
def test_ten_of_each_level(count: int, shown: int, level: str, verdict: Verdict, code: str) -> None:
    said = commands(many(count, verdict=verdict, code=code), {})
    assert [c.level for c in said] == [level] * shown
    if count > shown:
        assert said[-1].properties == {"title": f"gradcheck: {count - 9} more {level}s"}
        assert "GITHUB_STEP_SUMMARY" in said[-1].message
        assert not any("more" in c.properties["title"] for c in said[:-1])


def test_each_level_has_ten_of_its_own() -> None:
    errors, warnings = many(12), many(12, verdict=Verdict.UNDECIDED, code="D501")
    levels = [c.level for c in commands(Report(errors.documents + warnings.documents), {})]
    assert levels == ["error"] * 10 + ["warning"] * 10


def test_nothing_found() -> None:
    held = Claim("eq-1", None, Place(1, 1, 2), Place(1, 1, 2), "a", Verdict.HOLDS)
    assert github.render(Report((Document("a.md", "a", (), (held,)),)), {}) == ""


@pytest.mark.parametrize(
    ("place", "known"),
    [
        (Place(0, 1, 2), {"file"}),
        (Place(3, 0, 2), {"file", "line", "endLine"}),
        (Place(3, 5, 4), {"file", "line", "endLine"}),
        (Place(3, 5, 5), {"file", "line", "endLine", "col", "endColumn"}),
    ],
)
def test_a_place_that_github_would_refuse_is_left_out(place: Place, known: set[str]) -> None:
    report = Report(troubles=(Trouble("a.md", "x", place),))
    assert set(commands(report, {})[0].properties) == {*known, "title"}


@pytest.mark.parametrize(
    "path", ["a b.md", "a%2Cb.md", "a,b:c.md", "/abs/ä.md", "../a.md", "C:\\a.md", "漢.md"]
)
def test_paths_come_back(path: str) -> None:
    found = many(1).documents[0]
    said = commands(Report((replace(found, path=path),)), {})
    assert said[0].properties["file"] == path


@pytest.mark.parametrize("letter", ["x", "漢", "%", "\n", "y\n"])
def test_messages_stay_short(letter: str) -> None:
    long = letter * 100_000
    claim = many(1, long).documents[0].claims[0]
    document = Document(long.strip() or "a", "a", (), (replace(claim, notes=(long, long)),))
    argument = ArgumentCheck(
        long, (1,), "d", LayerVerdict.FAIL, code="L101", message=long, cause=long, fix=long
    )
    layer = Layer(f"{long}:f", LayerVerdict.FAIL, (argument,))
    for said in commands(Report((document,), layers=(layer,)), {document.path: long}):
        assert len(said.message.encode()) <= 4096


def test_the_command_is_kept_where_evidence_is_cut(report: Report, sources: Sources) -> None:
    document = report.documents[0]
    long = replace(document.claims[1], notes=tuple("long " * 100 for _ in range(50)))
    report = Report((replace(document, claims=(long,)),))
    (said,) = commands(report, sources)
    assert said.message.endswith("--only eq-2") and "try: " in said.message


def test_a_changed_erratum_says_what_the_ledger_has() -> None:
    document = many(1).documents[0]
    changed = replace(document.claims[0], acceptance=Acceptance(Standing.CHANGED, "as D301", "e.toml:3"))
    (said,) = commands(Report((replace(document, claims=(changed,)),)), {})
    assert said.level == "error" and "(e.toml:3): as D301" in said.message


@settings(max_examples=50, deadline=None)
@given(reports())
def test_hostile_texts(drawn: tuple[Report, dict[str, str]]) -> None:
    report, sources = drawn
    known = {"file", "line", "endLine", "col", "endColumn", "title"}
    for said in commands(report, sources):
        assert set(said.properties) <= known
        assert not any(ord(c) < 32 for c in said.message if c != "\n")
        assert len(said.message.encode()) <= 4096
