"""The Markdown printout: formulas that survive Markdown, links that lead somewhere, words as words."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from printed_layers import LAYERS, derivation_of

from gradcheck.derive.printing.markdown import render
from gradcheck.derive.printing.view import View


def github_anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", LAYERS)
def test_links_lead_to_headings(name: str) -> None:
    text = render(derivation_of(name), View(detail="verbose"))
    headings = [github_anchor(h) for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
    links = set(re.findall(r"\]\(#([^)]*)\)", text))
    assert links and all(headings.count(link) == 1 for link in links)


@pytest.mark.parametrize("name", LAYERS)
def test_displays_are_paragraphs_that_markdown_leaves_alone(name: str) -> None:
    text = render(derivation_of(name), View(detail="verbose"))
    tokens = MarkdownIt("commonmark").parse(text)
    displays = [t.content for t in tokens if t.type == "inline" and t.content.startswith("$$")]
    assert displays
    for display in displays:
        assert display.endswith("$$") and "\n" not in display
        assert not re.search(r"\\[^A-Za-z0-9\s]", display)


def test_the_graph_is_a_flowchart() -> None:
    derivation = derivation_of("batchnorm")
    (chart,) = re.findall(r"```mermaid\n(.*?)```", render(derivation, View()), re.DOTALL)
    lines = chart.splitlines()
    assert lines[0] == "flowchart LR"
    boxes = dict(re.findall(r"^ +(v\d+)\W+\"(.*?)\"", chart, re.MULTILINE))
    arrows = {(boxes[a], boxes[b]) for a, b in re.findall(r"(v\d+) --> (v\d+)", chart)}
    assert {("x", "μ"), ("x", "x̂"), ("μ", "σ²"), ("y", "L")} <= arrows


def test_the_title_is_words() -> None:
    derivation = derivation_of("affine")
    titled = replace(derivation, forward=replace(derivation.forward, title="a_b_ [c](d) <i> $x$ `e` # f"))
    html = MarkdownIt("commonmark").render(render(titled, View()))
    assert html.startswith("<h1>a_b_ [c](d) &lt;i&gt; $x$ `e` # f</h1>")


def test_a_brief_one_has_no_steps() -> None:
    text = render(derivation_of("batchnorm"), View(detail="brief"))
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == ["Definitions", "Computational graph", "Result"]
