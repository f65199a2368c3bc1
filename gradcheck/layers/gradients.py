"""What a backward returned, held against the arguments: shapes, dtypes, missing and non-finite values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.outputs import finite
from gradcheck.layers.target import Array, Point


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the form of a gradient; ``fatal`` if its values cannot be compared."""

    argument: str
    code: str
    message: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Gradients:
    """The gradients in float64, flattened, each as long as its argument, and what was wrong with them.

    ``eps`` is the relative precision of the least precise one.
    """

    values: dict[str, Array]
    problems: tuple[Problem, ...] = ()
    eps: float = 2.0**-52


def gather(returned: Mapping[str, Any], point: Point) -> Gradients:
    """Take the gradients over: copied, checked against the arguments of ``point``."""
    values: dict[str, Array] = {}
    problems: list[Problem] = []
    eps = 2.0**-52
    for name, argument in point.items():
        if name not in returned:
            continue
        value = returned[name]
        if _is_plain(value, argument):
            values[name] = value.copy().ravel()
            continue
        found = _problem(name, value, argument)
        if found is not None:
            problems.append(found)
        if found is None or not found.fatal:
            array = np.asarray(value)
            eps = max(eps, precision(array.dtype))
            values[name] = np.array(array, dtype=np.float64).ravel()
    return Gradients(values, tuple(problems), eps)


def precision(dtype: Any) -> float:
    """The spacing of the floats of a dtype at 1.

    >>> precision(np.dtype("float32")) == 2.0**-23
    True
    """
    dtype = np.dtype(dtype)
    if dtype == np.float64:
        return 2.0**-52
    if dtype.name == "bfloat16":
        return 2.0**-7
    return float(np.finfo(dtype).eps) if np.issubdtype(dtype, np.floating) else 2.0**-52


def _is_plain(value: Any, argument: Array) -> bool:
    """Whether a gradient is what it should be in all but its numbers: the usual case, made quick."""
    usual = type(value) is np.ndarray and value.dtype == np.float64 == argument.dtype
    return usual and value.shape == argument.shape and finite(value)


def _problem(name: str, value: Any, argument: Array) -> Problem | None:
    if value is None:
        return Problem(name, "L105", f"the backward returns None for {name}")
    try:
        array = np.asarray(value)
    except Exception as error:
        return Problem(
            name, "L405", f"the gradient of {name} is a {type(value).__name__}, not an array: {error}"
        )
    if array.dtype == object or array.dtype.kind in "USmM":
        what = type(value).__name__ if array.dtype != object else "array of objects"
        return Problem(name, "L405", f"the gradient of {name} is a {what}, not an array of floats")
    if array.dtype.kind == "c":
        return Problem(name, "L405", f"the gradient of {name} is complex")
    if array.shape != argument.shape:
        message = f"the gradient of {name} has shape {shown(array.shape)}, {name} has {shown(argument.shape)}"
        settled = tuple(n for n in array.shape if n != 1) == tuple(n for n in argument.shape if n != 1)
        return Problem(name, "L106", message + _why(array.shape, argument.shape), fatal=not settled)
    if not finite(array):
        return _not_finite(name, np.asarray(array, dtype=np.float64))
    return _dtype_problem(name, array, argument)


def _not_finite(name: str, array: Array) -> Problem:
    bad = ~np.isfinite(array)
    index = [int(i) for i in np.argwhere(bad)[0]]
    message = f"{int(bad.sum())} of {array.size} elements of the gradient of {name} are NaN or infinite"
    return Problem(name, "L107", f"{message}, the first at {index}")


def _dtype_problem(name: str, array: Array, argument: Array) -> Problem | None:
    if array.dtype == argument.dtype:
        return None
    message = f"the gradient of {name} is {array.dtype}, {name} is {argument.dtype}"
    return Problem(name, "L207", message, fatal=False)


def _why(found: tuple[int, ...], due: tuple[int, ...]) -> str:
    """What a wrong shape suggests, in a few words."""
    if found == due[::-1]:
        return ": it is transposed"
    if len(found) > len(due) and found[len(found) - len(due) :] == due:
        axes = list(range(len(found) - len(due)))
        return f": it is not summed over axis {axes[0] if len(axes) == 1 else tuple(axes)}"
    if int(np.prod(found)) == int(np.prod(due)):
        return f": reshape it to {shown(due)}"
    if found and len(found) == len(due) and all(f == d or d == 1 for f, d in zip(found, due, strict=True)):
        return ": it is not summed over the axes along which the argument is broadcast"
    return ""


def shown(shape: tuple[int, ...]) -> str:
    """A shape as people write it.

    >>> shown((3,)), shown(())
    ('(3,)', '()')
    """
    return str(tuple(int(n) for n in shape))
