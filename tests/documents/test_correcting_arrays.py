"""Products of arrays: transposes, orders, missing factors, ``⊙`` for a matrix product, ``dW`` for ``W``."""

import pytest
from correcting import Slip, both, first, squeezed
from correcting_documents import CODE, CODE_BOLD, COLUMNS, ENTRIES, ROWS

TRANSPOSES = [
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial W}",
        r"X \frac{\partial L}{\partial Y}",
        r"X^T \frac{\partial L}{\partial Y}",
    ),
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial X}",
        r"\frac{\partial L}{\partial Y} W",
        r"\frac{\partial L}{\partial Y} W^T",
    ),
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial W}",
        r"X^T \left(\frac{\partial L}{\partial Y}\right)^T",
        r"X^T \left(\frac{\partial L}{\partial Y}\right)",
    ),
    Slip(CODE, r"dW", r"X dY", r"X^T dY"),
]
ORDERS = [
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial W}",
        r"\frac{\partial L}{\partial Y} X^T",
        r"X^T \frac{\partial L}{\partial Y}",
    ),
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial X}",
        r"W^T \frac{\partial L}{\partial Y}",
        r"\frac{\partial L}{\partial Y} W^T",
    ),
    Slip(
        COLUMNS,
        r"\frac{\partial E}{\partial A}",
        r"2 \mathbf{v} \mathbf{r}^\top",
        r"2 \mathbf{r} \mathbf{v}^\top",
    ),
    Slip(CODE, r"dW", r"dY X^T", r"X^T dY"),
]
FACTORS = [
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial X}",
        r"\frac{\partial L}{\partial Y}",
        r"\frac{\partial L}{\partial Y} W^T",
    ),
    Slip(COLUMNS, r"\frac{\partial E}{\partial \mathbf{v}}", r"A^\top \mathbf{r}", r"2 A^\top \mathbf{r}"),
    Slip(COLUMNS, r"\frac{\partial E}{\partial \mathbf{v}}", r"\mathbf{r} 2", r"A^\top \mathbf{r} 2"),
    Slip(CODE, r"dX", r"dY", r"dY W^T"),
]
ARRAYS = [
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial W}",
        r"W^T \frac{\partial L}{\partial Y}",
        r"X^T \frac{\partial L}{\partial Y}",
    ),
    Slip(COLUMNS, r"\frac{\partial E}{\partial \mathbf{v}}", r"2 A^\top \mathbf{c}", r"2 A^\top \mathbf{r}"),
    Slip(
        ENTRIES,
        r"\frac{\partial L}{\partial Z}",
        r"\frac{\partial L}{\partial Y} \odot (1 - A \odot A)",
        r"\frac{\partial L}{\partial A} \odot (1 - A \odot A)",
    ),
    Slip(CODE, r"dX", r"dY X^T", r"dY W^T"),
]
SIGNS = [
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial X}",
        r"-\frac{\partial L}{\partial Y} W^T",
        r"\frac{\partial L}{\partial Y} W^T",
    ),
    Slip(
        COLUMNS,
        r"\frac{\partial E}{\partial \mathbf{v}}",
        r"2 A^\top (A \mathbf{v} + \mathbf{c})",
        r"2 A^\top (A \mathbf{v} - \mathbf{c})",
    ),
    Slip(COLUMNS, r"\frac{\partial E}{\partial \mathbf{c}}", r"2 \mathbf{r}", r"-2 \mathbf{r}"),
    Slip(
        ENTRIES,
        r"\frac{\partial L}{\partial Z}",
        r"\frac{\partial L}{\partial A} \odot (1 + A \odot A)",
        r"\frac{\partial L}{\partial A} \odot (1 - A \odot A)",
    ),
]
ENTRY_BY_ENTRY = [
    Slip(
        ENTRIES,
        r"\frac{\partial L}{\partial Z}",
        r"\frac{\partial L}{\partial A} (1 - A^2)",
        r"\frac{\partial L}{\partial A} \odot (1 - A^2)",
    ),
    Slip(
        ENTRIES,
        r"\frac{\partial L}{\partial Z}",
        r"\frac{\partial L}{\partial A} (1 - A \odot A)",
        r"\frac{\partial L}{\partial A} \odot (1 - A \odot A)",
    ),
    Slip(
        ROWS,
        r"\frac{\partial L}{\partial X}",
        r"\frac{\partial L}{\partial Y} \odot W^T",
        r"\frac{\partial L}{\partial Y} W^T",
    ),
]
CODE_GRADIENTS = [
    Slip(CODE, r"dX", r"Y W^T", r"dY W^T"),
    Slip(CODE, r"dW", r"X^T Y", r"X^T dY"),
    Slip(CODE_BOLD, r"\mathbf{dQ}", r"\mathbf{S} \mathbf{K}", r"\mathbf{dS} \mathbf{K}"),
]


@pytest.mark.parametrize(
    "slip",
    both([*TRANSPOSES, *ORDERS, *FACTORS, *ARRAYS, *SIGNS, *ENTRY_BY_ENTRY, *CODE_GRADIENTS]),
)
def test_the_slip_is_undone(slip: Slip) -> None:
    assert first(slip) == squeezed(slip.meant)
