"""What an input to draw may say: known options with values that make sense."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from gradcheck.layers.sampling.distributions import DISTRIBUTIONS, Distribution
from gradcheck.layers.sampling.dtypes import INTEGERS, dtype_of
from gradcheck.layers.sampling.limits import guard_elements
from gradcheck.layers.sampling.spec_error import SpecError, hint

Pairs = tuple[tuple[str, Any], ...]


def checked(kind: str, shape: tuple[int, ...], options: Iterable[tuple[str, Any]]) -> Pairs:
    """The options in the order of the table, without those that say what holds anyway.

    Raises SpecError for an unknown distribution or option, for a value that makes no sense, and
    for more elements than are drawn.
    """
    if kind not in DISTRIBUTIONS:
        raise SpecError(f"unknown distribution {kind!r}{hint(kind, DISTRIBUTIONS)}")
    row, given = DISTRIBUTIONS[kind], dict(options)
    _check_shape(kind, row, shape)
    _check_names(kind, row, given)
    for name, value in given.items():
        _CHECKS[name](f"{name} of {kind}", value)
    settings = {**row.options, "dtype": row.dtype, **given}
    _check_together(kind, row, settings)
    usual = {**row.options, "dtype": row.dtype}
    kept = [n for n in (*row.leading, *row.options, "dtype") if n in given]
    return tuple((n, given[n]) for n in kept if n in row.required or n not in usual or given[n] != usual[n])


def _check_shape(kind: str, row: Distribution, shape: tuple[int, ...]) -> None:
    for size in shape:
        if type(size) is not int or size < 0:
            raise SpecError(f"{size!r} is no size of an axis: sizes are whole numbers, as in {row.example}")
    if not row.least <= len(shape) <= row.most:
        bound = f"at least {row.least}" if len(shape) < row.least else f"at most {row.most}"
        raise SpecError(f"{kind} has {len(shape)} axes where {bound} make sense, as in {row.example}")
    guard_elements(math.prod((*shape, shape[-1]) if row.square else shape))


def _check_names(kind: str, row: Distribution, given: Mapping[str, Any]) -> None:
    known = (*row.leading, *row.options, "dtype")
    for name in given:
        if name not in known:
            raise SpecError(f"{kind} has no option {name!r}{hint(name, known)}")
    for name in (*row.leading, *row.required):
        if name not in given:
            raise SpecError(f"{kind} needs {name}, as in {row.example}")


def _check_together(kind: str, row: Distribution, settings: Mapping[str, Any]) -> None:
    if "low" in settings and not settings["low"] < settings["high"]:
        raise SpecError(f"low {settings['low']} of {kind} must be less than high {settings['high']}")
    dtype = settings["dtype"]
    dtype_of(dtype)
    if dtype not in row.dtypes:
        raise SpecError(f"{kind} cannot be {dtype}; it can be {', '.join(row.dtypes)}")
    if kind == "integers":
        _check_range(settings["low"], settings["high"] - 1, dtype)


def _check_range(low: object, last: object, dtype: str) -> None:
    whole = type(low) is int and type(last) is int
    if not whole:
        raise SpecError("low and high of integers are whole numbers, as in integers(0, 10, 64)")
    info = np.iinfo(dtype if dtype in INTEGERS else "int64")
    if not info.min <= low <= last <= min(info.max, 2**63 - 1):  # type: ignore[operator]
        raise SpecError(f"{dtype} cannot hold the integers from {low} to {last}")


def _finite(what: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e300:
        raise SpecError(f"{what} must be a finite number, not {value!r}")


def _greater_than_zero(what: str, value: object) -> None:
    _finite(what, value)
    if not value > 0:  # type: ignore[operator]
        raise SpecError(f"{what} must be greater than 0, not {value!r}")


def _probability(what: str, value: object) -> None:
    _finite(what, value)
    if not 0 <= value <= 1:  # type: ignore[operator]
        raise SpecError(f"{what} must lie between 0 and 1, not {value!r}")


def _number(what: str, value: object) -> None:
    if not isinstance(value, int | float):
        raise SpecError(f"{what} must be a number, not {value!r}")


def _name(what: str, value: object) -> None:
    if not isinstance(value, str):
        raise SpecError(f"{what} must be a name such as float32, not {value!r}")


_CHECKS: Mapping[str, Callable[[str, object], None]] = {
    "mean": _finite,
    "std": _greater_than_zero,
    "low": _finite,
    "high": _finite,
    "start": _finite,
    "stop": _finite,
    "gap": _greater_than_zero,
    "p": _probability,
    "value": _number,
    "dtype": _name,
}
