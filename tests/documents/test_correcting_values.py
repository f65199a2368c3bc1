"""A sign, a number, an exponent, a symbol or an index that is not the right one is named first."""

import pytest
from correcting import Slip, both, first, squeezed
from correcting_documents import (
    NORM,
    ROOT_MEAN_SQUARE,
    SINE,
    SOFTMAX,
    SOFTMAX_EXP,
    SQUARES,
    SQUARES_RAISED,
    TANH,
)

SIGNS = [
    Slip(
        SQUARES, r"\frac{\partial L}{\partial y_i}", r"-\frac{2}{m} (y_i - t_i)", r"\frac{2}{m} (y_i - t_i)"
    ),
    Slip(
        SQUARES, r"\frac{\partial L}{\partial t_i}", r"\frac{2}{m} (y_i - t_i)", r"-\frac{2}{m} (y_i - t_i)"
    ),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{dc}",
        r"\frac{1}{N} \sum_k \left[ a^{(k)} + r^{(k)} \right]",
        r"\frac{1}{N} \sum_k \left[ a^{(k)} - r^{(k)} \right]",
    ),
    Slip(
        SOFTMAX, r"\frac{\partial p_i}{\partial z_j}", r"p_i (\delta_{ij} + p_j)", r"p_i (\delta_{ij} - p_j)"
    ),
    Slip(SOFTMAX, r"\frac{\partial L}{\partial z_i}", r"t_i - p_i", r"p_i - t_i"),
    Slip(SOFTMAX_EXP, r"\frac{dq_c}{da_b}", r"q_c (\delta_{cb} + q_b)", r"q_c (\delta_{cb} - q_b)"),
    Slip(ROOT_MEAN_SQUARE, r"\frac{dr}{ds_j}", r"-\frac{s_j}{n r}", r"\frac{s_j}{n r}"),
]
NUMBERS = [
    Slip(SQUARES, r"\frac{\partial L}{\partial y_i}", r"\frac{3}{m} (y_i - t_i)", r"\frac{2}{m} (y_i - t_i)"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{2}{N} \left( a^{(k)} - r^{(k)} \right)",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right)",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial y_i}",
        r"\frac{2}{m - 1} (y_i - t_i)",
        r"\frac{2}{m} (y_i - t_i)",
    ),
    Slip(SOFTMAX, r"\frac{\partial p_i}{\partial z_i}", r"p_i - 2 p_i^2", r"p_i - p_i^2"),
    Slip(NORM, r"\frac{\partial y_i}{\partial \beta}", r"0", r"1"),
]
EXPONENTS = [
    Slip(
        NORM,
        r"\frac{\partial L}{\partial v}",
        r"-\frac{1}{2} \sum_{i=1}^m \frac{\partial L}{\partial \hat{x}_i} (x_i - \mu) (v + \epsilon)^{-1/2}",
        r"-\frac{1}{2} \sum_{i=1}^m \frac{\partial L}{\partial \hat{x}_i} (x_i - \mu) (v + \epsilon)^{-3/2}",
    ),
    Slip(SOFTMAX, r"\frac{\partial p_i}{\partial z_i}", r"p_i - p_i^3", r"p_i - p_i^2"),
    Slip(TANH, r"\frac{dh}{du}", r"1 - h^{3}", r"1 - h^{2}"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right)^2",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right)",
    ),
    Slip(ROOT_MEAN_SQUARE, r"\frac{do_j}{dr}", r"-g_j s_j r^{-1}", r"-g_j s_j r^{-2}"),
]
POWERS = [
    Slip(TANH, r"\frac{dh}{du}", r"1 - h", r"1 - h^2"),
    Slip(ROOT_MEAN_SQUARE, r"\frac{do_j}{dr}", r"-\frac{g_j s_j}{r}", r"-\frac{g_j s_j}{r^2}"),
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial x_i}",
        r"\frac{1}{(v + \epsilon)}",
        r"\frac{1}{(\sqrt{v + \epsilon})}",
    ),
    Slip(TANH, r"\frac{dh}{du}", r"\sqrt{1 - h^2}", r"(1 - h^2)"),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial y_i}",
        r"\frac{2}{m} \sqrt{(y_i - t_i)}",
        r"\frac{2}{m} (y_i - t_i)",
    ),
]
SYMBOLS = [
    Slip(SQUARES, r"\frac{\partial L}{\partial y_i}", r"\frac{2}{m} (y_i - x_i)", r"\frac{2}{m} (y_i - t_i)"),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} t_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
    ),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{du}",
        r"\sum_{k=1}^{N} \dfrac{dJ}{da^{(k)}} a^{(k)}",
        r"\sum_{k=1}^{N} \dfrac{dJ}{da^{(k)}} q^{(k)}",
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial \gamma}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} \hat{x}_i",
    ),
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{d\ell}{dg_j}",
        r"\frac{d\ell}{do_j} \frac{o_j}{r}",
        r"\frac{d\ell}{do_j} \frac{s_j}{r}",
    ),
    Slip(TANH, r"\frac{\partial h}{\partial w}", r"(1 - h^2) w", r"(1 - h^2) x"),
]
GRADIENTS = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial x_i} x_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial \beta}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial x_i}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i}",
    ),
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{d\ell}{dg_j}",
        r"\frac{d\ell}{ds_j} \frac{s_j}{r}",
        r"\frac{d\ell}{do_j} \frac{s_j}{r}",
    ),
    Slip(SQUARES_RAISED, r"\dfrac{dJ}{dc}", r"\sum_k \dfrac{dJ}{dq^{(k)}}", r"\sum_k \dfrac{dJ}{da^{(k)}}"),
]
INDICES = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{j=1}^m \frac{\partial L}{\partial y_j} x_i",
        r"\sum_{j=1}^m \frac{\partial L}{\partial y_j} x_j",
    ),
    Slip(SQUARES, r"\frac{\partial L}{\partial y_j}", r"\frac{2}{m} (y_i - t_i)", r"\frac{2}{m} (y_j - t_j)"),
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{d\ell}{dr}",
        r"-\frac{1}{r^2} \sum_{l=1}^n \frac{d\ell}{do_l} g_l s_j",
        r"-\frac{1}{r^2} \sum_{l=1}^n \frac{d\ell}{do_l} g_l s_l",
    ),
    Slip(SOFTMAX_EXP, r"\frac{dS}{da_c}", r"\exp(a_i)", r"\exp(a_c)"),
]
FUNCTIONS = [
    Slip(SINE, r"f'(x)", r"a \sin(a x)", r"a \cos(a x)"),
    Slip(TANH, r"\frac{dh}{du}", r"\frac{1}{\sinh(u)^2}", r"\frac{1}{\cosh(u)^2}"),
    Slip(SOFTMAX_EXP, r"\frac{dS}{da_c}", r"\log(a_c)", r"\exp(a_c)"),
    Slip(SOFTMAX, r"\frac{\partial L}{\partial p_i}", r"-\log\frac{t_i}{p_i}", r"-\frac{t_i}{p_i}"),
    Slip(TANH, r"\frac{dh}{du}", r"1 - \sinh^2(u)", r"1 - \tanh^2(u)"),
]


@pytest.mark.parametrize(
    "slip", both([*SIGNS, *NUMBERS, *EXPONENTS, *POWERS, *SYMBOLS, *GRADIENTS, *INDICES, *FUNCTIONS])
)
def test_the_slip_is_undone(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
