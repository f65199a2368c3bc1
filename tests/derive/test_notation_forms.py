"""Formulas as they are printed in LaTeX: fractions, signs, brackets, names, and the order of factors."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Graph,
    Last,
    Mul,
    Node,
    Num,
    Partial,
    Pow,
    Ref,
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
from gradcheck.derive.notation.latex import latex, relation, space, symbol
from gradcheck.derive.notation.matrix import matrix, matrix_relation

i, j, k = "i", "j", "k"
X, G, A, B = Var("x", (i,)), Var("g", (i,)), Var("a"), Var("b")
SPREAD = add(Var("v"), Var("\\epsilon"))
ROOT = power(SPREAD, Fraction(-1, 2))
GRAPH = Graph(
    {"y": Node("y", (i,), ("n",), X)},
    {"x": ("n",), "g": ("n",), "a": (), "b": (), "v": (), "\\epsilon": ()},
    {"L": ("y",)},
)
DY = Adjoint("L", "y", (i,))
TOTAL = Sum(i, "n", mul(X, G))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (neg(divide(TOTAL, Size("n"))), r"-\frac{1}{n} \sum_{i=1}^{n} x_{i} g_{i}"),
        (Sum(i, "|i|", X), r"\sum_{i} x_{i}"),
        (mul(TOTAL, A), r"a \sum_{i=1}^{n} x_{i} g_{i}"),
        (add(TOTAL, A), r"\sum_{i=1}^{n} x_{i} g_{i} + a"),
        (mul(TOTAL, TOTAL), r"\left( \sum_{i=1}^{n} x_{i} g_{i} \right) \sum_{i=1}^{n} x_{i} g_{i}"),
        (power(TOTAL, 2), r"\left( \sum_{i=1}^{n} x_{i} g_{i} \right)^{2}"),
        (Sum(i, "n", add(X, neg(A))), r"\sum_{i=1}^{n} (x_{i} - a)"),
        (Sum(i, "n", neg(X)), r"-\sum_{i=1}^{n} x_{i}"),
        (divide(add(X, neg(A)), power(SPREAD, Fraction(1, 2))), r"\frac{x_{i} - a}{\sqrt{v + \epsilon}}"),
        (mul(DY, ROOT), r"\frac{\partial L}{\partial y_{i}} \frac{1}{\sqrt{v + \epsilon}}"),
        (mul(A, DY, ROOT), r"\frac{a}{\sqrt{v + \epsilon}} \frac{\partial L}{\partial y_{i}}"),
        (mul(number(Fraction(-1, 2)), power(SPREAD, Fraction(-3, 2))), r"-\frac{1}{2 (v + \epsilon)^{3/2}}"),
        (mul(number(Fraction(1, 2)), power(X, 2)), r"\frac{1}{2} x_{i}^{2}"),
        (neg(add(A, B)), "-(a + b)"),
        (add(A, neg(add(A, B))), "a - (a + b)"),
        (add(neg(A), B), "-a + b"),
        (Add((A, number(-2))), "a - 2"),
        (Mul((A, number(-2), B)), "-2 a b"),
        (mul(A, add(A, B)), r"a \cdot (a + b)"),
        (mul(X, add(A, B)), "x_{i} (a + b)"),
        (mul(number(2), power(number(3), Fraction(1, 2))), r"2 \sqrt{3}"),
        (mul(A, Pow(number(2), A)), r"a \cdot 2^{a}"),
        (power(divide(A, B), Fraction(1, 2)), r"\sqrt{\frac{a}{b}}"),
        (power(A, Fraction(1, 3)), r"\sqrt[3]{a}"),
        (Pow(A, Var("p")), "a^{p}"),
        (Pow(Var("a"), Var("T")), r"e^{T \log(a)}"),
        (Pow(Constant("e"), number(2)), "e^{2}"),
        (Pow(X, Mul((number(-1), number(Fraction(1, 2))))), r"\frac{1}{\sqrt{x_{i}}}"),
        (Num(Fraction(8943, 200000)), "0.044715"),
        (Num(Fraction(1, 3)), r"\frac{1}{3}"),
        (Fun("exp", (neg(X),)), "e^{-x_{i}}"),
        (Fun("exp", (divide(X, A),)), r"\exp\left( \frac{x_{i}}{a} \right)"),
        (power(Fun("tanh", (X,)), 2), r"\tanh^{2}(x_{i})"),
        (power(Fun("exp", (X,)), 2), r"(e^{x_{i}})^{2}"),
        (Fun("sigmoid", (X,)), r"\operatorname{sigmoid}(x_{i})"),
        (Fun("max", (X, number(0))), r"\max(x_{i}, 0)"),
        (Fun("step", (X,)), r"\mathbf{1}[x_{i} > 0]"),
        (Fun("step", (add(X, neg(A)),)), r"\mathbf{1}[x_{i} > a]"),
        (Fun("abs", (X,)), r"\left| x_{i} \right|"),
        (Fun("abs", (Fun("abs", (X,)),)), r"\operatorname{abs}(\left| x_{i} \right|)"),
        (Delta(i, j), r"\delta_{ij}"),
        (Delta(i, 3), r"\mathbf{1}[i = 3]"),
        (Constant("pi"), r"\pi"),
        (mul(TOTAL, power(Sum(i, "n", X), -1)), r"\frac{\sum_{i=1}^{n} x_{i} g_{i}}{\sum_{i=1}^{n} x_{i}}"),
        (Var("w", (i, j, k)), "w_{i,j,k}"),
        (Var("w", (1, j)), "w_{1,j}"),
        (Var("w", (i, "a")), "w_{i,a}"),
        (Var("w", (i, Last("n"))), "w_{i,n}"),
        (Partial(Ref("y", (i,)), "x", (j,)), r"\frac{\partial y_{i}}{\partial x_{j}}"),
        (Partial(Ref("y", (i,)), "x", (j,), "total"), r"\frac{\mathrm{d} y_{i}}{\mathrm{d} x_{j}}"),
        (Partial(mul(A, X), "x", (j,)), r"\frac{\partial}{\partial x_{j}} [a x_{i}]"),
        (
            Partial(Adjoint("L", "x", (i,)), "x", (j,), "total"),
            r"\frac{\partial^{2} L}{\partial x_{j} \partial x_{i}}",
        ),
        (
            Partial(Adjoint("L", "x", (i,)), "x", (i,), "total"),
            r"\frac{\partial^{2} L}{\partial x_{i}^{2}}",
        ),
        (
            Partial(Adjoint("L", "x", (i,)), "x", (j,)),
            r"\frac{\partial}{\partial x_{j}} \left[ \frac{\partial L}{\partial x_{i}} \right]",
        ),
        (power(DY, 2), r"\left( \frac{\partial L}{\partial y_{i}} \right)^{2}"),
    ],
)  # fmt: skip
def test_index_notation(expr: Expr, expected: str) -> None:
    assert latex(expr, GRAPH) == expected


def test_names_that_are_taken_are_not_used_for_anything_else() -> None:
    graph = Graph({}, {"\\delta": (), "e": (), "s": (), "s^{2}": ()}, {})
    assert latex(Delta(i, j), graph) == r"\mathbf{1}[i = j]"
    assert latex(Fun("exp", (Var("s"),)), graph) == r"\exp(s)"
    assert latex(power(Var("s"), 2), graph) == "(s)^{2}"
    assert latex(power(Var("s^{2}"), 2), graph) == "(s^{2})^{2}"


@pytest.mark.parametrize(
    ("name", "indices", "expected"),
    [
        ("\\sigma_{B}^{2}", (j,), r"\sigma_{B,j}^{2}"),
        ("\\sigma^{2}", (), r"\sigma^{2}"),
        ("W_{xh}", (i, j), r"W_{\text{xh},ij}"),
        ("W_{xh}", (), "W_{xh}"),
        ("W_{1}", (i, j), "W_{1,ij}"),
        ("x_{new}", (), r"x_{\text{new}}"),
        ("h^{(1)}", (i,), "h_{i}^{(1)}"),
        ("h_{t-1}", (i,), "h_{t-1,i}"),
        ("L_{\\cdot}", (i,), "L_{i}"),
        ("\\hat{x}", (i, j), r"\hat{x}_{ij}"),
        ("\\mathcal{L}", (), r"\mathcal{L}"),
        ("h'", (i,), "h_{i}'"),
    ],
)
def test_names(name: str, indices: tuple[str, ...], expected: str) -> None:
    assert symbol(name, indices) == expected


def test_chains_stand_in_aligned_lines() -> None:
    assert relation(A, [B], GRAPH) == "a = b"
    assert relation(A, [B, X], GRAPH) == "\\begin{aligned}\na &= b \\\\\n&= x_{i}\n\\end{aligned}"


def test_spaces_are_stated_where_sizes_have_names() -> None:
    graph = Graph({}, {"X": ("n", "d"), "u": ("|i|",), "c": ()}, {})
    assert space("X", graph) == r"X \in \mathbb{R}^{n \times d}"
    assert space("c", graph) == r"c \in \mathbb{R}^{1}"
    assert space("u", graph) is None


ARRAYS = Graph(
    {"Y": Node("Y", (i, j), ("n", "m"), Var("X", (i, j)))},
    {"X": ("n", "d"), "W": ("d", "m"), "P": ("n", "m"), "Q": ("n", "m"), "b": ("m",), "u": ("n",), "c": (),
     "w": ("m",), "R": ("|i|", "|j|"), "Z": ("n", "m", "d")},
    {"L": ("Y",)},
)  # fmt: skip
P, Q = Var("P", (i, j)), Var("Q", (i, j))
XW = Sum(k, "d", mul(Var("X", (i, k)), Var("W", (k, j))))
D_Y = Adjoint("L", "Y", (i, j))
ROWS = Sum(k, "m", Fun("exp", (Var("P", (i, k)),)))


@pytest.mark.parametrize(
    ("expr", "indices", "expected"),
    [
        (XW, (i, j), "X W"),
        (XW, (j, i), r"W^{\top} X^{\top}"),
        (add(XW, Var("b", (j,))), (i, j), "X W + b"),
        (add(XW, Var("u", (i,))), (i, j), r"X W + u \mathbf{1}^{\top}"),
        (Sum(i, "n", mul(Var("X", (i, k)), D_Y)), (k, j), r"X^{\top} \frac{\partial L}{\partial Y}"),
        (Sum(i, "n", D_Y), (j,), r"\left( \frac{\partial L}{\partial Y} \right)^{\top} \mathbf{1}"),
        (mul(P, Q), (i, j), r"P \odot Q"),
        (mul(P, Sum(j, "m", mul(P, Q))), (i, j), r"\operatorname{diag}((P \odot Q) \mathbf{1}) P"),
        (mul(P, Var("b", (j,))), (i, j), r"P \operatorname{diag}(b)"),
        (mul(Var("u", (i,)), Var("b", (j,))), (i, j), r"u b^{\top}"),
        (Sum(i, "n", Sum(j, "m", mul(P, Q))), (), r"\operatorname{tr}(P^{\top} Q)"),
        (Sum(i, "n", Sum(j, "m", power(P, 2))), (), r"\left\| P \right\|_F^{2}"),
        (Sum(i, "n", Sum(j, "m", P)), (), r"\mathbf{1}^{\top} P \mathbf{1}"),
        (Sum(j, "m", mul(Var("b", (j,)), Var("w", (j,)))), (), r"b^{\top} w"),
        (Sum(i, "n", Sum(j, "m", mul(Var("u", (i,)), P, Var("b", (j,))))), (), r"u^{\top} P b"),
        (add(number(1), neg(power(P, 2))), (i, j), r"1 - P \odot P"),
        (Fun("tanh", (P,)), (i, j), r"\tanh(P)"),
        (Fun("step", (P,)), (i, j), r"\mathbf{1}[P > 0]"),
        (divide(Fun("exp", (P,)), ROWS), (i, j), r"\operatorname{softmax}(P)"),
        (Delta(i, j), (i, j), "I"),
        (mul(Var("c"), P), (j, i), r"(c P)^{\top}"),
        (Var("b", (j,)), (i, j), r"\mathbf{1} b^{\top}"),
        (number(2), (i,), r"2 \mathbf{1}"),
        (add(P, Var("c")), (i, j), r"P + c \mathbf{1} \mathbf{1}^{\top}"),
        (Var("Z", (i, j, k)), (i, j, k), None),
        (Var("R", (i, j)), (i, j), None),
        (Var("P", (i, i)), (i,), None),
        (Var("P", (i, 1)), (i,), None),
        (Fun("max", (P, Q)), (i, j), None),
        (power(P, Fraction(3, 2)), (i, j), None),
        (Partial(Ref("Y", (i, j)), "X", (i, k)), (i, j), None),
    ],
)  # fmt: skip
def test_matrix_notation(expr: Expr, indices: tuple[str, ...], expected: str | None) -> None:
    assert matrix(expr, indices, ARRAYS) == expected


def test_a_chain_has_a_matrix_form_if_all_its_sides_have_one() -> None:
    assert (
        matrix_relation(P, [Q, XW], (i, j), ARRAYS) == "\\begin{aligned}\nP &= Q \\\\\n&= X W\n\\end{aligned}"
    )
    assert matrix_relation(P, [Q, Var("R", (i, j))], (i, j), ARRAYS) is None
