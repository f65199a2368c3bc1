"""What a forward returned, taken apart: differentiable outputs and what is kept for the backward."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_float(value: Any) -> bool:
    """Whether a value is a float or an array of floats of any framework, by its dtype's name."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return True
    if isinstance(value, float | np.floating):
        return True
    return "float" in str(getattr(value, "dtype", ""))


def is_float_array(value: Any) -> bool:
    """Whether a value can be perturbed element by element."""
    return isinstance(value, np.ndarray) and is_float(value)


def differentiable(value: Any) -> tuple[Any, ...]:
    """The float parts of a returned value; a single value that is no float is kept, to be refused later."""
    if type(value) is np.ndarray:
        return (value,)
    if isinstance(value, tuple | list) and value and not _is_numeric_list(value):
        return tuple(v for v in value if is_float(v)) or tuple(value)
    return (value,)


def like(value: Any, upstream: tuple[Any, ...]) -> Any:
    """The upstream gradients in the structure of the returned value: zeros (None) for what is no float."""
    if (
        type(value) is np.ndarray
        or not isinstance(value, tuple | list)
        or not value
        or _is_numeric_list(value)
    ):
        return upstream[0]
    if len(upstream) == len(value):
        return tuple(upstream)
    rest = iter(upstream)
    return tuple(next(rest) if is_float(v) else None for v in value)


def _is_numeric_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, int | float) for v in value)
