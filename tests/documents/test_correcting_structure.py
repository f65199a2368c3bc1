"""Brackets, sums, factors, terms and fractions that are not where they should be are put right."""

import pytest
from correcting import Slip, both, first, squeezed
from correcting_documents import (
    MARGIN,
    NORM,
    ROOT_MEAN_SQUARE,
    SINE,
    SOFTMAX,
    SOFTMAX_EXP,
    SQUARES,
    SQUARES_RAISED,
    TANH,
)

BRACKETS = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial x_i}",
        r"\frac{2w}{m} (w x_i + b) - t_i",
        r"\frac{2w}{m} (w x_i + b - t_i)",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\frac{2}{m} \sum_{i=1}^m (w x_i + b - t_i x_i)",
        r"\frac{2}{m} \sum_{i=1}^m (w x_i + b - t_i) x_i",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\frac{2}{m} \sum_{i=1}^m y_i - t_i x_i",
        r"\frac{2}{m} \sum_{i=1}^m \left(y_i - t_i\right) x_i",
    ),
    Slip(TANH, r"\frac{\partial h}{\partial w}", r"(1 - h^2 x)", r"(1 - h^2) x"),
    Slip(TANH, r"\frac{\partial h}{\partial w}", r"1 - h^2 x", r"\left(1 - h^2\right) x"),
    Slip(TANH, r"\frac{dh}{du}", r"(1 - h)^2", r"1 - h^2"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{a^{(k)}}{N} - r^{(k)}",
        r"\frac{a^{(k)}}{N} - \frac{r^{(k)}}{N}",
    ),
]
SUMS = [
    Slip(MARGIN, r"\frac{d\ell}{ds}", r"\frac{-t}{1 + e^{ts}} - 1", r"\frac{-t}{1 + e^{ts}}"),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\frac{\partial L}{\partial y_i} x_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial x_i}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} w",
        r"\frac{\partial L}{\partial y_i} w",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{j=2}^m \frac{\partial L}{\partial y_j} x_j",
        r"\sum_{j=1}^m \frac{\partial L}{\partial y_j} x_j",
    ),
    Slip(SQUARES_RAISED, r"\dfrac{dJ}{dc}", r"\dfrac{dJ}{da^{(k)}}", r"\sum_{k=1}^{N} \dfrac{dJ}{da^{(k)}}"),
    Slip(
        SOFTMAX,
        r"\frac{\partial L}{\partial z_j}",
        r"\sum_{i \neq j} \frac{\partial L}{\partial p_i} \frac{\partial p_i}{\partial z_j}",
        r"\sum_{i} \frac{\partial L}{\partial p_i} \frac{\partial p_i}{\partial z_j}",
    ),
]
IMPLICIT = [
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{d\ell}{dr}",
        r"\frac{-1}{r} \frac{d\ell}{do} o",
        r"\sum_{j=1}^n \frac{-1}{r} \frac{d\ell}{do_j} o_j",
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial \gamma}",
        r"\frac{\partial L}{\partial y} \hat{x}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} \hat{x}_i",
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial \beta}",
        r"\frac{\partial L}{\partial y}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i}",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial b}",
        r"\frac{2}{m} (y - t)",
        r"\sum_{i=1}^m \frac{2}{m} (y_i - t_i)",
    ),
]
SUPERFLUOUS = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial b}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i}",
    ),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right) q^{(k)}",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right)",
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial \hat{x}_i}",
        r"\frac{\partial L}{\partial y_i} \gamma + \beta",
        r"\frac{\partial L}{\partial y_i} \gamma",
    ),
    Slip(SOFTMAX_EXP, r"\frac{dS}{da_c}", r"\exp(a_c) + 1", r"\exp(a_c)"),
    Slip(SINE, r"f'(x)", r"\frac{a \cos(a x)}{x}", r"a \cos(a x)"),
]
MISSING = [
    Slip(SINE, r"f'(x)", r"\cos(a x)", r"a \cos(a x)"),
    Slip(SINE, r"f'(x)", r"a \cos(x)", r"a \cos(a x)"),
    Slip(SQUARES, r"\frac{\partial y_i}{\partial w}", r"1", r"x_i"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{dc}",
        r"\sum_k \left( a^{(k)} - r^{(k)} \right)",
        r"\frac{1}{N} \sum_k \left( a^{(k)} - r^{(k)} \right)",
    ),
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial v}",
        r"-\frac{1}{2} \frac{x_i}{(v + \epsilon)^{3/2}}",
        r"-\frac{1}{2} \frac{x_i - \mu}{(v + \epsilon)^{3/2}}",
    ),
]
ACROSS = [
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial \mu}",
        r"\frac{- \sqrt{v + \epsilon}}{1}",
        r"\frac{1}{- \sqrt{v + \epsilon}}",
    ),
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial x_i}",
        r"\frac{2 \sqrt{v + \epsilon}}{2}",
        r"\frac{2}{2 \sqrt{v + \epsilon}}",
    ),
    Slip(SQUARES, r"\frac{\partial L}{\partial y_i}", r"\frac{m}{2} (y_i - t_i)", r"\frac{2}{m} (y_i - t_i)"),
    Slip(SOFTMAX, r"\frac{\partial L}{\partial p_i}", r"-\frac{p_i}{t_i}", r"-\frac{t_i}{p_i}"),
]


@pytest.mark.parametrize("slip", both([*BRACKETS, *SUMS, *IMPLICIT, *SUPERFLUOUS, *MISSING, *ACROSS]))
def test_the_slip_is_undone(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
