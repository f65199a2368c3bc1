"""Which version of a package is installed."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

UNKNOWN = "unknown"
"""The version of a package that is not installed, or of a checkout that never was."""


@cache
def version_of(package: str) -> str:
    """The version, "unknown" without one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return UNKNOWN
