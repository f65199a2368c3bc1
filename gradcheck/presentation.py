"""How a report is shown and where it goes, for every command that makes one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from gradcheck.model import Report, Trouble
from gradcheck.output import emit, write_stream
from gradcheck.report import renderer
from gradcheck.terminal import PAGE, page_width, wants_color

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """The format, the file (None for standard output), colours, and how much is said.

    ``aside`` is for a standard output that something else goes to: the report goes to standard error.
    """

    format: str = "full"
    output: str | None = None
    color: str = "auto"
    verbosity: int = 0
    exit_zero: bool = False
    aside: bool = False


def show_report(report: Report, sources: Mapping[str, str], show: Presentation) -> bool:
    """Findings to standard output or a file, troubles to standard error; whether that worked."""
    stream = sys.stderr if show.aside else sys.stdout
    color = wants_color(show.color, stream) if show.output is None else show.color == "always"
    width = PAGE if show.output else page_width(stream)
    text = renderer(show.format)(report, sources, color=color, verbosity=show.verbosity, width=width)
    show_troubles(report)
    try:
        if show.aside and show.output is None:
            write_stream(text, stream)
        else:
            emit(text, show.output)
    except OSError as error:
        print(f"gradcheck: {show.output}: cannot be written: {error.strerror or error}", file=sys.stderr)
        return False
    return True


def show_troubles(report: Report) -> None:
    """What could not be done, on standard error."""
    for trouble in report.troubles:
        print(_trouble_line(trouble), file=sys.stderr)


def _trouble_line(trouble: Trouble) -> str:
    place = f":{trouble.place.line}:{trouble.place.column}" if trouble.place else ""
    return f"gradcheck: {trouble.path}{place}: {trouble.message}"
