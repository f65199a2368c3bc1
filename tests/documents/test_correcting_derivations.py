"""The errata of the built-in derivations: what is offered first, and that nothing wrong is left after it."""

from functools import cache
from pathlib import Path

import pytest
from correcting import checked, corrected, patient, squeezed

from gradcheck.fixing import Fixed, fix_input
from gradcheck.inputs import Input
from gradcheck.model import Claim, Document, Verdict
from gradcheck.options import Options

DERIVATIONS = Path(__file__).parents[2] / "derivations"
WRONG = (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION)
NAMES = sorted(path.name for path in DERIVATIONS.glob("*.md"))


@cache
def text(name: str) -> str:
    return (DERIVATIONS / name).read_text(encoding="utf-8")


@cache
def document(name: str) -> Document:
    return checked(text(name), name)


def line_after(name: str, claim: Claim) -> str:
    """The claim's line after the first correction."""
    return corrected(text(name), claim.corrections[0], name).split("\n")[claim.place.line - 1]


AGARWAL = {
    "eq-5": (
        r"\frac{\partial l}{\partial y} \hat{x}",
        r"\sum_{i=1}^m \frac{\partial l}{\partial y_i} \hat{x}_i",
    ),
    "eq-8": (r"(\sigma_B^2 + \epsilon)^2", r"(\sigma_B^2 + \epsilon)^{-3/2}"),
    "eq-12": (
        r"- \frac{1}{m} \sum_{i=1}^m \gamma \frac{\partial l}{\partial y_i}",
        r"+ \frac{1}{m} \sum_{i=1}^m \gamma \frac{\partial l}{\partial y_i}",
    ),
    "eq-13": (r"\frac{(x_i - \mu_B)}{m}", r"\frac{\hat{x}_i}{m}"),
}


@pytest.mark.parametrize("name", AGARWAL)
def test_the_first_correction_of_an_erratum(name: str) -> None:
    printed, meant = AGARWAL[name]
    path = "batchnorm-agarwal.md"
    (claim,) = (c for c in document(path).claims if c.id == name)
    before = text(path).split("\n")[claim.place.line - 1]
    assert claim.verdict is Verdict.WRONG and before.count(printed) == 1
    assert squeezed(line_after(path, claim)) == squeezed(before.replace(printed, meant))


def test_the_wrong_gradient_at_several_places_is_one_correction() -> None:
    path = "batchnorm-handwritten-unbiased.md"
    conventions = [c for c in document(path).claims if c.verdict is Verdict.CONVENTION]
    assert len(conventions) >= 3
    for claim in conventions:
        before = text(path).split("\n")[claim.place.line - 1]
        assert before.count(r"\frac{dL}{d\hat{x}_") in (1, 3)
        after = before.replace(r"\frac{dL}{d\hat{x}_", r"\frac{dL}{dy_")
        assert squeezed(line_after(path, claim)) == squeezed(after)


def test_a_lost_minus_is_put_before_the_sum() -> None:
    path = "batchnorm-handwritten-unbiased.md"
    lines = [line_after(path, c) for c in document(path).claims if c.verdict in WRONG]
    assert any(line.startswith(r"$$= -\sum_i \frac{dL}{d\hat{x}_i} \cdot \frac{x_i - \mu}") for line in lines)


def test_the_index_of_the_summed_gradient() -> None:
    path = "cross-entropy-and-batchnorm-unbiased.md"
    claim = [c for c in document(path).claims if c.verdict is Verdict.WRONG][-1]
    assert line_after(path, claim).count(r"\dfrac{dL}{dy_j}") == 2


LINEAR = {
    r"\frac{\partial f}{\partial b} = dv_output": (r"\frac{\partial f}", r"\frac{\partial L}"),
    r"\text{grad. } w = ": (
        r"\frac{dv_output \cdot \text{input}^T}{\text{batch-size}}",
        r"dv_output \cdot \text{input}^T",
    ),
    r"\mathbb{1}(x \geq 0)": (r"x \geq 0", "x > 0"),
}


@pytest.mark.parametrize("part", LINEAR)
def test_the_first_correction_of_a_line_about_arrays(part: str) -> None:
    path = "linear-softmax-crossentropy-relu.md"
    (claim,) = (c for c in document(path).claims if c.verdict in WRONG and part in c.latex)
    before = text(path).split("\n")[claim.place.line - 1]
    assert squeezed(line_after(path, claim)) == squeezed(before.replace(*LINEAR[part]))


FIXED = [n for n in NAMES if not n.startswith("linear")]


@pytest.mark.parametrize("name", FIXED)
def test_nothing_wrong_is_left_after_fixing(name: str) -> None:
    with patient():
        outcome = fix_input(Input(name, text(name).encode()), Options())
        assert isinstance(outcome, Fixed) and outcome.undone == ()
        assert [c.id for c in outcome.document.claims if c.verdict in WRONG] == []
        again = fix_input(Input(name, outcome.fixed_data), Options())
    assert isinstance(again, Fixed) and not again.is_changed
