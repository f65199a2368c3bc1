"""One precision for all inputs: when those given are float32, so are those that are guessed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gradcheck.layers.sampling.distributions import DISTRIBUTIONS
from gradcheck.layers.sampling.dtypes import FLOATS
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.sampling.trees import mapped


def common_precision(values: Iterable[Spec | Fixed]) -> str:
    """The dtype of the float arrays among the values, if they agree; else float64.

    >>> common_precision([Spec("normal", (3,), (("dtype", "float32"),))])
    'float32'
    """
    arrays = [v if isinstance(v, Spec) else v.value for v in values]
    names = {a.dtype.name for a in arrays if isinstance(a, Spec | np.ndarray)}
    floats = names.intersection(FLOATS)
    return floats.pop() if len(floats) == 1 else "float64"


def with_precision(value: Spec | Fixed, dtype: str) -> Spec | Fixed:
    """The same input with every float64 draw in another dtype."""
    if dtype == "float64":
        return value
    if isinstance(value, Spec):
        return _converted(value, dtype)
    return Fixed(
        mapped(value.value, lambda v, _: _converted(v, dtype) if isinstance(v, Spec) else v), value.source
    )


def _converted(spec: Spec, dtype: str) -> Spec:
    if spec.settings["dtype"] != "float64" or dtype not in DISTRIBUTIONS[spec.kind].dtypes:
        return spec
    return Spec(spec.kind, spec.shape, (*spec.options, ("dtype", dtype)))
