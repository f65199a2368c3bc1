"""One slip at several places, two things exchanged, two slips in a line: one correction for all of it."""

import pytest
from correcting import Slip, both, first, squeezed
from correcting_documents import NORM, NORM_GIVEN, ROOT_MEAN_SQUARE, SOFTMAX, SQUARES, SQUARES_RAISED


def normalised_input(gradient: str, value: str) -> str:
    """The backward formula of a batch norm with one symbol for the gradients, and one for x̂."""
    terms = (
        rf"m \frac{{\partial L}}{{\partial {gradient}_i}}",
        rf"\sum_{{j=1}}^m \frac{{\partial L}}{{\partial {gradient}_j}}",
        rf"{value}_i \sum_{{j=1}}^m \frac{{\partial L}}{{\partial {gradient}_j}} {value}_j",
    )
    return rf"\frac{{\gamma}}{{m \sqrt{{v + \epsilon}}}} \left( {' - '.join(terms)} \right)"


REPEATED = [
    Slip(
        NORM_GIVEN,
        r"\frac{\partial L}{\partial x_i}",
        normalised_input(r"\hat{x}", r"\hat{x}"),
        normalised_input("y", r"\hat{x}"),
    ),
    Slip(
        NORM,
        r"\frac{\partial L}{\partial x_i}",
        normalised_input("y", "x"),
        normalised_input("y", r"\hat{x}"),
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\frac{2}{m} \sum_{i=1}^m (w t_i + b - t_i) t_i",
        r"\frac{2}{m} \sum_{i=1}^m (w x_i + b - t_i) x_i",
    ),
    Slip(SQUARES, r"\frac{\partial L}{\partial y_j}", r"\frac{2}{m} (y_i - t_i)", r"\frac{2}{m} (y_j - t_j)"),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{du}",
        r"\frac{1}{N} \sum_{k} ( u r^{(k)} + c ) r^{(k)} - \frac{1}{N} \sum_{k} q^{(k)} r^{(k)}",
        r"\frac{1}{N} \sum_{k} ( u q^{(k)} + c ) q^{(k)} - \frac{1}{N} \sum_{k} q^{(k)} r^{(k)}",
    ),
]
EXCHANGED = [
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{du}",
        r"\sum_{k} \dfrac{dJ}{dq^{(k)}} a^{(k)}",
        r"\sum_{k} \dfrac{dJ}{da^{(k)}} q^{(k)}",
    ),
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\sum_{i=1}^m \frac{\partial L}{\partial x_i} y_i",
        r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
    ),
    Slip(ROOT_MEAN_SQUARE, r"\frac{do_j}{dg_j}", r"\frac{r}{s_j}", r"\frac{s_j}{r}"),
]
TWO = [
    Slip(
        SQUARES,
        r"\frac{\partial L}{\partial w}",
        r"\frac{3}{m} \sum_{i=1}^m (y_i + t_i) x_i",
        r"\frac{2}{m} \sum_{i=1}^m (y_i - t_i) x_i",
    ),
    Slip(
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial v}",
        r"-\frac{1}{3} (x_i + \mu) (v + \epsilon)^{-3/2}",
        r"-\frac{1}{2} (x_i - \mu) (v + \epsilon)^{-3/2}",
    ),
    Slip(
        SQUARES_RAISED,
        r"\dfrac{dJ}{da^{(k)}}",
        r"\frac{3}{N} \left( a^{(k)} + r^{(k)} \right)",
        r"\frac{1}{N} \left( a^{(k)} - r^{(k)} \right)",
    ),
    Slip(
        ROOT_MEAN_SQUARE,
        r"\frac{d\ell}{dg_j}",
        r"\frac{d\ell}{ds_j} \frac{o_j}{r}",
        r"\frac{d\ell}{do_j} \frac{s_j}{r}",
    ),
    Slip(
        SOFTMAX,
        r"\frac{\partial p_i}{\partial z_j}",
        r"p_i^3 (\delta_{ij} + p_j)",
        r"p_i (\delta_{ij} - p_j)",
    ),
]


@pytest.mark.parametrize("slip", both([*REPEATED, *EXCHANGED, *TWO]))
def test_the_slips_are_undone(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
