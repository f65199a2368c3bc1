"""Corrections as people and programs read them: both lines cut alike, marks under what differs."""

import json as standard
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click
import jsonschema
import pytest

from gradcheck.changes import SourceText
from gradcheck.findings import findings
from gradcheck.model import Change, Claim, Correction, Document, Place, Remark, Report, Verdict
from gradcheck.report import concise, full, json
from gradcheck.report.style import display_width
from gradcheck.report.suggestion import suggestion

PLACE = Place(1, 3, 4)


def of_line(start: int, end: int, latex: str, line: int = 1) -> Change:
    """Characters of one line, counted from 0."""
    return Change(line, start + 1, line, end + 1, latex)


def shown(
    text: str, *changes: Change, path: str = "a.md", width: int = 100, color: bool = False
) -> list[str]:
    correction = Correction("so", changes, True, "every size")
    return suggestion(SourceText(path, text), correction, 1, width=width, color=color)


def wrong(*corrections: Correction, **more: Any) -> Document:
    claim = Claim("eq-1", None, PLACE, PLACE, "a = b", Verdict.WRONG, code="D101", corrections=corrections)
    return Document("a.md", "a", (), (replace(claim, **more),))


def correction(edit: str, *changes: Change, **more: Any) -> Correction:
    return replace(Correction(edit, changes or (of_line(4, 5, "c"),), True, "every size"), **more)


def rendered(document: Document, verbosity: int = 0) -> str:
    return full.render(Report((document,)), {"a.md": "a = b\nb = b"}, verbosity=verbosity)


def test_a_pair() -> None:
    assert shown("x^2 y", of_line(2, 3, "{-1}")) == [
        "  |",
        "1 - x^2 y",
        "  |   -",
        "1 + x^{-1} y",
        "  |   ++++",
        "  |",
    ]


def test_what_is_inserted_has_no_mark_above_and_what_is_deleted_none_below() -> None:
    assert shown("x y", of_line(0, 0, "2 "))[1:-1] == ["1 - x y", "1 + 2 x y", "  | ++"]
    assert shown("2 x", of_line(0, 2, ""))[1:-1] == ["1 - 2 x", "  | --", "1 + x"]


def test_several_changes_are_marked_each() -> None:
    rows = shown("x̂ + 漢 - y", of_line(0, 2, "z"), of_line(7, 8, "+"))
    assert rows[1:-1] == ["1 - x̂ + 漢 - y", "  | -      -", "1 + z + 漢 + y", "  | +      +"]


def test_changes_of_distant_lines_and_over_lines() -> None:
    text = "a\r\nb\r\nc d\r\ne f\r\n"
    rows = shown(text, of_line(0, 1, "x", 1), Change(3, 3, 4, 2, "y\nz"))
    assert rows == [
        *("  |", "1 - a", "  | -", "1 + x", "  | +"),
        "...",
        *("3 - c d", "  |   -", "4 - e f", "  | -"),
        *("3 + c y", "  |   +", "4 + z f", "  | +"),
        "  |",
    ]


def test_the_spelling_is_that_of_the_file() -> None:
    change = of_line(9, 10, r"\frac{1}{2} < 3")
    assert r"""+ "source":\\frac{1}{2} < 3""" in "\n".join(shown('"source":x"', change, path="a.ipynb"))
    assert r"+ <p>$$ x =\frac{1}{2} &lt; 3" in "\n".join(shown("<p>$$ x =y $$", change, path="a.html"))


@pytest.mark.parametrize("width", [40, 61, 80])
@pytest.mark.parametrize("start", range(0, 160, 13))
@pytest.mark.parametrize(("length", "latex"), [(0, "#" * 9), (9, ""), (3, "#" * 70), (70, "###"), (1, "#")])
def test_both_lines_are_cut_alike_around_the_change(width: int, start: int, length: int, latex: str) -> None:
    line = "".join(chr(0x4E00 + n) if n % 7 == 0 else chr(0x100 + n) for n in range(240))
    rows = shown(line, of_line(start, start + length, latex), width=width)
    assert all(display_width(row) <= width for row in rows)
    (old,) = [row for row in rows if row.startswith("1 -")]
    (new,) = [row for row in rows if row.startswith("1 +")]
    at = old.index(line[start]) if length else new.index("#")
    assert old[3:at] == new[3:at] and (at > 4 or start == 0)
    assert (latex[:1] or "1") in new


def test_color_only_adds_codes() -> None:
    changes = of_line(0, 1, "z"), of_line(5, 7, "  ")
    assert [click.unstyle(row) for row in shown("x + y   ", *changes, color=True)] == shown(
        "x + y   ", *changes
    )


@pytest.mark.parametrize("change", [of_line(9, 10, "c"), of_line(0, 1, "c", line=7)])
def test_without_the_text_there_are_the_words(change: Change) -> None:
    text = full.render(Report((wrong(correction("write c", change)),)), {})
    assert "= help: write c (proved for every size)\n" in text and "+ c" not in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "write c (proved for every size)"),
        ({"scope": "sizes 2, 3, 4"}, "write c (proved at sizes 2, 3, 4 only)"),
        ({"proved": False}, "write c (not proved)"),
    ],
)
def test_how_far_it_is_proved_is_said(more: dict[str, Any], said: str) -> None:
    assert said in rendered(wrong(correction("write c", **more)))


def test_only_what_is_proved_can_be_applied() -> None:
    assert "apply it: gradcheck doc a.md --fix --only eq-1" in rendered(wrong(correction("write c")))
    assert "`--fix` corrects it, `--diff` shows how" in rendered(wrong(correction("write c")))
    assert "--fix" not in rendered(wrong(correction("write c", proved=False)))
    assert "--fix" not in rendered(wrong())


@pytest.mark.parametrize(("proved", "said"), [((True, True), "all of them"), ((True, False), "1 of them")])
def test_how_many_can_be_fixed_is_said(proved: tuple[bool, ...], said: str) -> None:
    claims = [wrong(correction("write c", proved=p)).claims[0] for p in proved]
    document = Document("a.md", "a", (), tuple(replace(c, id=f"eq-{n}") for n, c in enumerate(claims)))
    assert f"`--fix` corrects {said}, " in rendered(document)


def test_the_other_corrections_are_counted_and_shown_on_demand() -> None:
    document = wrong(correction("one"), correction("twofold"), correction("threefold"))
    assert "2 other corrections; -v shows them" in rendered(document) and "twofold" not in rendered(document)
    assert "= help: or twofold" in rendered(document, 1) and "other correction" not in rendered(document, 1)


def test_corrections_of_what_inherits_are_shown_on_demand_alone() -> None:
    root = wrong(correction("one")).claims[0]
    heir = replace(root, id="eq-2", verdict=Verdict.INHERITED, code="D201", cause_claim="eq-1")
    heir = replace(heir, corrections=(correction("twofold", of_line(0, 1, "c", line=2)),))
    document = Document("a.md", "a", (), (root, heir))
    assert "twofold" not in rendered(document) and "then, at eq-2: twofold" in rendered(document, 1)
    assert "= help: twofold" in rendered(replace(document, claims=(heir,)))


def test_a_remark_that_is_the_finding_lends_its_correction() -> None:
    remark = Remark("D405", "a bracket", PLACE, (correction("close it"),))
    document = wrong(verdict=Verdict.SLIP, code="D405", remarks=(remark,))
    assert [f.corrections for f in findings(document)] == [remark.corrections]


def test_concise_stays_one_line() -> None:
    text = concise.render(Report((wrong(correction("write\n\x1b c")),)), {})
    assert text.startswith("a.md:1:3: D101 the two sides differ; try: write") and text.count("\n") == 1


def test_concise_names_only_what_is_proved() -> None:
    text = concise.render(Report((wrong(correction("write c", proved=False)),)), {})
    assert text == "a.md:1:3: D101 the two sides differ [wrong]\n"


def payload(path: str, text: str, *changes: Change) -> Any:
    document = replace(wrong(correction("so", *changes)), path=path)
    loaded = standard.loads(json.render(Report((document,)), {path: text}))
    jsonschema.Draft202012Validator(json.schema()).validate(loaded)
    return loaded["documents"][0]["claims"][0]["corrections"][0]


def test_one_stretch_holds_all_changes() -> None:
    found = payload("a.md", "a = b c + d", of_line(4, 5, "x"), of_line(10, 11, "y"))
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (1, 5, 1, 12)
    assert found["latex"] == "x c + y"
    assert found["changes"][1] == {"line": 1, "column": 11, "end_line": 1, "end_column": 12, "latex": "y"}


@pytest.mark.parametrize(
    ("path", "text", "latex"),
    [
        ("a.ipynb", r'"b \\frac d"', r"x \frac y"),
        ("a.html", "<b &lt;&amp;d ", "x <&y"),
        ("a.md", "_b +\r\n*  d ", "x +\n*  y"),
    ],
)
def test_the_latex_between_changes_is_latex(path: str, text: str, latex: str) -> None:
    lines = SourceText(path, text).lines
    last = of_line(lines[-1].index("d"), lines[-1].index("d") + 1, "y", line=len(lines))
    assert payload(path, text, of_line(1, 2, "x"), last)["latex"] == latex


@pytest.mark.parametrize("field", ["changes", "end_line", "proved", "scope"])
def test_the_schema_notices_a_missing_field(report: Report, sources: Mapping[str, str], field: str) -> None:
    loaded = standard.loads(json.render(report, sources))
    del loaded["documents"][0]["claims"][1]["corrections"][0][field]
    assert not jsonschema.Draft202012Validator(json.schema()).is_valid(loaded)
