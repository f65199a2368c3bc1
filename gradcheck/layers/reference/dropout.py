"""Inverted dropout with a mask that is given: y = x · mask / keep.

dL/dx = dL/dy · mask / keep. The mask, 0 or 1 with probability ``keep``, is drawn outside, so that
the layer is a function: two evaluations agree, and it can be differenced.

Source: Srivastava and others, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def dropout_forward(x: Array, mask: Array, keep: float) -> tuple[Array, Array]:
    """y, shaped like x and mask (any dtype); ``keep`` is the probability to be kept.

    Raises ValueError if the shapes differ or ``keep`` is not above 0 and at most 1.

    >>> dropout_forward(np.array([1.0, 2.0]), np.array([0.0, 1.0]), keep=0.5)[0].tolist()
    [0.0, 4.0]
    """
    if x.shape != mask.shape:
        raise ValueError(f"x {x.shape} and mask {mask.shape} do not fit")
    if not 0 < keep <= 1:
        raise ValueError(f"keep is {keep}, not above 0 and at most 1")
    scale = mask.astype(x.dtype) / keep  # a float64 mask would promote a float32 input
    return x * scale, scale


def dropout_backward(dout: Array, cache: Array) -> Array:
    """The gradient of x, given dout, shaped like x."""
    scale = cache
    dx = dout * scale
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at."""
    return {
        "dropout": [
            {"x": "normal(8, 5)", "mask": "bernoulli(8, 5, p=0.8)", "keep": 0.8},
            {"x": "normal(2, 3, 7)", "mask": "bernoulli(2, 3, 7, p=0.5)", "keep": 0.5},
        ]
    }
