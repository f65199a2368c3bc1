"""The page: strictly written, linked within itself, and nothing in it is markup but its own."""

import re
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pages
import pytest
from printed_layers import LAYERS, derivation_of

from gradcheck.algebra.expr import Expr, Graph, Ref, Var, mapped
from gradcheck.derive.derivation import Chain, Derivation, Step
from gradcheck.derive.printing.html import render
from gradcheck.derive.printing.mathml import mathml
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES
from gradcheck.extras import MissingExtra

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></text></svg></math><b onclick=x>",
    "\"' onmouseover='alert(1)' x=\"",
    r"\href{javascript:alert(1)}{x}",
    r"\text{<img src=x onerror=alert(1)>}",
    "{{ 7 * 7 }}{% raw %}",
    "\ud800\x00\x1b[31m\u202e",
    "x_{" * 200,
)
MATHML = set(
    "math mrow mstyle mpadded msqrt mroot mfrac msub msup msubsup munder mover munderover"
    " mi mn mo mtext mspace".split()
)


def page(derivation: Derivation, view: View | None = None) -> pages.Element:
    return pages.read(render(derivation, view or View(detail="verbose")))


@pytest.mark.parametrize("name", LAYERS)
def test_every_formula_is_mathematics(name: str) -> None:
    shown = page(derivation_of(name))
    assert not shown.all("code")
    assert len(shown.all("math")) > 10


@pytest.mark.parametrize("name", LAYERS)
def test_links_lead_somewhere_and_names_are_given_once(name: str) -> None:
    shown = page(derivation_of(name))
    ids = [e.attributes["id"] for e in shown.everything() if "id" in e.attributes]
    links = [e.attributes["href"] for e in shown.all("a")]
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)


def test_each_step_links_to_its_rule() -> None:
    derivation = derivation_of("batchnorm")
    shown = page(derivation)
    reasons = [e for e in shown.everything() if e.attributes.get("class") == "reason"]
    linked = [e.all("a")[0].attributes["href"].removeprefix("#rule-") for e in reasons]
    steps = [s for chain in (*derivation.locals, *derivation.chains) for s in chain.steps]
    assert sorted(linked) == sorted(step.rule for step in steps)
    said = [e.attributes["id"] for e in shown.everything() if e.attributes.get("class") == "rule"]
    assert said == [f"rule-{key}" for key in RULES if key in {step.rule for step in steps}]


def test_the_vertices_of_the_graph_link_to_their_chains() -> None:
    derivation = derivation_of("batchnorm")
    (graph,) = page(derivation).all("svg")
    assert len(graph.all("a")) == len(derivation.chains)


def test_nothing_is_loaded_or_run() -> None:
    text = render(derivation_of("batchnorm"), View())
    shown = pages.read(text)
    assert not [e.name for e in shown.everything() if e.name in ("script", "img", "link", "iframe", "object")]
    assert not re.search(r"@import|(?:src|href)=\"(?!#)", text)
    assert set(re.findall(r"url\([^)]*\)", text)) == {"url(#head)"}
    assert set(re.findall(r"https?://[^\"' )]*", text)) == {"http://www.w3.org/2000/svg"}
    (style,) = shown.all("style")
    digest = b64encode(sha256(style.text.encode()).digest()).decode()
    (policy,) = [e for e in shown.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy.attributes["content"].startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


def test_it_is_for_light_and_dark_and_paper() -> None:
    (style,) = page(derivation_of("softmax")).all("style")
    assert style.text.count("prefers-color-scheme: dark") == 2 and style.text.count("@media print") == 2


def test_a_brief_page_has_results_only() -> None:
    derivation = derivation_of("batchnorm")
    shown = page(derivation, View(detail="brief"))
    headings = [e.text for e in shown.all("h2")]
    assert headings == ["Definitions", "Computational graph", "Result"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_derivation_becomes_markup(hostile: str) -> None:
    shown = page(with_names(derivation_of("affine"), hostile))
    known = {e.name for e in page(derivation_of("affine")).everything()} | MATHML | {"code", "tspan"}
    assert {e.name for e in shown.everything()} <= known
    assert not [e for e in shown.everything() if any(a.startswith("on") for a in e.attributes)]


def with_names(derivation: Derivation, hostile: str) -> Derivation:
    """The derivation under a hostile title, a quantity and an input with hostile names."""
    forward = derivation.forward
    (output,), first = forward.outputs, forward.wrt[0]
    names = {output: f"y{hostile}", first: f"x{hostile}"}

    def change(part: Expr) -> Expr:
        return replace(part, name=names.get(part.name, part.name)) if isinstance(part, Var | Ref) else part

    def called(name: str) -> str:
        return names.get(name, name)

    graph = forward.graph
    nodes = {
        called(n.name): replace(n, name=called(n.name), body=mapped(n.body, change))
        for n in graph.nodes.values()
    }
    leaves = {called(leaf): sizes for leaf, sizes in graph.leaves.items()}
    step = Step("definition", mapped(next(iter(graph.nodes.values())).body, change))
    changed = replace(
        forward,
        title=hostile,
        graph=Graph(nodes, leaves, {forward.loss: (called(output),)}),
        outputs=(called(output),),
        wrt=tuple(map(called, forward.wrt)),
    )
    return Derivation(changed, (Chain(changed.gradient(called(first)), (step,)),))


@pytest.mark.parametrize("latex", [r"\frac{a", r"\unknown{x}", r"\href{a}{b}", "x_1_2", "", "a" * 30_000])
def test_what_is_no_mathematics_is_shown_as_it_is(latex: str) -> None:
    shown = pages.read(str(mathml(latex)))
    assert {e.name for e in shown.everything()} <= MATHML | {"", "code"}


def test_sums_carry_their_bounds_below_and_above() -> None:
    shown = pages.read(str(mathml(r"\left( \sum_{i=1}^{m} x_{i} \right)")))
    assert [e.name for e in shown.everything() if e.children and e.children[0].text == "∑"] == ["munderover"]


def test_functions_are_names_apart_from_what_stands_before_them() -> None:
    shown = pages.read(str(mathml(r"o \tanh(c) + \operatorname{ReLU}(z)", "inline")))
    row = shown.all("mrow")[0].children
    names = [e.name for e in row if e.text in ("tanh", "ReLU")]
    before = [one.name for one, other in pairwise(row) if other.text in ("tanh", "ReLU")]
    assert names == ["mi", "mi"] and before == ["mspace", "mspace"]


@pytest.mark.parametrize("package", ["jinja2", "latex2mathml"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m.split(".")[0] == package or "printing.html_page" in m]:
        monkeypatch.delitem(sys.modules, module)
    for module in [m for m in sys.modules if m.startswith("gradcheck.derive.printing.mathml")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=rf"needs the package {package}: pip install 'gradcheck\[html\]'"):
        render(derivation_of("affine"), View())
