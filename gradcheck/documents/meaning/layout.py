"""Which derivatives with two axes a document may lay out transposed."""

from __future__ import annotations

from enum import Enum


class Layout(Enum):
    """A kind of derivative with two axes; the value is what is said of a line that needs it transposed.

    As a rule the gradient by a matrix has the matrix's shape, and ∂y/∂x a row for each entry of y.
    """

    GRADIENT = (
        "right in numerator layout, where a gradient has the transposed shape of the matrix it is taken by; "
        "the document says nowhere that it uses it"
    )
    JACOBIAN = (
        "right in denominator layout, where ∂y/∂x has a column for each entry of y; "
        "the document says nowhere that it uses it"
    )
