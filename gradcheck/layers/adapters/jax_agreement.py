"""Whether two evaluations of a jax function gave the same result."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.jax_precision import is_inexact
from gradcheck.layers.adapters.jax_trees import tree_leaves


def difference(due: Any, found: Any) -> str | None:
    """How two results differ by more than rounding, or None."""
    structure = framework("jax").tree_util.tree_structure
    if structure(due) != structure(found):
        return f"{structure(found)} for {structure(due)}"
    for place, (a, b) in enumerate(zip(tree_leaves(due), tree_leaves(found), strict=True)):
        if np.shape(a) != np.shape(b):
            return f"output {place + 1} has shape {np.shape(b)} for {np.shape(a)}"
        if is_inexact(a) and (apart := _distance(a, b)):
            return f"output {place + 1} differs by {apart:.3g}"
    return None


def _distance(a: Any, b: Any) -> float:
    """The largest difference, 0 if it is within rounding."""
    eps = float(framework("jax").numpy.finfo(a.dtype).eps) if hasattr(a, "dtype") else 2.0**-52
    first, second = (np.asarray(each).astype(np.complex128) for each in (a, b))
    if not first.size or np.array_equal(first, second, equal_nan=True):
        return 0.0
    apart = np.abs(first - second)
    largest = float(np.where(np.isnan(apart), np.inf, apart).max())
    return largest if largest > 1e3 * eps * float(np.abs(first).max()) else 0.0
