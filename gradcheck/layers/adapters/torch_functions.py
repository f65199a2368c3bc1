"""Functions of torch tensors that are written by hand, forward and backward: given tensors, giving arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradcheck.layers.adapters.frameworks import framework, loaded
from gradcheck.layers.adapters.torch_arrays import as_arrays, as_tensors

_NAMES = ("torch", "F")


def uses_torch(function: Callable[..., Any]) -> bool:
    """Whether a plain function is written for tensors: it names torch, or its annotations do."""
    code = getattr(function, "__code__", None)
    if code is None or not loaded("torch"):
        return False
    annotations = " ".join(map(str, getattr(function, "__annotations__", {}).values()))
    home = getattr(function, "__globals__", {})
    named = any(
        n in code.co_names and str(getattr(home.get(n), "__name__", "")).startswith("torch") for n in _NAMES
    )
    return named or "Tensor" in annotations


def on_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with arrays for tensors, in what it is given and in what it returns."""

    @functools.wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        with framework("torch").no_grad():
            return as_arrays(function(*as_tensors(arguments), **as_tensors(named)))

    return wrapped
