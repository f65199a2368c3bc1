"""Slips farther from what is printed: things exchanged, moved over the line, whole products left out."""

import pytest
from correcting import Slip, both, checked, first, squeezed
from correcting_documents import ROOT_MEAN_SQUARE, SOFTMAX, SQUARES

SANDWICH = r"""
Let $A \in \mathbb{R}^{p \times n}$, $X \in \mathbb{R}^{n \times m}$ and $B \in \mathbb{R}^{m \times q}$.

$$ Y = A X B $$
"""
LOG_SUM = r"""
$$ L = \log \sum_{k=1}^n e^{z_k} $$
"""
GROWTH = r"""
$$ p = u e^{v} \log w $$
"""
DECAY = r"""
$$ g = \frac{1}{t} + c t $$
"""
PARTS = (
    ROOT_MEAN_SQUARE
    + r"""
$$ \frac{dr}{ds_j} = \frac{s_j}{n r} $$
"""
)
EXCHANGED = [
    Slip(GROWTH, r"\frac{dp}{dw}", r"\frac{w e^{v}}{u}", r"\frac{u e^{v}}{w}"),
    Slip(GROWTH, r"\frac{dp}{dv}", r"v e^{u} \log w", r"u e^{v} \log w"),
    Slip(
        SANDWICH,
        r"\frac{\partial L}{\partial X}",
        r"B^T \frac{\partial L}{\partial Y} A^T",
        r"A^T \frac{\partial L}{\partial Y} B^T",
    ),
]
OVER_THE_LINE = [
    Slip(
        LOG_SUM,
        r"\frac{\partial L}{\partial z_i}",
        r"\frac{e^{z_i} \sum_{k=1}^n e^{z_k}}{1}",
        r"\frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial y_i}",
        r"\frac{2}{m (y_i - t_i)}",
        r"\frac{2 (y_i - t_i)}{m}",
    ),
]
SEVERAL_TIMES = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial y_j}",
        r"\frac{2}{m} (w x_i + b - t_i)",
        r"\frac{2}{m} (w x_j + b - t_j)",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial y_j}",
        r"\frac{2}{m} (w x_i + b) - \frac{2}{m} t_i",
        r"\frac{2}{m} (w x_j + b) - \frac{2}{m} t_j",
    ),
    Slip(SOFTMAX, r"\frac{\partial L}{\partial z_j}", r"p_i - t_i", r"p_j - t_j"),
]
LEFT_OUT = [
    Slip(ROOT_MEAN_SQUARE, r"\frac{dr}{ds_j}", r"s_j", r"\frac{s_j}{r n}"),
    Slip(DECAY, r"\frac{dg}{dt}", r"c", r"c - \frac{1}{t^2}"),
    Slip(
        PARTS,
        r"\frac{d\ell}{ds_j}",
        r"\frac{d\ell}{do_j} \frac{g_j}{r}",
        r"\frac{d\ell}{do_j} \frac{g_j}{r} + \frac{d\ell}{dr} \frac{dr}{ds_j}",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{i=1}^m 1",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
    ),
]


def words(slip: Slip) -> str:
    return checked(slip.text).claims[-1].corrections[0].edit


@pytest.mark.parametrize("slip", both(EXCHANGED))
def test_two_things_in_each_others_place(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
    assert words(slip).endswith("should be exchanged")


@pytest.mark.parametrize("slip", both(OVER_THE_LINE))
def test_a_factor_on_the_wrong_side_of_the_line(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
    assert words(slip).endswith(" the line")


@pytest.mark.parametrize("slip", both(SEVERAL_TIMES))
def test_an_index_wrong_throughout(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
    assert words(slip).endswith("2 times")


@pytest.mark.parametrize("slip", both(LEFT_OUT))
def test_a_product_left_out(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
