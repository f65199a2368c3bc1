"""A job summary, parsed as GitHub's Markdown: what comes from documents is shown literally."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from gate_report import SUPPRESSED, whole
from hostile_report import MARKUP, ODD, many, reports
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gradcheck.changes import SourceText
from gradcheck.findings import exit_code
from gradcheck.model import Change, Claim, Correction, Document, Place, Report, Trouble, Verdict
from gradcheck.report import markdown
from gradcheck.report.markdown_entries import diff
from gradcheck.report.markdown_text import cell, code, fenced, prose
from gradcheck.report.style import plain

Golden = Callable[[str, str], None]
Sources = Mapping[str, str]
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LIMIT = 1024 * 1024
BLOCKS = set("heading paragraph bullet_list list_item table thead tbody tr th td".split())
INLINE = {"text", "code_inline", "strong_open", "strong_close", "html_inline"}
HTML = {"<details><summary>the change</summary>", "</details>"}
WORDS = re.compile(r"[\w\s.,;:!?()'\"“”‘’·+=/-]|[^\x00-\x7f]")
hostile = st.lists(st.sampled_from([*MARKUP, *ODD, "word", " "]) | st.text(max_size=3), max_size=8).map(
    "".join
)


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def shown(tokens: list[Token]) -> str:
    """What a reader sees of inline Markdown."""
    return "".join(t.content for t in inline(tokens) if t.type in ("text", "code_inline"))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def check(text: str) -> list[Token]:
    """Fail where a page has anything that we did not mean."""
    tokens = PARSER.parse(text)
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        assert kind in BLOCKS | {"inline", "fence", "html_block"}, token
        assert kind != "html_block" or token.content.strip() in HTML, token
        assert kind != "fence" or token.info == "diff", token
    for token in inline(tokens):
        assert token.type in INLINE, token
        assert token.type != "html_inline" or token.content == "<br>"
        assert token.type != "text" or all(map(WORDS.fullmatch, token.content)), token
    return tokens


def headings(text: str) -> list[str]:
    return [row.lstrip("# ") for row in text.splitlines() if row.startswith("#")]


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_golden(gate_report: Report, gate_sources: Sources, golden: Golden, verbosity: int) -> None:
    text = markdown.render(gate_report, gate_sources, verbosity=verbosity)
    check(text)
    golden(f"gate.markdown.{verbosity}.md", text)


def test_golden_documents(report: Report, sources: Sources, golden: Golden) -> None:
    text = markdown.render(report, sources)
    check(text)
    golden("markdown.md", text)


def test_the_parts_in_their_order(gate_report: Report, gate_sources: Sources) -> None:
    assert headings(markdown.render(gate_report, gate_sources)) == [
        "gradcheck could not check everything: 7 errors, 4 warnings, 2 inputs not checked",
        *("Findings", "Known errata", "Ledger and suppressions", "Not checked"),
    ]


def outcome(report: Report, strict: bool = False) -> str:
    return headings(markdown.render(report, {}, strict=strict))[0].removeprefix("gradcheck ")


def test_the_outcome(report: Report) -> None:
    held = Claim("eq-1", None, Place(1, 1, 2), Place(1, 1, 2), "a", Verdict.HOLDS)
    undecided = many(2, verdict=Verdict.UNDECIDED, code="D501")
    assert outcome(Report((Document("a.md", "a", (), (held,)),))) == "passed"
    assert outcome(many(1)) == "failed: 1 error"
    assert outcome(undecided) == "passed: 2 warnings"
    assert outcome(undecided, strict=True) == "failed: 2 warnings"
    assert outcome(Report()) == "checked nothing"
    assert outcome(replace(report, documents=())) == "could not check everything: 2 inputs not checked"


@pytest.mark.parametrize("strict", [False, True])
def test_the_outcome_is_that_of_the_exit_code(report: Report, strict: bool) -> None:
    words = ["passed", "failed", "could not check everything"]
    for part in [report, whole(report), Report(report.documents), Report(report.documents[1:])]:
        assert outcome(part, strict).startswith(words[exit_code(part, strict=strict)])


def test_the_table_counts_what_junit_counts(gate_report: Report, gate_sources: Sources) -> None:
    rows = [row for row in markdown.render(gate_report, gate_sources).splitlines() if row.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    sums = [
        sum(int(n) for n in column if n != "·") for column in zip(*(r[1:] for r in cells[2:]), strict=True)
    ]
    assert dict(zip(cells[0][1:], sums, strict=True)) == {
        **{"checks": 27, "passed": 9, "failed": 7},
        **{"known errata": 1, "skipped": 8, "not checked": 2},
    }


def test_a_correction_is_a_diff(report: Report, sources: Sources) -> None:
    fences = [t.content for t in PARSER.parse(markdown.render(report, sources)) if t.type == "fence"]
    assert fences[1] == (
        "@@ -8,1 +8,1 @@\n-    $$ \\frac{\\partial l}{x_i}\n+    $$ \\frac{\\partial l}{\\partial x_i}\n"
    )


def test_a_diff_of_several_places() -> None:
    lines = [f"line {n}" for n in range(1, 9)]
    changes = (Change(2, 6, 3, 7, "two"), Change(5, 1, 5, 1, "a\nb "), Change(8, 1, 8, 2, ""))
    source = SourceText("a.md", "\n".join(lines))
    assert list(diff(source, Correction("", changes, True, ""))) == [
        *("@@ -2,2 +2,1 @@", "-line 2", "-line 3", "+line two"),
        *("@@ -5,1 +4,2 @@", "-line 5", "+a", "+b line 5"),
        *("@@ -8,1 +8,1 @@", "-line 8", "+ine 8"),
    ]


def test_without_the_sources(report: Report) -> None:
    assert "```" not in markdown.render(report, {})


def test_known_errata_have_their_reasons(gate_report: Report, gate_sources: Sources) -> None:
    text = markdown.render(gate_report, gate_sources)
    assert "reason: the print of 2015 `|` says 2 (`notes/errata.toml:3`)" in text


def test_what_is_suppressed_is_told_where_more_is_asked_for(
    gate_report: Report, gate_sources: Sources
) -> None:
    assert SUPPRESSED.reason not in markdown.render(gate_report, gate_sources)
    assert SUPPRESSED.reason in markdown.render(gate_report, gate_sources, verbosity=1)


def test_a_summary_has_a_limit() -> None:
    text = markdown.render(many(20_000, "漢字 " * 50), {})
    assert LIMIT / 2 < len(text.encode()) <= markdown.LIMIT < LIMIT
    left_out = re.search(r"\*\*([\d,]+) more findings are left out\*\*", text)
    assert left_out is not None
    entries = text.count("\n- **error**")
    assert entries + int(left_out[1].replace(",", "")) == 20_000
    check(text)


def test_every_part_has_a_limit() -> None:
    place = Place(1, 1, 2)
    held = Claim("eq-1", None, place, place, "a", Verdict.HOLDS)
    documents = tuple(Document(f"{n}-{'d' * 90}.md", "a", (), (held,)) for n in range(5_000))
    troubles = tuple(Trouble(f"{n}.md", "gone " * 50) for n in range(5_000))
    text = markdown.render(Report((*documents, *many(9_000, "x " * 99).documents), troubles), {})
    assert len(text.encode()) <= markdown.LIMIT
    assert [kind for kind in ("rows", "findings", "inputs") if f"more {kind} are left out" in text] == [
        *("rows", "findings", "inputs")
    ]


@pytest.mark.parametrize("letter", ["x", "漢", "`", "$", "|", "\u0302", "\n"])
def test_long_formulas(letter: str) -> None:
    long = letter * 100_000
    (document,) = many(1, long).documents
    fix = Correction(long, (Change(1, 1, 1, 2, long),), True, "every size")
    claim = replace(document.claims[0], notes=(long,), corrections=(fix,), label=long)
    text = markdown.render(Report((replace(document, claims=(claim,)),)), {"a.md": f"a{long}"})
    assert len(text.encode()) <= markdown.LIMIT
    check(text)


@pytest.mark.parametrize(
    "text", ["a", "`", "``", "a`b", "`a", " ", " a ", "a|b", "\\", "\\|", "$x$", "<b>", "&amp;", "  "]
)
def test_code_is_shown_literally(text: str) -> None:
    spans = [t for t in inline(PARSER.parse(f"x {code(text)} x")) if t.type == "code_inline"]
    assert [span.content for span in spans] == [text]


@pytest.mark.parametrize("text", ["a|b", "\\|", "|", "||", "`|`", "\\\\|"])
def test_a_cell_of_a_table(text: str) -> None:
    tokens = PARSER.parse(f"| a | b |\n|---|---|\n| {cell(code(text))} | 1 |\n")
    assert [t.content for t in inline(tokens) if t.type == "code_inline"] == [text]
    assert sum(t.type == "td_open" for t in tokens) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "the right side is 3/4, the true value is -1/8",
            "the right side is `3/4`, the true value is `-1/8`",
        ),
        ("no meaning is known for \\oint", "no meaning is known for `\\oint`"),
        ("divided by m - 1", "divided by m - 1"),
        ("add -x̂ · mean(dout · x̂) / 2", "add `-x̂ · mean(dout · x̂)` / 2"),
        ("it costs $5 and $6", "it costs `$5` and `$6`"),
        ("(see a_b.md:3):", "(see `a_b.md:3`):"),
        ("(a_b)", "(`a_b`)"),
        ("f(x), g(y).", "`f(x), g(y)`."),
        ("a ∂ is missing", "a ∂ is missing"),
        ("`x_i - t` should be multiplied by `2`, (`$`).", "`x_i - t` should be multiplied by `2`, (`$`)."),
        ("`a``b` and c`d", "``` `a``b` ``` and ``c`d``"),
        ("dL/dt (claim-3, line 7), is wrong", "dL/dt (claim-3, line 7), is wrong"),
        ("", ""),
    ],
)
def test_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


@settings(deadline=None)
@given(hostile)
def test_prose_is_shown_literally(text: str) -> None:
    tokens = check(f"- note: {prose(text)}\n")
    expected = squeezed("note:" + plain(" ".join(text.splitlines())))
    assert squeezed(shown(tokens)).replace("`", "") == expected.replace("`", "")


@settings(deadline=None)
@given(hostile)
def test_fences_hold(text: str) -> None:
    lines = [f" {plain(line)}" for line in text.split("\n")]
    (token,) = PARSER.parse("\n".join(fenced(lines, "diff")))
    assert token.content == "\n".join(lines) + "\n"


@settings(max_examples=50, deadline=None)
@given(reports())
def test_hostile_texts(drawn: tuple[Report, dict[str, str]]) -> None:
    report, sources = drawn
    text = markdown.render(report, sources, verbosity=1)
    tokens = check(text)
    assert [t.tag for t in tokens if t.type == "heading_open"][1:] == ["h3"] * (len(headings(text)) - 1)
    widths = {row.count("</td>") for row in PARSER.render(text).split("<tr>") if "</td>" in row}
    assert len(widths) <= 1
