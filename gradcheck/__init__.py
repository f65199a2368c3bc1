"""Verifies gradients made by hand: derivations in documents, backward passes of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.api import assert_gradients, check
    from gradcheck.layers.declared import Layer

__all__ = ["Layer", "assert_gradients", "check"]

_HOMES = {
    "Layer": "gradcheck.layers.declared",
    "assert_gradients": "gradcheck.api",
    "check": "gradcheck.api",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``gradcheck --help`` needs no numpy."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
