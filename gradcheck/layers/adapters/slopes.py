"""A derivative times an upstream gradient: element by element, or by the Jacobian of each sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.layers.errors import BadGradient
from gradcheck.layers.target import Array


def times(slope: Any, upstream: Array) -> Any:
    """The gradient f'(x)·v of an element-wise function, or vJ where the derivative is a Jacobian.

    >>> times(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 10.0]))
    array([31., 42.])
    """
    try:
        shape = np.shape(slope)
    except ValueError:
        shape = None
    if shape is None or slope is None:
        raise BadGradient(f"the derivative is a {type(slope).__name__}, not an array")
    if shape == upstream.shape or upstream.ndim == 0:
        return slope * upstream
    if upstream.ndim and shape == (*upstream.shape, upstream.shape[-1]):
        return np.einsum("...i,...ij->...j", upstream, np.asarray(slope))
    if shape == ():
        return slope * upstream
    raise BadGradient(
        f"the derivative has the shape {shape}; an element-wise derivative has that of the output, "
        f"{upstream.shape}"
    )
