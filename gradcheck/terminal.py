"""What the terminal can do, and the progress line that is shown only on one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO

PAGE = 100
"""The width of a report that does not go to a terminal."""


def wants_color(choice: str, stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour: the choice, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def page_width(stream: TextIO) -> int:
    """The width of the terminal, or of a page."""
    return max(40, shutil.get_terminal_size((PAGE, 24)).columns) if stream.isatty() else PAGE


class ProgressLine:
    """One line on standard error that is written over; silent off a terminal and under CI."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._on = self._stream.isatty() and not os.environ.get("CI")

    def __call__(self, done: int, total: int, path: str) -> None:
        """Show that ``done`` of ``total`` documents are checked, ``path`` the latest."""
        if self._on and total > 1:
            self._write(f"checked {done} of {total}: {path}"[: page_width(self._stream) - 1])

    def clear(self) -> None:
        """Leave no trace of the line."""
        if self._on:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
