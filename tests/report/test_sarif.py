"""SARIF obeys the schema of OASIS, says where things are, and its fixes do what ``--fix`` does."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import layer_report
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import rules
from gradcheck.acceptance import Acceptance, Standing
from gradcheck.changes import SourceText, applied
from gradcheck.findings import findings
from gradcheck.inputs import Input
from gradcheck.model import (
    ArgumentCheck,
    Change,
    Claim,
    Correction,
    Counterexample,
    Document,
    Implemented,
    Layer,
    LayerFinding,
    LayerVerdict,
    Notice,
    Place,
    Remark,
    Report,
    Trouble,
    Verdict,
)
from gradcheck.options import Options
from gradcheck.report import sarif
from gradcheck.report.sarif_places import artifact
from gradcheck.report.sarif_rules import descriptor
from gradcheck.run import check_input

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
URI = re.compile(r"(?:file://[\w.~%/:-]*|(?![/\w.~%-]*:)[\w.~%/-]+)", re.ASCII)
LINK = re.compile(r"\[([^\]]*)\]\(([^)]+)\)")

Sources = Mapping[str, str]


def run_of(report: Report, sources: Sources) -> Any:
    text = sarif.render(report, sources)
    assert text.isascii()
    log = json.loads(text)
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    return run


def results_of(report: Report, sources: Sources) -> list[Any]:
    found: list[Any] = run_of(report, sources)["results"]
    return found


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def everything(value: Any, key: str) -> Iterator[Any]:
    """What stands below a key, wherever in the report."""
    if isinstance(value, dict):
        yield from ([value[key]] if key in value else [])
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything(part, key)


def document(source: str, place: Place, *corrections: Correction, path: str = "a.md", **more: Any) -> Report:
    claim = Claim(
        "claim-1", None, place, place, source, Verdict.WRONG, code="D101", corrections=corrections, **more
    )
    return Report((Document(path, "", (), (claim,)),))


def mended(text: str, fix: Any) -> str:
    """What an editor makes of a text: SARIF's columns are those of code points."""
    (change,) = fix["artifactChanges"]
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\n|\r", text))]
    for piece in reversed(change["replacements"]):
        where = piece["deletedRegion"]
        start = starts[where["startLine"] - 1] + where["startColumn"] - 1
        end = starts[where["endLine"] - 1] + where["endColumn"] - 1
        text = text[:start] + piece.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


@pytest.fixture
def run(gate_report: Report, gate_sources: Sources) -> Any:
    return run_of(gate_report, gate_sources)


def by_code(run: Any, code: str) -> Any:
    return next(result for result in run["results"] if result["ruleId"] == code)


def test_golden(
    gate_report: Report,
    gate_sources: Sources,
    golden: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "version_of", lambda package: "0")
    golden("gate.sarif.txt", sarif.render(gate_report, gate_sources))


def test_an_empty_report() -> None:
    run = run_of(Report(), {})
    assert run["results"] == [] and run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["results"][0].pop("message"),
        lambda run: run["results"][0].update(level="bug"),
        lambda run: run["results"][0].update(verdict="wrong"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["tool"]["driver"].pop("name"),
    ],
)
def test_the_schema_notices(gate_report: Report, gate_sources: Sources, spoil: Any) -> None:
    log = sarif.payload(gate_report, gate_sources)
    assert VALIDATOR.is_valid(log)
    spoil(log["runs"][0])
    assert not VALIDATOR.is_valid(log)


def test_nothing_but_the_report_decides(gate_report: Report, gate_sources: Sources) -> None:
    text = sarif.render(gate_report, gate_sources)
    assert text == sarif.render(gate_report, gate_sources, color=True, verbosity=-1, width=20)


def test_every_finding_is_there_once(gate_report: Report, run: Any) -> None:
    in_documents = sum(len(findings(d)) for d in gate_report.documents)
    in_layers = sum(r["ruleId"].startswith("L") for r in run["results"])
    assert len(run["results"]) == in_documents + in_layers + len(gate_report.notices)
    assert in_layers == 9


def test_rules_are_found_by_index(run: Any) -> None:
    described = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == sorted({r["ruleId"] for r in run["results"]})
    assert all(described[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_rules_say_what_github_asks_for(rule: rules.Rule) -> None:
    said = descriptor(rule)
    assert re.fullmatch("([A-Z][a-z]+)+", said["name"])
    assert 0 < len(said["shortDescription"]["text"]) <= 1024 >= len(said["fullDescription"]["text"]) > 0
    assert said["help"]["text"] and said["help"]["markdown"].count("```") % 2 == 0
    assert rule.failing.rstrip() in said["help"]["markdown"] and rule.failing.rstrip() in said["help"]["text"]


def test_fences_hold_fences() -> None:
    rule = replace(rules.get("D101"), failing="````\nx\n````\n")
    assert "`````markdown\n````\nx\n````\n`````" in descriptor(rule)["help"]["markdown"]


def test_every_result_is_in_a_file(run: Any) -> None:
    for result in run["results"]:
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1


def test_regions_quote_the_text(run: Any, gate_sources: Sources) -> None:
    quoted = 0
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        lines = SourceText("", gate_sources.get(unquote(place["artifactLocation"]["uri"]), "")).lines
        region, context = place["region"], place.get("contextRegion")
        if "snippet" in region:
            text = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
            assert region["snippet"]["text"] == text
            assert context["startLine"] <= region["startLine"] <= context["endLine"]
            text = "\n".join(lines[context["startLine"] - 1 : context["endLine"]])
            assert context["snippet"]["text"] == text
            quoted += 1
    assert quoted == len(run["results"]) - 3  # two are in no known file, of one there is no text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("notes/a.md", "notes/a.md"),
        ("./notes//x/../a.md", "notes/a.md"),
        ("100% of #1?.md", "100%25%20of%20%231%3F.md"),
        ("c:d.md", "c%3Ad.md"),
        ("層/x̂.md", "%E5%B1%A4/x%CC%82.md"),
        ("\udcff.md", "%FF.md"),
        ("\ud800.md", "%3F.md"),
        ("a\n\x1b.md", "a%0A%1B.md"),
        ("", "."),
    ],
)
def test_paths_from_the_root(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("../a b.md", "../a%20b.md"),
        ("x/../../a.md", "../a.md"),
        ("..", ".."),
        ("/home/me/a b.md", "file:///home/me/a%20b.md"),
        ("C:/notes/a.md", "file:///C:/notes/a.md"),
        ("//server/share/a.md", "file://server/share/a.md"),
    ],
)
def test_paths_from_elsewhere(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri}


def test_the_root_is_not_told(run: Any) -> None:
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_places_have_names(run: Any) -> None:
    named = {r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for r in run["results"][:6]}
    assert "notes/batch norm.md::eq-7" in named and "layers.py:batchnorm::x" in named
    assert "layers.py:relu" in named


def test_a_layer_in_no_known_file(run: Any) -> None:
    place = by_code(run, "L107")["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "net/losses.py"


def test_a_layer_whose_text_is_not_at_hand() -> None:
    layer = replace(layer_report.CONVOLUTION, path="/x/conv.py", line=None)
    (result,) = results_of(Report(layers=(layer,)), {})
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "file:///x/conv.py"},
        "region": {"startLine": 1, "endLine": 1},
    }


def test_severities_are_levels(run: Any) -> None:
    assert {by_code(run, code)["level"] for code in ("D301", "L101", "G101")} == {"error"}
    assert {by_code(run, code)["level"] for code in ("D502", "L302")} == {"warning"}
    assert {r["kind"] for r in run["results"]} == {"fail"}


def test_what_the_project_accepts_is_suppressed(run: Any) -> None:
    known, inline = by_code(run, "D101"), by_code(run, "D401")
    (suppression,) = known["suppressions"]
    assert (known["level"], inline["level"]) == ("note", "note")
    assert suppression["kind"] == "external" and suppression["status"] == "accepted"
    assert suppression["justification"] == "the print of 2015 | says 2"
    where = suppression["location"]["physicalLocation"]
    assert (where["artifactLocation"]["uri"], where["region"]["startLine"]) == ("notes/errata.toml", 3)
    assert [s["kind"] for s in inline["suppressions"]] == ["inSource"]


def test_a_changed_erratum_suppresses_nothing(run: Any) -> None:
    changed = by_code(run, "D301")
    assert "suppressions" not in changed and changed["level"] == "error"
    assert "something else of this place" in changed["message"]["text"]


def test_a_reason_that_is_nowhere_written() -> None:
    acceptance = Acceptance(Standing.KNOWN, "", "")
    (result,) = results_of(document("x", Place(1, 1, 2), acceptance=acceptance), {})
    assert result["suppressions"] == [{"kind": "external", "status": "accepted"}]


def test_messages_say_what_can_be_checked(run: Any) -> None:
    text = by_code(run, "D101")["message"]["text"]
    assert text.startswith("equation (8): the right side is not the derivative of l by s.\n")
    assert "at m = 3, i = 1, the right side is 3/4, the true value is -1/8." in text
    assert "correction: the exponent 2 should be -\\frac{3}{2} (proved for every size)." in text
    assert "or: drop \\epsilon (not proved)." in text
    assert "`gradcheck doc 'notes/batch norm.md' --only eq-2`" in text


def test_followers_are_related(run: Any) -> None:
    result = by_code(run, "D101")
    said = [(place["id"], place["message"]["text"]) for place in result["relatedLocations"]]
    assert said == [
        (1, "eq-3 inherits the error; then: \\gamma should be dropped (proved for every size)"),
        (2, "eq-4 recovers from the error"),
    ]
    assert LINK.findall(result["message"]["text"]) == [("eq-3", "1"), ("eq-4", "2")]


def test_a_formula_that_a_layer_implements_is_related() -> None:
    inner = Implemented("bn.md", Place(5, 3, 9), None, "y", Verdict.HOLDS)
    formula = Implemented("bn.md", Place(9, 3, 9), "13", "x", Verdict.HOLDS, through=inner)
    check = ArgumentCheck("x", (2,), "float64", LayerVerdict.FAIL, code="L101", implements=formula)
    (result,) = results_of(Report(layers=(Layer("a.py:f", LayerVerdict.FAIL, (check,)),)), {})
    places = [p["physicalLocation"]["region"]["startLine"] for p in result["relatedLocations"]]
    assert places == [9, 5]
    assert "see [equation 13 (bn.md:9:3)](1), [the formula at bn.md:5:3](2)." in result["message"]["text"]


def test_no_text_of_a_document_is_a_link() -> None:
    report = document(
        "x", Place(1, 1, 2), message=r"\left[x\right](y) and [a](1) and [b](https://example.org)"
    )
    (result,) = results_of(report, {})
    assert not LINK.search(result["message"]["text"])
    assert r"\left[x\right] (y)" in result["message"]["text"]


def test_labels_in_links_are_without_brackets() -> None:
    report = document("x", Place(1, 1, 2))
    claims = [report.documents[0].claims[0]]
    for n, label in enumerate(("[2]", "\\]", "(3)"), 2):
        claims.append(
            replace(
                claims[0], id=f"claim-{n}", label=label, cause_claim="claim-1", verdict=Verdict.CONVENTION
            )
        )
    (result,) = results_of(Report((Document("a.md", "", (), tuple(claims)),)), {})
    assert LINK.findall(result["message"]["text"]) == [("2", "1"), ("2", "2"), ("(3)", "3")]
    assert result["relatedLocations"][0]["message"]["text"] == "[2] needs the same reading"


def test_only_what_is_proved_is_a_fix(run: Any) -> None:
    said = [fix["description"]["text"] for fix in by_code(run, "D101")["fixes"]]
    assert said == [
        "the exponent 2 should be -\\frac{3}{2} (proved for every size)",
        "both factors should be squared (proved at sizes 2, 3, 4 only)",
    ]
    assert "drop \\epsilon (not proved)" in by_code(run, "D101")["properties"]["corrections"]


def test_fixes_do_what_the_command_does(gate_report: Report, gate_sources: Sources, run: Any) -> None:
    tried = 0
    for doc in gate_report.documents:
        source = SourceText(doc.path, gate_sources[doc.path])
        for finding in findings(doc):
            proved = [c for c in finding.corrections if c.proved]
            named = f"{doc.path}::{finding.claim.id}"
            (result,) = (
                r
                for r in run["results"]
                if r["ruleId"] == finding.code
                and r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == named
            )
            for correction, fix in zip(proved, result.get("fixes", []), strict=True):
                assert mended(source.text, fix) == applied(source.text, source.edits(correction.changes))
                assert unquote(fix["artifactChanges"][0]["artifactLocation"]["uri"]) == doc.path
                tried += 1
    assert tried == 5


@pytest.mark.parametrize(
    ("path", "text", "after"),
    [
        ("a.md", "α\r\n$x = y$\r\n", "α\r\n$x = \\frac{1}{2} < \r\nz$\r\n"),
        ("a.html", "α\n$x = y$\n", "α\n$x = \\frac{1}{2} &lt; \nz$\n"),
        ("a.ipynb", '{\n"$x = y$"}\n', '{\n"$x = \\\\frac{1}{2} < \\nz$"}\n'),
    ],
)
def test_fixes_are_spelled_as_the_file_spells(path: str, text: str, after: str) -> None:
    column = SourceText(path, text).lines[1].index("y") + 1
    change = Change(2, column, 2, column + 1, "\\frac{1}{2} < \nz")
    report = document("x", Place(2, 1, 2), Correction("z", (change,), True, "every size"), path=path)
    (result,) = results_of(report, {path: text})
    (fix,) = result["fixes"]
    assert mended(text, fix) == after


def test_a_fix_over_several_lines_that_deletes() -> None:
    text = "$$ x\n= y\r= z $$\n"
    change = Change(1, 5, 3, 4, "")
    report = document("x", Place(1, 1, 2), Correction("z", (change,), True, "every size"))
    (fix,) = results_of(report, {"a.md": text})[0]["fixes"]
    assert "insertedContent" not in fix["artifactChanges"][0]["replacements"][0]
    assert mended(text, fix) == "$$ x $$\n".replace("x ", "x")[:4] + " $$\n"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("", Change(2, 1, 2, 2, "y")),  # the text is not at hand
        ("$x = y$\n", Change(1, 1, 1, 99, "y")),
        ("$x = y$\n", Change(1, 6, 1, 7, "\ud800")),
        ("𝜎: $x = y$\n", Change(1, 9, 1, 10, "z")),  # editors count UTF-16 code units here
    ],
)
def test_no_fix_rather_than_a_wrong_one(text: str, change: Change) -> None:
    report = document("x", Place(1, 1, 2), Correction("z", (change,), True, "every size"))
    assert "fixes" not in results_of(report, {"a.md": text})[0]


def test_the_fix_of_a_document_is_right() -> None:
    path, text = "a.md", rules.get("D101").failing
    wrong = check_input(Input(path, text.encode()), Options()).result
    assert isinstance(wrong, Document)
    (result,) = results_of(Report((wrong,)), {path: text})
    right = check_input(Input(path, mended(text, result["fixes"][0]).encode()), Options()).result
    assert isinstance(right, Document)
    assert findings(right) == ()


def test_troubles_are_notifications(run: Any) -> None:
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    gone, bug = invocation["toolExecutionNotifications"]
    assert gone["level"] == bug["level"] == "error"
    assert gone["message"]["text"] == "gone.md: cannot be read: No such file or directory"
    assert gone["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "gone.md", "uriBaseId": "%SRCROOT%"}
    }
    assert bug["locations"][0]["physicalLocation"]["region"]["startColumn"] == 2


@pytest.mark.parametrize("path", ["--only", "gradcheck layer", "net.losses:hinge", "a.py:f"])
def test_troubles_that_are_in_no_file(path: str) -> None:
    run = run_of(Report(troubles=(Trouble(path, "x"),)), {})
    assert "locations" not in run["invocations"][0]["toolExecutionNotifications"][0]


def test_a_bug_of_ours_is_no_success() -> None:
    report = document("x", Place(1, 1, 2))
    claim = replace(report.documents[0].claims[0], code="G901")
    run = run_of(Report((Document("a.md", "", (), (claim,)),)), {})
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["results"][0]["level"] == "error"


def test_github_takes_no_more_than_so_many(
    gate_report: Report, gate_sources: Sources, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 9)
    fewer = run_of(gate_report, gate_sources)
    assert [r["partialFingerprints"] for r in fewer["results"]] == [
        r["partialFingerprints"] for r in run["results"][:9]
    ]
    assert all(rule["id"] != "L209" for rule in fewer["tool"]["driver"]["rules"])
    said = fewer["invocations"][0]["toolExecutionNotifications"][-1]
    assert said["level"] == "warning" and said["message"]["text"].startswith(
        f"The {len(run['results']) - 9} least severe results are left out"
    )


def test_long_texts_are_cut() -> None:
    long = "x" * 100_000
    report = document(
        long,
        Place(1, 1, 100_001),
        Correction(long, (Change(1, 1, 1, 2, "y"),), True, long),
        message=long,
        notes=(long,) * 100,
        counterexample=Counterexample({long: 1}, {long: long}, long, long),
    )
    check = ArgumentCheck(long, (), long, LayerVerdict.FAIL, code="L101", message=long, cause=long, fix=long)
    layer = Layer(long, LayerVerdict.FAIL, (check,), (LayerFinding("L209", long),))
    report = replace(report, layers=(layer,), troubles=(Trouble(long, long),))
    run = run_of(report, {"a.md": long})
    assert max(len(text) for result in run["results"] for text in strings(result["message"])) <= 8000
    uris = set(everything(run, "uri"))
    assert max(len(text) for text in strings(run) if text not in uris) <= 8000


NASTY = st.text(
    st.sampled_from("a0 []()\\{}`<>&'\"%#?:/.-_|\n\r\t\x00\x1b\x7f\x9b\u202e\u2028\ud800\udcff漢x̂𝜎\ufffe"),
    max_size=12,
)
PLACES = st.builds(
    lambda line, column, length: Place(line, column, column + length),
    *(st.integers(-1, 4), st.integers(-1, 8), st.integers(-2, 9)),
)
CHANGES = st.builds(Change, st.integers(1, 3), st.integers(1, 3), st.integers(3, 3), st.integers(3, 6), NASTY)
CORRECTIONS = st.builds(Correction, NASTY, st.lists(CHANGES, max_size=1).map(tuple), st.booleans(), NASTY)
ACCEPTANCES = st.none() | st.builds(Acceptance, st.sampled_from(Standing), NASTY, NASTY)
REMARKS = st.builds(
    Remark, st.just("D405"), NASTY, PLACES, st.lists(CORRECTIONS, max_size=2).map(tuple), ACCEPTANCES
)


@st.composite
def claims(draw: Any) -> Claim:
    return Claim(
        draw(NASTY),
        draw(st.none() | NASTY),
        draw(PLACES),
        draw(PLACES),
        draw(NASTY),
        draw(st.sampled_from(Verdict)),
        cause_claim=draw(st.none() | NASTY),
        counterexample=draw(st.none() | st.builds(Counterexample, st.just({}), st.just({}), NASTY, NASTY)),
        code=draw(st.sampled_from(["D101", "D201", "D501", None])),
        message=draw(NASTY),
        notes=draw(st.lists(NASTY, max_size=2).map(tuple)),
        remarks=draw(st.lists(REMARKS, max_size=2).map(tuple)),
        corrections=draw(st.lists(CORRECTIONS, max_size=2).map(tuple)),
        acceptance=draw(ACCEPTANCES),
    )


@st.composite
def layers(draw: Any) -> Layer:
    number = st.sampled_from([0.5, float("nan"), float("inf")])
    check = ArgumentCheck(
        *(draw(NASTY), (2,), "float64", LayerVerdict.FAIL, draw(number), draw(number)),
        code="L101",
        message=draw(NASTY),
        cause=draw(NASTY),
        fix=draw(NASTY),
        acceptance=draw(ACCEPTANCES),
    )
    found = LayerFinding("L401", draw(NASTY), draw(ACCEPTANCES))
    path, line = draw(st.none() | NASTY), draw(st.none() | st.integers(-1, 5))
    return Layer(draw(NASTY), LayerVerdict.FAIL, (check,), (found,), path=path, line=line)


@st.composite
def reports(draw: Any) -> Report:
    return Report(
        tuple(Document(draw(NASTY), "", (), tuple(draw(st.lists(claims(), max_size=3)))) for _ in range(2)),
        (Trouble(draw(NASTY), draw(NASTY), draw(st.none() | PLACES)),),
        (draw(layers()),),
        (
            Notice(
                draw(st.sampled_from(["G101", "G201"])), draw(NASTY), draw(NASTY), draw(PLACES), draw(NASTY)
            ),
        ),
    )


@settings(max_examples=150, deadline=None)
@given(reports(), NASTY)
def test_nothing_hostile_comes_through(report: Report, text: str) -> None:
    paths = [*(d.path for d in report.documents), *(x.path or "" for x in report.layers)]
    run = run_of(report, dict.fromkeys(paths, text))
    for result in run["results"]:
        said = result["message"]["text"]
        assert said.strip() and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", said)
        links = [int(number) for _, number in LINK.findall(said)]
        assert links == [place["id"] for place in result.get("relatedLocations", [])]
    assert not any("\ud800" <= c <= "\udfff" for text in strings(run) for c in text)
    assert all(URI.fullmatch(uri) for uri in everything(run, "uri") if uri is not None)
    prints = [r["partialFingerprints"]["gradcheckFingerprint/v1"] for r in run["results"]]
    assert len(set(prints)) == len(prints)
