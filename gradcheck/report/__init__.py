"""The report formats, one file each: a format is a file with ``render`` and one line in this table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from gradcheck.model import Report


class Render(Protocol):
    """A pure function of a report and of the documents' texts by path."""

    def __call__(
        self,
        report: Report,
        sources: Mapping[str, str],
        *,
        color: bool = False,
        verbosity: int = 0,
        width: int = 100,
    ) -> str: ...


FORMATS = ("full", "concise", "json", "junit", "sarif", "github", "markdown", "html")
"""The names of the formats, each the name of its file here; a file is loaded when it is asked for."""


def renderer(name: str) -> Render:
    """The ``render`` of the format ``name``, one of ``FORMATS``."""
    render: Render = import_module(f"{__package__}.{name}").render
    return render
