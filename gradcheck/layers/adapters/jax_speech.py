"""Whether a plain function computes with jax, as far as the names in its code tell."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


def speaks_jax(function: FunctionType) -> bool:
    """Whether it, or a function of its module that it calls, names jax.

    One that names neither jax nor numpy, such as ``x * x``, does if its module has jax imported.
    """
    named = _libraries(function, set())
    if named & {"jax", "jaxlib"}:
        return True
    return "numpy" not in named and any(_library(value) == "jax" for value in function.__globals__.values())


def _libraries(function: FunctionType, seen: set[FunctionType]) -> set[str]:
    """The packages of everything that the code of a function names, followed through its own module."""
    seen.add(function)
    found: set[str] = set()
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            found |= _libraries(value, seen) if value not in seen else set()
        elif value is not None:
            found.add(_library(value))
    return found


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _library(value: Any) -> str:
    """The top-level package of a module, or of the type of an object, or of where a function was made."""
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0]
    home = value if isinstance(value, FunctionType | type) else type(value)
    return str(getattr(home, "__module__", "") or "").partition(".")[0]
