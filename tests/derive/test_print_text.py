"""The printout for a terminal: drawn formulas, rules above them; in ASCII or in colour on request."""

import pytest
from printed_layers import LAYERS, derivation_of, matrix_derivation, renamed_derivation_of
from rich.cells import cell_len

from gradcheck.derive.printing.linear import linear, pieces
from gradcheck.derive.printing.text import render
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("ascii", [False, True])
def test_fits_into_eighty_columns(name: str, ascii: bool) -> None:
    text = render(derivation_of(name), View(ascii=ascii))
    assert max(map(cell_len, text.splitlines())) <= 80


@pytest.mark.parametrize("notation", ["index", "matrix"])
@pytest.mark.parametrize("name", LAYERS)
def test_ascii_is_ascii(name: str, notation: str) -> None:
    for derivation in (derivation_of(name), renamed_derivation_of(name)):
        view = View(ascii=True, notation="matrix" if notation == "matrix" else "index", detail="verbose")
        assert render(derivation, view).isascii()


def test_every_step_stands_below_its_rule() -> None:
    derivation = derivation_of("batchnorm")
    lines = render(derivation, View()).splitlines()
    named = [line for line in lines if line.startswith("[")]
    expected = [
        f"[{RULES[step.rule].title}{', with' if step.facts else ''}]"
        for chain in derivation.chains
        for step in chain.steps
    ]
    assert named == expected


def test_brief_is_the_results() -> None:
    derivation = derivation_of("batchnorm")
    brief, normal = (render(derivation, View(detail=d)) for d in ("brief", "normal"))
    results = normal.split("Result\n------\n\n")[1].split("\n\nRules")[0]
    assert brief.split("\n", 3)[3].rstrip("\n") == results
    assert "Definitions" not in brief and "[" not in brief


def test_colour_is_only_on_request() -> None:
    derivation = derivation_of("softmax")
    plain, colored = (render(derivation, View(color=c)) for c in (False, True))
    assert "\x1b" not in plain and "\x1b[1m" in colored and "\x1b[36m" in colored


def test_matrices_stand_on_one_line() -> None:
    text = render(matrix_derivation(), View(notation="matrix", detail="brief"))
    results = [line for line in text.splitlines() if "=" in line and "===" not in line]
    assert len(results) == 3 and all("∂L/∂" in line for line in results)


@pytest.mark.parametrize(
    ("latex", "unicode", "ascii"),
    [
        (r"\hat{x}", "x̂", "x_hat"),
        (r"\sigma_{B}^{2}", "σ_B²", "sigma_B^2"),
        (r"W_{xh}", "Wₓₕ", "W_xh"),
        (r"\mathcal{L}", "ℒ", "L"),
        (r"\mathbf{W}^{\top} x", "𝐖ᵀ x", "W^T x"),
        (r"\bar{\mathbf{x}}'", "𝐱̄′", "x_bar'"),
        (r"\varepsilon", "ε", "varepsilon"),
        (r"\lambda_{1}", "λ₁", "lambda_1"),
        (r"h_{t-1}", "hₜ₋₁", "h_(t-1)"),
        (r"\text{out}", "out", "out"),
        (r"\operatorname{ReLU}(z)", "ReLU(z)", "ReLU(z)"),
        (r"\frac{\partial L}{\partial \hat{x}_{ij}}", "∂L/∂x̂ᵢⱼ", "dL/dx_hat_ij"),
        (r"\left( A \odot B \right)^{\top}", "(A ⊙ B)ᵀ", "(A .* B)^T"),
        (r"\frac{1}{N} \sqrt{a + b}", "1/N √(a + b)", "1/N sqrt(a + b)"),
    ],
)
def test_names_and_matrices_as_characters(latex: str, unicode: str, ascii: str) -> None:
    assert linear(latex) == unicode
    assert linear(latex, ascii=True) == ascii


@pytest.mark.parametrize("torn", ["", "{", "}", "_", "^", "\\", r"\hat", r"\hat{", "x_{", r"\frac{a}", "{{}"])
def test_torn_names_are_shown_somehow(torn: str) -> None:
    assert isinstance(linear(torn), str) and isinstance(pieces(torn), tuple)
