"""What may be called in an input: every distribution, ``array`` and ``load``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.sampling.distributions import DISTRIBUTIONS
from gradcheck.layers.sampling.dtypes import dtype_of, is_number_dtype
from gradcheck.layers.sampling.loading import load
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec

CALLS = (*DISTRIBUTIONS, "array", "load")
Arguments = list[Any]
Options = dict[str, Any]


def called(name: str, arguments: Arguments, options: Options) -> Spec | Fixed | NDArray[Any]:
    """The input that a call stands for. Raises SpecError.

    >>> called("integers", [0, 10, 64], {"dtype": "int32"}), called("ones", [(2, 3)], {})
    (integers(0, 10, 64, dtype=int32), ones(2, 3))
    """
    if name == "array":
        return _array(arguments, options)
    return _loaded(arguments, options) if name == "load" else _distribution(name, arguments, options)


def example(name: str) -> str:
    """How a call is written."""
    special = {"array": "array([1.0, 2.0])", "load": "load('x.npy')"}
    return special[name] if name in special else DISTRIBUTIONS[name].example


def _distribution(kind: str, arguments: Arguments, options: Options) -> Spec:
    """The leading options come first, unless they are named; the rest, or one tuple, is the shape."""
    leading = [name for name in DISTRIBUTIONS[kind].leading if name not in options]
    named = zip(leading, arguments, strict=False)
    shape = arguments[len(leading) :]
    if len(shape) == 1 and isinstance(shape[0], tuple | list):
        shape = list(shape[0])
    return Spec(kind, tuple(shape), (*named, *options.items()))


def _array(arguments: Arguments, options: Options) -> NDArray[Any]:
    if len(arguments) != 1 or set(options) - {"dtype"}:
        raise SpecError("array takes one list of numbers, and dtype: array([1.0, 2.0], dtype=float32)")
    dtype = dtype_of(str(options["dtype"])) if "dtype" in options else None
    try:
        found = np.array(arguments[0])
        if is_number_dtype(found.dtype):
            with np.errstate(all="ignore"):
                return found if dtype is None else np.array(arguments[0], dtype)
    except (ValueError, TypeError, OverflowError):
        pass  # one message for all that NumPy says of rows of unequal length, texts and large numbers
    raise SpecError("array takes numbers in rows of equal length, as in array([[1.0, 2.0], [3.0, 4.0]])")


def _loaded(arguments: Arguments, options: Options) -> Fixed:
    texts = all(isinstance(a, str) for a in arguments)
    if options or not texts or not 1 <= len(arguments) <= 2:
        raise SpecError("load takes a path and perhaps a key, as in load('batch.npz', 'x')")
    return Fixed(load(*arguments), f"load({', '.join(map(repr, arguments))})")
