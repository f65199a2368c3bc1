"""Values written as text: in the grammar of inputs, and as Python that can be pasted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def spec_literal(value: object) -> str:
    """The text that ``grammar.parse`` reads back as the same value; inputs inside it as their own text.

    An array without elements is written as ``zeros(0, 3)``. What has no literal is given by its repr.

    >>> spec_literal({"w": np.array([0.1, np.inf]), "mode": "train"})
    '{"w": array([0.1, inf]), "mode": "train"}'
    """
    return _written(value, "")


def python_literal(value: object) -> str:
    """A Python expression with the same value to the last bit, where NumPy is ``np``.

    What has no literal is given by its repr; bfloat16 needs ``import ml_dtypes`` where it is pasted.

    >>> python_literal((0.1, np.array([[1, 2]]), np.float64("nan"), np.ones(2, np.float32)))
    '(0.1, np.array([[1, 2]]), np.nan, np.array([1.0, 1.0], dtype="float32"))'
    """
    return _written(value, "np.")


def _written(value: object, np_: str) -> str:
    if isinstance(value, np.ndarray):
        return _array(value, np_)
    if isinstance(value, np.generic):
        return _written(value.item(), np_)
    if isinstance(value, float):
        return _float(float(value), np_)
    if type(value) is dict:
        return "{" + ", ".join(f"{_written(k, np_)}: {_written(v, np_)}" for k, v in value.items()) + "}"
    if type(value) is list:
        return "[" + ", ".join(_written(v, np_) for v in value) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(_written(v, np_) for v in value) + (",)" if len(value) == 1 else ")")
    return f'"{value}"' if type(value) is str and _is_plain(value) else repr(value)


def _is_plain(text: str) -> bool:
    """Whether a text can stand in double quotes as it is: a shell's single quotes leave those alone."""
    return text.isprintable() and not set(text) & set('\\"')


def _float(value: float, np_: str) -> str:
    text = repr(value)
    return text if value - value == 0 else text.replace("inf", f"{np_}inf").replace("nan", f"{np_}nan")


def _array(array: NDArray[Any], np_: str) -> str:
    if not array.size:
        shape = str(array.shape) if np_ else ", ".join(map(str, array.shape))
        return f"{np_}zeros({shape}{_dtype(array, np.dtype(float), np_)})"
    listed = array.tolist()
    return f"{np_}array({_written(listed, np_)}{_dtype(array, np.asarray(listed).dtype, np_)})"


def _dtype(array: NDArray[Any], usual: np.dtype[Any], np_: str) -> str:
    """What says the dtype, where it is not the one that the numbers themselves would give."""
    if array.dtype == usual:
        return ""
    return f', dtype="{array.dtype.name}"' if np_ else f", dtype={array.dtype.name}"
