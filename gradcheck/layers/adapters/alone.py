"""Plain functions that have no gradient written by hand, so that a framework's own is to be checked."""

from __future__ import annotations

import inspect
from types import FunctionType

from gradcheck.layers.naming import gradient_of
from gradcheck.layers.pairing import pairs
from gradcheck.layers.source_names import returned_names


def stands_alone(function: FunctionType) -> bool:
    """Whether a function has arguments, is no half of a pair, and does not return its gradient itself."""
    arguments = list(inspect.signature(function).parameters)
    return bool(arguments) and not _is_half(function) and not _returns_gradient(function, arguments)


def _is_half(function: FunctionType) -> bool:
    names = [name for name, value in function.__globals__.items() if callable(value)]
    return any(function.__name__ in pair for pair in pairs(names))


def _returns_gradient(function: FunctionType, arguments: list[str]) -> bool:
    """Whether it returns ``loss, dx``, or ``y, backprop`` with a function of its own."""
    _, *others = returned_names(function) or ("",)
    inner = {code.co_name for code in function.__code__.co_consts if hasattr(code, "co_name")}
    return any(name in inner or gradient_of(name, arguments) for name in others)
