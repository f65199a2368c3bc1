"""Torch and jax are only looked at when somebody else has imported them."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def loaded(name: str) -> Any:
    """A framework that has already been imported, or None; nothing can be an object of one that has not."""
    return sys.modules.get(name)


def framework(name: str) -> Any:
    """A framework, imported. Untyped, so that types can be checked where it is not installed."""
    return import_module(name)
