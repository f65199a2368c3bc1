"""The element types that an input may have, by the names that NumPy gives them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.layers.sampling.spec_error import SpecError, hint

FLOATS = ("float64", "float32", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64")
DTYPES = (*FLOATS, *INTEGERS, "bool")


def dtype_of(name: str) -> np.dtype[Any]:
    """The dtype of that name. Raises SpecError if there is none, or ml_dtypes lacks for bfloat16.

    >>> dtype_of("float32")
    dtype('float32')
    """
    if name not in DTYPES:
        raise SpecError(f"unknown dtype {name!r}{hint(name, DTYPES)}")
    if name != "bfloat16":
        return np.dtype(name)
    try:
        ml_dtypes = import_module("ml_dtypes")
    except ImportError:
        raise SpecError("bfloat16 needs the package ml_dtypes: pip install ml_dtypes") from None
    found: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return found


def is_number_dtype(dtype: np.dtype[Any]) -> bool:
    """Whether arrays of this dtype can be an input: real numbers or booleans, no objects, no texts."""
    return dtype.name in DTYPES
