"""Inner products and norms that stay on one thread.

BLAS hands vectors of more than some 10,000 elements to all its threads, which on a busy machine costs a
thousand times what the product does. Blocks below that are summed instead.
"""

from __future__ import annotations

from math import sqrt

from gradcheck.layers.target import Array

_BLOCK = 8192


def dot(first: Array, second: Array) -> float:
    """Σ aᵢbᵢ of two vectors of float64.

    >>> import numpy as np
    >>> dot(np.ones(20_000), np.full(20_000, 0.5))
    10000.0
    """
    if first.size <= _BLOCK:
        return float(first.dot(second))
    blocks = range(0, first.size, _BLOCK)
    return float(sum(first[i : i + _BLOCK].dot(second[i : i + _BLOCK]) for i in blocks))


def norm(values: Array) -> float:
    """√Σ aᵢ².

    >>> import numpy as np
    >>> norm(np.array([3.0, 4.0]))
    5.0
    """
    return sqrt(dot(values, values))
