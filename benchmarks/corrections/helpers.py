"""The makers of mistakes, which live beside the tests."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from benchmarks.timing import ROOT


def helper(name: str) -> Any:
    """A module of tests/helpers, where they import one another by their bare names."""
    folder = str(ROOT / "tests" / "helpers")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return import_module(name)
