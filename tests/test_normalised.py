"""Inputs whose entries sum to 1: what follows from it, and what does not."""

from __future__ import annotations

import pytest

from gradcheck.documents.check import check_source
from gradcheck.model import Verdict
from gradcheck.options import Options

SOFTMAX = r"""
$$ p_{nk} = \frac{e^{z_{nk}}}{\sum_{c=1}^C e^{z_{nc}}} $$

$$ E = -\frac1N \sum_{n=1}^N \sum_{c=1}^C t_{nc} \log p_{nc} $$

$$ z_{nk} = \sum_{d=1}^D w_{kd} x_{nd} $$
"""
UNIT = r"$$ \sum_{c=1}^C t_{nc} = 1 $$"
SQUARES = r"$$ \sum_{c=1}^C t_{nc}^2 = 1 $$"


def verdict(assumption: str, claim: str) -> Verdict:
    """What is said of the last relation."""
    text = f"{SOFTMAX}\n{assumption}\n\n$$ {claim} $$\n"
    document = check_source(
        "notes.md", text.encode(), Options(engines=("algebra", "float64"), corrections=False)
    )
    return document.claims[-1].verdict


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac{\partial E}{\partial z_{nk}} = \frac1N (p_{nk} - t_{nk})",
        r"\frac{\partial E}{\partial w_{kd}} = \frac1N \sum_n (p_{nk} - t_{nk}) x_{nd}",
        r"\frac{\partial E}{\partial x_{nd}} = \frac1N \sum_k w_{kd} (p_{nk} - t_{nk})",
    ],
)
def test_unit_sums_are_used_where_they_are_stated(claim: str) -> None:
    """Also inside the sum over the batch; unstated, it is a convention."""
    assert verdict(UNIT, claim) is Verdict.HOLDS
    assert verdict("", claim) is Verdict.CONVENTION


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac{\partial E}{\partial z_{nk}} = \frac1N (p_{nk} \sum_c t_{nc}^2 - t_{nk})",
        r"\frac{\partial E}{\partial z_{nk}} = \frac1N (p_{nk} \sum_m t_{mk} - t_{nk})",
        r"\frac{\partial E}{\partial z_{nk}} = \frac1N (p_{nk} \sum_c t_{nc} p_{nc} - t_{nk})",
    ],
)
def test_other_sums_are_not_one(claim: str) -> None:
    """Neither the squares, nor the sum over the batch, nor a weighted sum."""
    assert verdict(UNIT, claim) is Verdict.WRONG


def test_squares_that_sum_to_one_say_nothing_of_the_entries() -> None:
    """``Σ t² = 1`` is another assumption."""
    claim = r"\frac{\partial E}{\partial z_{nk}} = \frac1N (p_{nk} - t_{nk})"
    assert verdict(SQUARES, claim) is Verdict.CONVENTION
