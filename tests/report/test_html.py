"""The page: what is on it, that nothing in a report becomes markup, that it refers to itself only."""

import re
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pages
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck.changes import SourceText
from gradcheck.extras import MissingExtra
from gradcheck.model import (
    ArgumentCheck,
    Change,
    Claim,
    Correction,
    Document,
    Implemented,
    Layer,
    LayerVerdict,
    Place,
    Report,
    Verdict,
)
from gradcheck.report.html import render
from gradcheck.report.html_lines import pieces, suggestion
from gradcheck.report.html_mathml import mathml

DERIVATIONS = Path(__file__).parents[2] / "derivations"
HOSTILE = (
    "<script>alert(1)</script>",
    "</style></script></title></code></pre><b onclick=x>",
    "\"' onmouseover='alert(1)' x=\"",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;",
    "]]> <!-- --> <? ?>",
    "\ud800\x00\x1b[31m\u202e\ufffe\r\n\t",
    r"\href{javascript:alert(1)}{x} \style{position:fixed}{x} \class{skip}{x}",
    r"\text{<script>alert(1)</script>} \text{&lt;img src=x onerror=alert(1)&gt;} \unicode{3c}",
    "x_{" * 2_000,
    r"\def\a{\b\b}\def\b{\a\a}\a",
    "%s %(x)s {0}",
    "",
)
STAYING = (
    *(
        "",
        " ",
        r"\frac{a",
        "x_1_2",
        r"\unknown",
        r"\cancel{x}",
        r"\def\a{x}\a",
        r"\left( x",
        r"\begin{align}",
    ),
    *("\u0323x", "\ud800\\", "{" * 60, "x" * 3_001, r"\sqrt" * 400),
)
FRAGMENTS = (
    *(
        r"\frac",
        r"\text{<i>}",
        r"\hat",
        r"\style{a}",
        r"\left(",
        r"\right)",
        r"\begin{matrix}",
        r"\end{matrix}",
    ),
    *("{", "}", "x", "_", "^", "&", r"\\", "<", "\0", "漢", "x̂"),
)


def everywhere(change: Callable[[str], str], value: Any) -> Any:
    """A part of a report with every text in it changed, but for codes and fixed words."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(k): everywhere(change, v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(everywhere(change, v) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in fields(value) if f.name not in ("code", "verdict")]
        changed: Any = {name: everywhere(change, getattr(value, name)) for name in names}
        verdict = getattr(value, "verdict", None)
        return replace(value, **changed, **({"verdict": verdict} if verdict is not None else {}))
    return value


def shape(element: pages.Element) -> set[tuple[str, tuple[str, ...]]]:
    """Which elements there are outside of formulas, with the names of their attributes."""
    if element.name == "math":
        return set()
    found = {(element.name, tuple(element.attributes))}
    return found.union(*map(shape, element.children))


def formulas(page: pages.Element) -> list[pages.Element]:
    return page.all("math")


def check_references(page: pages.Element) -> None:
    """Every name is given once, and everything that is referred to is there."""
    elements = page.everything()
    ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
    assert len(set(ids)) == len(ids)
    for element in elements:
        if (target := element.attributes.get("href")) is not None:
            assert target[0] == "#" and unquote(target[1:]) in ids
        if (target := element.attributes.get("aria-labelledby")) is not None:
            assert target in ids


def check_formulas(page: pages.Element) -> None:
    """What is in formulas has no attribute but those of MathML."""
    for formula in formulas(page):
        for element in formula.everything():
            assert element.name.startswith("m")
            assert not {"href", "style", "class", "id"} & set(element.attributes)
            assert not any(name.startswith("on") for name in element.attributes)


def test_golden(gate_report: Report, gate_sources: dict[str, str], golden: Any) -> None:
    page = render(gate_report, gate_sources)
    golden("gate.html", re.sub("<math.*?</math>", "<math>…</math>", page))


@pytest.mark.parametrize("given", ["gate", "plain", "empty"])
def test_is_strictly_written(given: str, request: pytest.FixtureRequest) -> None:
    report, sources = Report(), {}
    if given != "empty":
        prefix = "gate_" if given == "gate" else ""
        report = request.getfixturevalue(f"{prefix}report")
        sources = request.getfixturevalue(f"{prefix}sources")
    page = pages.read(render(report, sources))
    check_references(page)
    check_formulas(page)
    (root,) = page.all("html")
    assert root.attributes["lang"] == "en"
    assert all("scope" in th.attributes for th in page.all("th"))
    assert all(table.all("caption") for table in page.all("table"))
    assert [len(page.all(name)) for name in ("main", "header", "nav", "h1", "title")] == [1] * 5
    assert not any("style" in e.attributes for e in page.everything())


def test_loads_nothing(gate_report: Report, gate_sources: dict[str, str]) -> None:
    text = render(gate_report, gate_sources)
    page = pages.read(text)
    assert not {"src", "srcset", "action"} & {name for e in page.everything() for name in e.attributes}
    assert "://" not in text and "@import" not in text and "url(" not in text


def test_policy_allows_its_own_style_and_script_only(gate_report: Report) -> None:
    page = pages.read(render(gate_report, {}))
    policy = page.all("meta")[1].attributes["content"]
    for name in ("style", "script"):
        (element,) = page.all(name)
        digest = b64encode(sha256(element.text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_every_claim_and_finding_can_be_linked_to(gate_report: Report, gate_sources: dict[str, str]) -> None:
    page = pages.read(render(gate_report, gate_sources))
    names = {e.attributes.get("id") for e in page.everything()}
    claims = {f"claim-notes-batch-norm.md-eq-{n}" for n in range(1, 9)}
    assert claims | {"finding-notes-batch-norm.md-eq-2-D101", "finding-layers.py-batchnorm-x-L101"} <= names
    assert {"layer-層-my-layers.py-conv-1-", "finding-notes-errata.toml-line-12-G101"} <= names


def test_findings_of_one_name_are_numbered(report: Report, sources: dict[str, str]) -> None:
    doubled = replace(report, documents=(report.documents[0], report.documents[0]))
    page = pages.read(render(doubled, sources))
    check_references(page)
    assert "finding-notes-batch-norm.md-eq-2-D101--2" in {e.attributes.get("id") for e in page.everything()}


def test_filter_names_what_is_there(gate_report: Report, gate_sources: dict[str, str]) -> None:
    page = pages.read(render(gate_report, gate_sources))
    boxes = {e.attributes["class"].removeprefix("show-") for e in page.all("input")}
    (style,) = page.all("style")
    findings = page.all("article")
    assert boxes == {e.attributes[f"data-{of}"] for e in findings for of in ("severity", "standing")}
    for word in boxes:
        assert f"main:has(.show-{word}:not(:checked))" in style.text


def test_sentence(gate_report: Report, report: Report) -> None:
    def outcome(of: Report) -> str:
        page = pages.read(render(of, {}))
        (found,) = (e for e in page.all("p") if e.attributes.get("class") == "outcome")
        return " ".join(found.text.split())

    found = "Found 7 errors and 4 warnings in 10 claims of 2 documents and 5 layers."
    assert outcome(gate_report) == f"incomplete {found} 2 inputs could not be checked."
    assert outcome(Report()) == "nothing checked Nothing was checked."
    good = Claim("eq-1", None, Place(1, 1, 2), Place(1, 1, 2), "a = b", Verdict.HOLDS, scope="sizes 2, 3")
    right = replace(report, documents=(Document("a.md", "", (), (good,)),), troubles=())
    assert outcome(right) == "passed Everything holds: 1 claim of 1 document, 1 proved at small sizes only."
    silent = replace(report, documents=(Document("a.md", "", (), (replace(good, verdict=Verdict.WRONG),)),))
    assert outcome(silent).startswith("incomplete No new finding in 1 claim of 1 document.")


def test_implemented_formulas_are_shown() -> None:
    found = Implemented("n.md", Place(3, 1, 2), "4", "x_i^2", Verdict.HOLDS, "with 2 for 3", computed="x_i^3")
    argument = ArgumentCheck(
        "x", (2,), "float64", LayerVerdict.FAIL, code="L101", cause="why", implements=found
    )
    layer = Layer("a.py:f", LayerVerdict.FAIL, (argument,), derivation="bound to n.md")
    text = render(Report(layers=(layer,)), {})
    for said in ("The document says", "x_i^2", "The layer computes", "x_i^3", "why", "equation 4 (n.md:3:1)"):
        assert said in text


@pytest.mark.parametrize("payload", HOSTILE)
def test_texts_stay_texts(gate_report: Report, gate_sources: dict[str, str], payload: str) -> None:
    check_hostile(gate_report, gate_sources, payload)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.text(st.characters(exclude_categories=()) | st.sampled_from("<>&\"'`\\{}$%"), max_size=40))
def test_any_texts_stay_texts(gate_report: Report, gate_sources: dict[str, str], payload: str) -> None:
    check_hostile(gate_report, gate_sources, payload)


def check_hostile(report: Report, sources: dict[str, str], payload: str) -> None:
    """A payload in every text of a report adds no element and no attribute to its page."""

    def change(text: str) -> str:
        return f"{text}{payload}"

    def alike(text: str) -> str:
        return f"{text}x"

    benign = pages.read(render(everywhere(alike, report), everywhere(alike, sources)))
    text = render(everywhere(change, report), everywhere(change, sources))
    page = pages.read(text)
    text.encode()
    check_references(page)
    check_formulas(page)
    assert shape(page) <= shape(benign) | {("details", ("class",))}
    assert not set("\x00\x1b\u202e\ufffe\t\r") & set(text)


def test_long_texts_are_cut() -> None:
    place = Place(1, 50_000, 50_002)
    latex = "x" * 100_000
    claim = Claim("eq-1", None, place, place, latex, Verdict.WRONG, code="D101")
    page = render(Report((Document("a.md", "", (), (claim,)),)), {"a.md": latex})
    assert len(page) < 60_000
    assert "… (96,000 more characters)" in page
    assert "x…</code>" in page


def test_marks() -> None:
    assert pieces("x̂ = 2", [(1, 2)]) == (("x̂", True), (" = 2", False))
    assert pieces("ab", [(2, 3)]) == (("ab", False), ("", True))
    (left, *_, right) = pieces("." * 2_000, [(1_000, 1_001)])
    assert left == right == ("…", False)


def test_a_deletion_is_shown_at_one_place() -> None:
    text = "x" * 500 + " + y" + "z" * 500
    source = SourceText("a.md", text)
    deletion = Correction("drop y", (Change(1, 501, 1, 505, ""),), True, "every size")
    ((old, new),) = suggestion(source, deletion)
    kept = (("…", False), ("x" * 240, False))
    assert old.pieces[:3] == (*kept, (" + y", True))
    assert new.pieces[:3] == (*kept, ("z" * 240, False))


def derived() -> Iterator[str]:
    """The formulas that stand in displays of the built-in derivations."""
    for path in sorted(DERIVATIONS.glob("*.md")):
        yield from re.findall(r"\$\$(.+?)\$\$", path.read_text(encoding="utf-8"), re.DOTALL)


def test_derivations_are_shown_as_mathml() -> None:
    latex = list(derived())
    place = Place(1, 1, 2)
    claims = tuple(Claim(f"eq-{n}", None, place, place, x, Verdict.HOLDS) for n, x in enumerate(latex))
    text = render(Report((Document("all.md", "", (), claims),)), {})
    drawn = re.findall("<math.*?</math>", text)
    for formula in drawn:
        ElementTree.fromstring(formula)
    left = [x for x in latex if not mathml(x)]
    assert len(latex) > 100 and len(drawn) == len(latex) - len(left)
    assert all("\\textcircled" in x for x in left)


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\mathbf{Wx}", "<mi>𝐖</mi><mi>𝐱</mi>"),
        (r"\mathbb{1}", "<mn>𝟙</mn>"),
        ("x̂_i", "<mo>^</mo>"),
        (r"\text{<b>}", "<mtext>&lt;b&gt;</mtext>"),
        (r"\href{javascript:x}{y}", "<mrow><mrow><mi>y</mi></mrow></mrow>"),
        (r"\hspace{2em}", '<mspace width="2em"></mspace>'),
        (r"\hspace{9999em}", "<mspace></mspace>"),
        (r"\color{white} x", "<mstyle><mi>x</mi></mstyle>"),
        (r"a &= b \label{eq:1}", "<mi>a</mi><mi></mi><mo>=</mo><mi>b</mi></mrow></math>"),
    ],
)
def test_formulas(latex: str, shown: str) -> None:
    assert shown in mathml(latex)


@pytest.mark.parametrize("latex", STAYING)
def test_formulas_that_stay_latex(latex: str) -> None:
    assert mathml(latex) == ""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_any_formula_is_well_formed(latex: str) -> None:
    if drawn := mathml(latex):
        ElementTree.fromstring(drawn)


@pytest.mark.parametrize("package", ["jinja2", "latex2mathml"])
def test_missing_packages(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.startswith(("gradcheck.report.html_", package))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"{package}: pip install 'gradcheck\[html\]'"):
        render(Report(), {})
