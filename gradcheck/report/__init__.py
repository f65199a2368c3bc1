"""The report formats, one file each: a format is a file with ``render`` and one line in this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gradcheck.model import Report
from gradcheck.report import concise, full, json


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


FORMATS: Mapping[str, Render] = {
    "full": full.render,
    "concise": concise.render,
    "json": json.render,
}
