"""One function that is its own derivative if a flag says so: ``sigmoid(x, deriv=False)``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from gradcheck.layers.adapters.calling import name_of
from gradcheck.layers.adapters.functions import FunctionPair

_FLAGS = frozenset("deriv derivative derive prime grad gradient diff is_derivative der backward".split())


def recognise(name: str, subject: object) -> FunctionPair | None:
    """The function with its flag off as the forward, with its flag on as the derivative."""
    if not inspect.isfunction(subject):
        return None
    parameters = inspect.signature(subject).parameters.values()
    flags = [p.name for p in parameters if p.name.lower() in _FLAGS and p.default in (False, 0)]
    if len(flags) != 1:
        return None
    return FunctionPair(name, _with(subject, flags[0], False), _with(subject, flags[0], True))


def _with(function: Callable[..., Any], flag: str, value: bool) -> Callable[..., Any]:
    """The function with the flag set, and without it among its parameters."""

    @functools.wraps(function)
    def flagged(*arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named, **{flag: value})

    signature = inspect.signature(function)
    others = [p for p in signature.parameters.values() if p.name != flag]
    flagged.__name__ = f"{name_of(function)}({flag}={value})"
    flagged.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return flagged
