"""Long, deep and odd formulas: the search ends, raises nothing, and finds the same each time."""

import pytest
from correcting import ENGINES, Slip, after, checked
from correcting_documents import NORM, ROOT_MEAN_SQUARE, ROWS, SOFTMAX, SQUARES, TANH

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Document, Verdict

LEFT = r"\frac{\partial L}{\partial y_i}"


def briefly(text: str) -> Document:
    """A document checked within the time that a search is usually given."""
    return check_source("a.md", text.encode(), ENGINES)


def fractions(depth: int) -> str:
    text = "y_i"
    for nth in range(depth):
        text = rf"\frac{{{text}}}{{{nth + 1} + t_i}}"
    return text


ODD = {
    "hundreds of terms": " + ".join(rf"\frac{{{k}}}{{m}} y_i" for k in range(1, 300)),
    "hundreds of factors": " ".join(["y_i", "t_i"] * 120),
    "twelve fractions in each other": fractions(12),
    "forty brackets": "(" * 40 + "y_i - t_i" + ")" * 40,
    "many sums": " ".join(rf"\sum_{{{x}=1}}^m y_{x}" for x in "abcdefgh"),
    "a tower of powers": "y_i" + "^{2" * 10 + "}" * 10,
    "a huge number": "9" * 400 + r" (y_i - t_i)",
    "a huge power": r"(y_i - t_i)^{99}",
    "nothing but a sign": "-",
    "nothing": "",
    "zero": "0",
    "a division by zero": r"\frac{2}{0} (y_i - t_i)",
    "the root of something negative": r"\sqrt{-1 - y_i^2}",
    "many cases": r"\begin{cases} " + r" \\ ".join(f"{k} & y_i > {k}" for k in range(20)) + r" \end{cases}",
    "a matrix": r"\begin{bmatrix} y_i & t_i \\ t_i & y_i \end{bmatrix}",
    "spaces and sizes": r"\frac{2}{m}\,\Bigg(\;y_i~+\quad t_i\Bigg)",
    "characters beyond ASCII": "²⁄ₘ (yᵢ + tᵢ)",
}


@pytest.mark.parametrize("name", ODD)
def test_the_search_ends_and_what_it_finds_mends(name: str) -> None:
    text = Slip(SQUARES, LEFT, ODD[name], "").text
    claim = briefly(text).claims[-1]
    assert claim.verdict is not Verdict.HOLDS
    for correction in claim.corrections:
        mended = after(text, claim, correction)
        assert mended is not None and mended.verdict is Verdict.HOLDS


def test_a_document_of_sixty_wrong_lines() -> None:
    lines = [rf"$$ {LEFT} = \frac{{{k}}}{{m}} (y_i {'+-'[k % 2]} t_i) $$" for k in range(3, 63)]
    claims = briefly(SQUARES + "\n\n" + "\n\n".join(lines)).claims[-60:]
    assert [c.verdict for c in claims] == [Verdict.WRONG] * 60
    assert all(c.corrections for c in claims)


def test_a_chain_of_sixty_wrong_steps() -> None:
    lines = [rf"&= \frac{{{k}}}{{m}} (y_i - t_i)" for k in range(3, 63)]
    text = SQUARES + "\n$$\\begin{aligned} " + LEFT + " \\\\\n".join(lines) + "\\end{aligned}$$\n"
    claims = briefly(text).claims[-60:]
    assert {c.verdict for c in claims} == {Verdict.WRONG} and all(c.corrections for c in claims)


SAME = {
    "several equal ones": Slip(SQUARES, LEFT, r"\frac{2}{m} (t_i - y_i)", ""),
    "two slips": Slip(
        NORM, r"\frac{\partial \hat{x}_i}{\partial v}", r"-\frac{1}{3} (x_i + \mu) (v + \epsilon)^{-3/2}", ""
    ),
    "arrays": Slip(ROWS, r"\frac{\partial L}{\partial W}", r"\frac{\partial L}{\partial Y} X", ""),
    "sums": Slip(SOFTMAX, r"\frac{\partial L}{\partial z_j}", r"-t_j + p_j \sum_{k} t_k p_k", ""),
    "far from it": Slip(ROOT_MEAN_SQUARE, r"\frac{d\ell}{ds_j}", r"\frac{d\ell}{do_j} + s_j", ""),
    "functions": Slip(TANH, r"\frac{\partial h}{\partial w}", r"\sinh(u) w", ""),
}


@pytest.mark.parametrize("name", SAME)
def test_two_runs_find_the_same(name: str) -> None:
    one, two = (_last(SAME[name].text) for _ in range(2))
    assert one.corrections == two.corrections
    between = SAME[name].text + "\n$$ \\frac{\\partial L}{\\partial q} = 17 $$\n"
    assert next(c for c in checked(between).claims if c.latex == one.latex).corrections == one.corrections


def _last(text: str) -> Claim:
    return checked(text).claims[-1]
