"""Frameworks that tests need: skipped where they are missing, unless they are required."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def needed(name: str) -> Any:
    """The framework. Without it the asking module is skipped; it fails if GRADCHECK_REQUIRE_FRAMEWORKS."""
    if os.environ.get("GRADCHECK_REQUIRE_FRAMEWORKS"):
        return import_module(name)
    return pytest.importorskip(name)
