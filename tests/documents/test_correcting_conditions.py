"""Conditions turned round, cases exchanged, and slips inside of what is still to be differentiated."""

import pytest
from correcting import Slip, both, first, squeezed
from correcting_documents import LEAKY, MARGIN, NORM, RELU, ROOT_MEAN_SQUARE, SOFTMAX, SQUARES_RAISED

CONDITIONS = [
    Slip(RELU, r"\frac{\partial a_i}{\partial z_i}", r"\mathbb{1}(z_i < 0)", r"\mathbb{1}(z_i > 0)"),
    Slip(
        RELU,
        r"\frac{\partial L}{\partial z_i}",
        r"2 (a_i - t_i) \mathbb{1}(z_i > 1)",
        r"2 (a_i - t_i) \mathbb{1}(z_i > 0)",
    ),
    Slip(RELU, r"\frac{\partial L}{\partial z_i}", r"2 (a_i - t_i) [z_i < 0]", r"2 (a_i - t_i) [z_i > 0]"),
    Slip(SOFTMAX, r"\frac{\partial p_i}{\partial z_j}", r"p_i ([i \neq j] - p_j)", r"p_i ([i = j] - p_j)"),
]
CASES = [
    Slip(
        RELU,
        r"\frac{\partial a_i}{\partial z_i}",
        r"\begin{cases} 1 & z_i > 0 \\ 1 & z_i < 0 \end{cases}",
        r"\begin{cases} 1 & z_i > 0 \\ 0 & z_i < 0 \end{cases}",
    ),
    Slip(
        RELU,
        r"\frac{\partial L}{\partial z_i}",
        r"\begin{cases} 2(a_i - t_i) & z_i < 0 \\ 0 & z_i > 0 \end{cases}",
        r"\begin{cases} 0 & z_i < 0 \\ 2(a_i - t_i) & z_i > 0 \end{cases}",
    ),
    Slip(
        LEAKY,
        r"f'(x)",
        r"\begin{cases} c & x > 0 \\ 1 & x < 0 \end{cases}",
        r"\begin{cases} 1 & x > 0 \\ c & x < 0 \end{cases}",
    ),
]
STILL_TO_DIFFERENTIATE = [
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial v}",
        r"\frac{d}{dv} \left( \frac{x_i + \mu}{\sqrt{v + \epsilon}} \right)",
        r"\frac{d}{dv} \left( \frac{x_i - \mu}{\sqrt{v + \epsilon}} \right)",
    ),
    Slip(
        NORM,
        r"\frac{\partial v}{\partial x_i}",
        r"\frac{d}{dx_i} \left( \frac{1}{m} \sum_{j=1}^m (x_j - \mu)^3 \right)",
        r"\frac{d}{dx_i} \left( \frac{1}{m} \sum_{j=1}^m (x_j - \mu)^2 \right)",
    ),
    Slip(MARGIN, r"\frac{d\ell}{ds}", r"\frac{d}{ds} \log(1 + e^{ts})", r"\frac{d}{ds} \log(1 + e^{-ts})"),
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{do_j}{dr}",
        r"\frac{d}{dr} \left( g_j s_j r \right)",
        r"\frac{d}{dr} \left( g_j s_j r^{-1} \right)",
    ),
]
EXPONENTIALS = [
    Slip(MARGIN, r"\frac{d\ell}{ds}", r"\frac{-t}{1 + \log(t s)}", r"\frac{-t}{1 + \exp(t s)}"),
    Slip(MARGIN, r"\frac{d\ell}{ds}", r"\frac{-t}{1 + e^{-t s}}", r"\frac{-t}{1 + e^{t s}}"),
    Slip(MARGIN, r"\frac{d\ell}{dt}", r"\frac{-s}{1 + e^{ts + 1}}", r"\frac{-s}{1 + e^{ts}}"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{1}{N} \exp\left( a^{(k)} - r^{(k)} \right)",
        r"\frac{1}{N} (a^{(k)} - r^{(k)})",
    ),
]


@pytest.mark.parametrize("slip", both([*CONDITIONS, *CASES, *STILL_TO_DIFFERENTIATE, *EXPONENTIALS]))
def test_the_slip_is_undone(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
