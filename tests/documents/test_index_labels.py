"""Labels beside a claim that say which entry it is about, and conditions that restrict it."""

from __future__ import annotations

import pytest

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Verdict
from gradcheck.options import Options

CENTRED = (
    r"$$ u_{k,l} = h_{k,l} - \frac{1}{N} \sum_{p=1}^N h_{p,l} $$",
    r"We look for $\frac{\partial u_{k,l}}{\partial h_{i,j}}$.",
)
SOFTMAX = (
    r"$$ p_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}} $$",
    r"We look for $\frac{\partial p_i}{\partial z_j}$.",
)


def claims(*blocks: str) -> list[Claim]:
    """The claims after the definition."""
    text = "\n\n".join(blocks).encode()
    return list(check_source("notes.md", text, Options(engines=("algebra", "float64"))).claims)[1:]


LABELS = [
    r"\quad k=1, l=2, i=1, j={}",
    r"\quad (k=1, l=2, i=1, j={})",
    r"\qquad [k = 1, l = 2, i = 1, j = {}]",
    r"\quad \{{ k=1,\ l=2,\ i=1,\ j={} \}}",
    r"\quad \text{{for }} k=1, l=2, i=1, j={}",
    r"\quad \text{{where }} k=1, l=2, i=1, j={}",
]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_compared_with_the_formula_beside_it(label: str) -> None:
    claim = r"\frac{\partial u_{1,2}}{\partial h_{1,1}} = 0"
    right, wrong = (claims(*CENTRED, f"$$ {claim} {label.format(j)} $$") for j in (1, 2))
    assert {c.verdict for c in right} == {Verdict.HOLDS}
    assert [c.code for c in wrong if c.verdict is not Verdict.HOLDS] == ["D404"]
    assert wrong[0].verdict is Verdict.HOLDS


CONDITIONS = [r"\quad \text{{if }} {}", r"\quad ({})", r"\qquad [{}]", r"\quad \text{{for }} {}"]


@pytest.mark.parametrize("note", CONDITIONS)
@pytest.mark.parametrize(
    ("right", "wrong", "condition"),
    [
        ("p_i (1 - p_i)", "p_i (1 + p_i)", "i = j"),
        ("-p_i p_j", "p_i p_j", r"i \neq j"),
    ],
)
def test_a_condition_restricts_the_claim(note: str, right: str, wrong: str, condition: str) -> None:
    left, behind = r"\frac{\partial p_i}{\partial z_j}", note.format(condition)
    assert [c.verdict for c in claims(*SOFTMAX, f"$$ {left} = {right} {behind} $$")] == [Verdict.HOLDS]
    assert [c.verdict for c in claims(*SOFTMAX, f"$$ {left} = {wrong} {behind} $$")] == [Verdict.WRONG]


@pytest.mark.parametrize("note", [r"\quad (x_i {} 0)", r"\qquad [x_i {} 0]", r"\quad \text{{if }} x_i {} 0"])
def test_a_condition_on_a_value_restricts_the_claim(note: str) -> None:
    rectifier = r"$$ y_i = \begin{cases} x_i & x_i > 0 \\ 0 & x_i \le 0 \end{cases} $$"
    for slope, sign in ((1, ">"), (0, "<")):
        for printed, verdict in ((slope, Verdict.HOLDS), (1 - slope, Verdict.WRONG)):
            claim = rf"$$ \frac{{\partial y_i}}{{\partial x_i}} = {printed} {note.format(sign)} $$"
            assert [c.verdict for c in claims(rectifier, claim)] == [verdict]


@pytest.mark.parametrize(("sign", "slope"), [(">", 1), ("<", 0)])
def test_a_comparison_is_no_label_of_the_row(sign: str, slope: int) -> None:
    claim = rf"$$ \frac{{dy}}{{dx}} = {slope} \quad (x {sign} 0) $$"
    (found,) = claims(r"$$ y = \max(0, x) $$", claim)
    assert (found.verdict, found.label) == (Verdict.HOLDS, None)


def test_a_condition_may_give_a_letter_its_value() -> None:
    """The letter stands in the formula: it is no label, and it is 2."""
    claim = r"$$ \frac{{\partial p_1}}{{\partial z_j}} = -p_1 p_{} \quad \text{{if }} j = 2 $$"
    assert [c.verdict for c in claims(*SOFTMAX, claim.format(2))] == [Verdict.HOLDS]
    assert [c.verdict for c in claims(*SOFTMAX, claim.format("j"))] == [Verdict.HOLDS]
    assert [c.verdict for c in claims(*SOFTMAX, claim.format(3))] == [Verdict.WRONG]


def test_a_bracket_behind_a_gap_that_relates_nothing_is_a_factor() -> None:
    (found,) = claims(r"$$ y = x^2 $$", r"$$ \frac{dy}{dx} = 2 \quad (x) $$")
    assert found.verdict is Verdict.HOLDS


@pytest.mark.parametrize("names", [r"\upsilon, \nu", "u, v", r"u, \mathbf{v}"])
def test_symbols_before_one_membership_share_its_shape(names: str) -> None:
    left, right = names.split(", ")
    found = claims(
        rf"Let $A \in \mathbb{{R}}^{{n \times n}}$, ${names} \in \mathbb{{R}}^n$. Then",
        rf"$$ q = {left}^\top A {right} $$",
        rf"$$ \frac{{\partial q}}{{\partial A}} = {left} {right}^\top $$",
        rf"$$ \frac{{\partial q}}{{\partial {right}}} = A^\top {left} $$",
        rf"$$ \frac{{\partial q}}{{\partial {right}}} = A {left} $$",
    )
    assert [c.verdict for c in found] == [Verdict.HOLDS, Verdict.HOLDS, Verdict.WRONG]
