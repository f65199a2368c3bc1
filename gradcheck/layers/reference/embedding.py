"""Embedding: y[...] = table[ids[...]], the integer ids held fixed.

dL/dtable[v] = Σ dL/dy over every place where ids = v: an id that occurs twice gathers twice.

Source: Bengio, Ducharme, Vincent and Jauvin, "A Neural Probabilistic Language Model" (2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ids = NDArray[np.int_]
Cache = tuple[Ids, tuple[int, ...]]


def embedding_forward(ids: Ids, table: Array) -> tuple[Array, Cache]:
    """y (..., d) of ids (...), each from 0 to v − 1, and table (v, d).

    Raises IndexError if an id is out of range.

    >>> embedding_forward(np.array([1, 0, 1]), np.array([[1.0], [2.0]]))[0].tolist()
    [[2.0], [1.0], [2.0]]
    """
    # A negative id would silently count from the end.
    if ((ids < 0) | (ids >= len(table))).any():
        raise IndexError(f"ids run from 0 to {len(table) - 1}")
    return table.take(ids, axis=0), (ids, table.shape)


def embedding_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of the table, given dout (..., d)."""
    ids, shape = cache
    dtable = np.zeros(shape, dout.dtype)
    # Not dtable[ids] += dout, which keeps only the last of an id's places.
    np.add.at(dtable, ids, dout)
    return dtable


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at; ids repeat, and some rows are not used."""
    return {
        "embedding": [
            {"ids": "integers(0, 5, 8)", "table": "normal(5, 3)"},
            {"ids": "integers(0, 4, 2, 3)", "table": "normal(9, 2)"},
        ]
    }
