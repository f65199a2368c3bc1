"""Formulas on a terminal: the arrangement stays, plain characters are plain, wide sums go on below."""

from __future__ import annotations

from fractions import Fraction
from textwrap import dedent

import pytest
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode

from gradcheck.algebra.expr import (
    Adjoint,
    Delta,
    Expr,
    Fun,
    Graph,
    Node,
    Partial,
    Size,
    Sum,
    Var,
    add,
    divide,
    mul,
    neg,
    number,
    power,
)
from gradcheck.derive.notation.glyphs import shown
from gradcheck.derive.notation.matrix import arranged_in_arrays
from gradcheck.derive.notation.pretty import chain, equation, pretty, pretty_piece

X = Var("x", ("i",))
GRAPH = Graph(
    {"y": Node("y", ("i",), ("m",), X)}, {"x": ("m",), "\\gamma": (), "A": ("m", "m")}, {"L": ("y",)}
)
DX = Adjoint("L", "\\hat{x}", ("i",))
MEAN = divide(Sum("i", "m", X), Size("m"))


@pytest.mark.parametrize(
    ("expr", "unicode", "ascii"),
    [
        (X, "xᵢ", "x_i"),
        (Var("\\hat{x}", ("i", "j")), "x̂ᵢⱼ", "x_hat_ij"),
        (Var("\\sigma_{B}^{2}", ("j",)), "σ²_B,j", "sigma^2_B,j"),
        (Var("\\mathcal{L}"), "L", "L"),
        (Var("\\Gamma"), "Γ", "Gamma"),
        (Delta("i", "j"), "δᵢⱼ", "delta_ij"),
        (Fun("step", (X,)), "[xᵢ > 0]", "[x_i > 0]"),
        (power(add(X, number(-1)), 2), "(xᵢ - 1)²", "(x_i - 1)^2"),
        (mul(Var("\\gamma"), add(X, number(1))), "γ⋅(xᵢ + 1)", "gamma * (x_i + 1)"),
        (power(Fun("tanh", (X,)), 2), "tanh²(xᵢ)", "tanh^2(x_i)"),
        (Fun("relu", (neg(X),)), "ReLU(-xᵢ)", "ReLU(-x_i)"),
        (Fun("abs", (X,)), "│xᵢ│", "|x_i|"),
    ],
)
def test_one_line(expr: Expr, unicode: str, ascii: str) -> None:
    assert pretty(expr, GRAPH) == unicode
    assert pretty(expr, GRAPH, ascii=True) == ascii


@pytest.mark.parametrize(
    ("expr", "picture"),
    [
        (
            DX,
            """\
            ∂L
            ───
            ∂x̂ᵢ""",
        ),
        (
            MEAN,
            """\
              m
             ___
            1 ╲
            ─ ╱   xᵢ
            m‾‾‾
             i = 1""",
        ),
        (
            divide(X, power(add(Var("v"), Var("\\epsilon")), Fraction(1, 2))),
            """\
                xᵢ
            ─────────
              _______
            ╲╱ v + ε""",
        ),
        (
            Partial(Adjoint("L", "x", ("i",)), "x", ("j",), "total"),
            """\
             ∂²L
            ───────
            ∂xⱼ ∂xᵢ""",
        ),
    ],
)
def test_pictures(expr: Expr, picture: str) -> None:
    assert squeezed(pretty(expr, GRAPH)) == squeezed(dedent(picture))


def squeezed(text: str) -> list[list[str]]:
    """The words of every line: how far they stand apart is a matter of taste."""
    return [line.replace("‾", " ").split() for line in text.splitlines()]


def test_what_follows_a_sum_sign_stands_level_with_it() -> None:
    lines = pretty(add(MEAN, neg(Sum("i", "|i|", mul(X, DX)))), GRAPH).splitlines()
    (level,) = (line for line in lines if "xᵢ ∂" not in line and line.count("xᵢ") == 2)
    assert " - " in level and "───" in level


def test_a_line_has_its_subject_level_with_the_sign() -> None:
    text = equation(Var("\\mu"), MEAN, GRAPH)
    (line,) = (line for line in text.splitlines() if "=" in line and "xᵢ" in line)
    assert line.startswith("μ = ")


def test_signs_of_a_chain_stand_below_each_other() -> None:
    text = chain(DX, [MEAN, X, divide(X, Var("y"))], GRAPH)
    assert {line.index(" = ") for line in text.splitlines() if " = " in line and "i = 1" not in line} == {3}


@pytest.mark.parametrize("width", [30, 60, None])
def test_plain_characters_only(width: int | None) -> None:
    terms = [
        mul(number(k), Var("\\hat{x}", ("i",)), MEAN, Fun("exp", (divide(X, Size("m")),))) for k in (2, 3)
    ]
    text = equation(Adjoint("L", "x", ("i",)), add(*terms), GRAPH, ascii=True, width=width)
    assert text.isascii() and (width is None or max(map(len, text.splitlines())) <= width)


def test_a_wide_sum_goes_on_below_its_sign() -> None:
    total = add(*(Var("x", (letter,)) for letter in "ijklmnprst"))
    assert pretty(total, GRAPH, width=20).splitlines() == [
        "xᵢ + xⱼ + xₖ + xₗ",
        " + xₘ + xₙ + xₚ + xᵣ",
        " + xₛ + xₜ",
    ]


def test_matrix_notation_is_drawn_too() -> None:
    product = Sum("k", "m", mul(Var("A", ("k", "i")), Var("x", ("k",))))
    piece = arranged_in_arrays(product, ("i",), GRAPH)
    assert piece is not None
    assert pretty_piece(piece) == "Aᵀ x" and pretty_piece(piece, ascii=True) == "A^T x"


def test_sympy_is_left_as_it_was() -> None:
    before = pretty_use_unicode()
    pretty(MEAN, GRAPH, ascii=True)
    pretty(MEAN, GRAPH)
    assert pretty_use_unicode() == before


@pytest.mark.parametrize(
    ("name", "indices", "expected"),
    [
        ("W_{xh}", "", "Wₓₕ"),
        ("h^{(1)}", "i", "hᵢ⁽¹⁾"),
        ("\\tilde{c}_{t-1}", "i", "c̃_t-1,i"),
        ("h'", "i", "hᵢ'"),
    ],
)
def test_names_with_labels(name: str, indices: str, expected: str) -> None:
    assert shown(name, tuple(indices)) == expected
