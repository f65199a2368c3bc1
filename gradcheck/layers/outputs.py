"""The outputs of a forward as one vector of float64, copied at once because a layer may reuse its buffers."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, prod
from typing import Any

import numpy as np

from gradcheck.layers.errors import BadOutput
from gradcheck.layers.products import dot
from gradcheck.layers.target import Array


def flatten(outputs: Sequence[Any]) -> Array:
    """Every output, one after the other, as a new one-dimensional float64 array."""
    if len(outputs) == 1:
        return np.array(outputs[0], dtype=np.float64).ravel()
    return np.concatenate([np.asarray(o, dtype=np.float64).ravel() for o in outputs])


def split(flat: Array, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[Any]) -> tuple[Array, ...]:
    """The inverse of ``flatten``: a new array of its own shape and dtype for each output."""
    if len(shapes) == 1:
        return (flat.astype(dtypes[0]).reshape(shapes[0]),)
    parts, start = [], 0
    for shape, dtype in zip(shapes, dtypes, strict=True):
        size = prod(shape)
        parts.append(flat[start : start + size].astype(dtype).reshape(shape))
        start += size
    return tuple(parts)


def validated(outputs: Sequence[Any]) -> None:
    """Raise BadOutput, with what to do, unless every output can be differenced."""
    if not outputs:
        raise BadOutput("the forward returns no floating-point output; return the result as a float array")
    for place, output in enumerate(outputs):
        if type(output) is np.ndarray and output.dtype == np.float64 and finite(output):
            continue
        _validate(output, "the forward" if len(outputs) == 1 else f"output {place + 1} of the forward")


def _validate(output: Any, who: str) -> None:
    if output is None:
        raise BadOutput(f"{who} returned None; is a `return` missing?")
    try:
        array = np.asarray(output)
    except Exception as error:
        raise BadOutput(f"{who} returned a {type(output).__name__}, not an array: {error}") from None
    if array.dtype == object:
        raise BadOutput(f"{who} returned {_described(output)}; return a float array instead")
    if np.issubdtype(array.dtype, np.complexfloating):
        raise BadOutput(
            f"{who} returned complex numbers; check its real and imaginary parts as two real outputs"
        )
    if array.dtype.kind in "USmMV" and not _is_float(array.dtype):
        raise BadOutput(f"{who} returned an array of {array.dtype}; return a float array instead")
    if array.dtype.kind in "iub":
        raise BadOutput(f"{who} returned integers ({array.dtype}), which have no derivative")
    if not finite(array):
        raise BadOutput(f"{who} returned {_not_finite(array)}; choose inputs at which it is finite (--arg)")


def finite(array: Array) -> bool:
    """Whether an array holds neither NaN nor infinity."""
    flat = array.ravel()
    if flat.dtype == np.float64 and isfinite(dot(flat, flat)):  # quick, and overflows only for huge numbers
        return True
    return bool(np.isfinite(flat.astype(np.float64)).all())


def _is_float(dtype: Any) -> bool:
    """Whether a dtype holds floats; bfloat16 from ml_dtypes is of kind V for numpy."""
    return bool(np.issubdtype(dtype, np.floating)) or "float" in str(dtype)


def _described(output: Any) -> str:
    if isinstance(output, np.ndarray):
        return "an array of objects"
    return f"a {type(output).__name__}"


def _not_finite(array: Array) -> str:
    bad = ~np.isfinite(array.astype(np.float64))
    index = tuple(int(i) for i in np.argwhere(bad)[0]) if array.ndim else ()
    where = f" (first at index {list(index)})" if index else ""
    return f"{int(bad.sum())} of {array.size} elements that are NaN or infinite{where}"
