"""What is malformed and was read charitably is written as it was read: each remark has its correction."""

import pytest
from correcting import Slip, checked, corrected, renamed, squeezed
from correcting_documents import NORM, SQUARES, SQUARES_RAISED

from gradcheck.model import Verdict

ABBREVIATED = r"""
$$ y_i = \frac{e^{x_i}}{\sum_{j=1}^N e^{x_j}} $$

For $\frac{\partial}{\partial x_i} y_k$ let $\Gamma = \sum_{j=1}^N e^{x_j}$.
"""
MEAN_LOG = r"""
$$ f(x) = - \frac{1}{n} \sum_{t=1}^n \log x_t $$
"""
SLIPS = {
    "D401": [
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial w}",
            r"\sum_{i=1}^m \frac{\partial L}{y_i} x_i",
            r"\sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i",
        ),
        Slip(
            SQUARES_RAISED,
            r"\frac{\partial J}{\partial c}",
            r"\sum_k \frac{\partial J}{a^{(k)}}",
            r"\sum_k \frac{\partial J}{\partial a^{(k)}}",
        ),
    ],
    "D402": [
        Slip(
            NORM,
            r"\frac{\partial L}{\partial \beta}",
            r"\sum_{i=1}^N \frac{\partial L}{\partial y_i}",
            r"\sum_{i=1}^m \frac{\partial L}{\partial y_i}",
        ),
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial w}",
            r"\sum_{i=1}^{N} \frac{2}{m} (y_i - t_i) x_i",
            r"\sum_{i=1}^{m} \frac{2}{m} (y_i - t_i) x_i",
        ),
    ],
    "D403": [
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial b}",
            r"\sum_{i=1}^m \frac{\partial L}{\partial y}",
            r"\sum_{i=1}^m \frac{\partial L}{\partial y_i}",
        ),
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial x_i}",
            r"\frac{\partial L}{\partial y} w",
            r"\frac{\partial L}{\partial y_i} w",
        ),
        Slip(
            NORM,
            r"\frac{\partial L}{\partial \hat{x}_i}",
            r"\frac{\partial L}{\partial y} \gamma",
            r"\frac{\partial L}{\partial y_i} \gamma",
        ),
    ],
    "D405": [
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial w}",
            r"\frac{2}{m} \sum_{i=1}^m \big[ (y_i - t_i) x_i",
            r"\frac{2}{m} \sum_{i=1}^m \big[ (y_i - t_i) x_i \big]",
        ),
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial w}",
            r"\frac{2}{m} \sum_{i=1}^m [ (y_i - t_i) x_i )",
            r"\frac{2}{m} \sum_{i=1}^m [ (y_i - t_i) x_i ]",
        ),
        Slip(
            NORM,
            r"\frac{\partial \hat{x}_i}{\partial v}",
            r"-\frac{1}{2} \left[ (x_i - \mu) (v + \epsilon)^{-3/2}",
            r"-\frac{1}{2} \left[ (x_i - \mu) (v + \epsilon)^{-3/2} \right]",
        ),
    ],
    "D406": [
        Slip(
            ABBREVIATED,
            r"\frac{\partial y_k}{\partial x_i}",
            r"\frac{\delta_{ik} e^{x_i}}{P} - \frac{e^{x_i + x_k}}{P^2}",
            r"\frac{\delta_{ik} e^{x_i}}{\Gamma} - \frac{e^{x_i + x_k}}{\Gamma^2}",
        ),
        Slip(
            ABBREVIATED,
            r"\frac{\partial y_i}{\partial x_i}",
            r"\frac{e^{x_i}}{P} - \frac{e^{2 x_i}}{\Gamma^2}",
            r"\frac{e^{x_i}}{\Gamma} - \frac{e^{2 x_i}}{\Gamma^2}",
        ),
    ],
    "D407": [
        Slip(
            SQUARES,
            r"\frac{\partial L}{\partial y_i}",
            r"\frac{\partial}{\partial y_i} - \frac{1}{m} \sum_{j=1}^m - (y_j - t_j)^2",
            r"\frac{\partial}{\partial y_i} \left( - \frac{1}{m} \sum_{j=1}^m - (y_j - t_j)^2 \right)",
        ),
        Slip(
            MEAN_LOG,
            r"\frac{\partial f}{\partial x_t}",
            r"\frac{\partial}{\partial x_t} - \frac{1}{n}\sum_{t=1}^n \log x_t",
            r"\frac{\partial}{\partial x_t} \left( - \frac{1}{n}\sum_{t=1}^n \log x_t \right)",
        ),
    ],
}
CASES = [(code, slip) for code, slips in SLIPS.items() for one in slips for slip in (one, one.renamed)]


@pytest.mark.parametrize(("code", "slip"), CASES)
def test_the_remark_says_how_to_write_it(code: str, slip: Slip) -> None:
    claim = checked(slip.text).claims[-1]
    assert claim.verdict is Verdict.SLIP and claim.corrections == ()
    (remark,) = (r for r in claim.remarks if r.code == code)
    (correction,) = remark.corrections
    text = corrected(slip.text, correction)
    assert squeezed(text) == squeezed(slip.line(slip.meant))
    assert checked(text).claims[-1].verdict is Verdict.HOLDS


def test_every_remark_of_a_line_has_its_own_correction() -> None:
    text = Slip(
        NORM, r"\frac{\partial L}{\partial \beta}", r"\sum_{i=1}^N \frac{\partial L}{\partial y}", ""
    ).text
    claim = checked(text).claims[-1]
    assert {r.code: len(r.corrections) for r in claim.remarks} == {"D402": 1, "D403": 1}
    for remark in claim.remarks:
        after = checked(corrected(text, remark.corrections[0])).claims[-1]
        assert [r.code for r in after.remarks] == [r.code for r in claim.remarks if r is not remark]


@pytest.mark.parametrize("forward", [NORM, renamed(NORM)])
def test_what_is_well_written_gets_no_remark(forward: str) -> None:
    assert all(not c.remarks and not c.corrections for c in checked(forward).claims)
