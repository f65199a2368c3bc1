"""How a report is shown and where it goes, for every command that makes one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from gradcheck.bugs import Terminated
from gradcheck.extras import MissingExtra
from gradcheck.findings import FAILED, OK, exit_code
from gradcheck.model import Report
from gradcheck.output import emit, write_stderr, write_stdout_bytes, write_stream
from gradcheck.report import renderer
from gradcheck.report.item_text import trouble_line
from gradcheck.terminal import PAGE, page_width, wants_color

INTERRUPTED = 128 + signal.SIGINT
"""The exit code after Ctrl-C, as shells give it."""

TERMINATED = 128 + signal.SIGTERM
"""The exit code after the signal with which systems end what takes too long."""


_ENCODED = frozenset({"json", "junit", "sarif", "html"})
"""The formats that are UTF-8 by their definition, whatever the terminal's encoding is."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """The format, the file (None for standard output), colours, and how much is said.

    ``more`` are further reports, each a format and a file. ``aside`` is for a standard output that
    something else goes to: the report goes to standard error.
    """

    format: str = "full"
    output: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    color: str = "auto"
    verbosity: int = 0
    exit_zero: bool = False
    aside: bool = False


def conclude(
    report: Report,
    sources: Mapping[str, str],
    show: Presentation,
    interrupted: KeyboardInterrupt | None = None,
) -> int:
    """Print a report, and return the exit code that follows from it; 2 if it cannot be written."""
    written = show_report(report, sources, show)
    if interrupted is not None:
        return interrupted_code(interrupted)
    code = exit_code(report) if written else FAILED
    return OK if show.exit_zero and code != FAILED else code


def interrupted_code(interrupted: KeyboardInterrupt) -> int:
    """The exit code of a run that a signal has ended."""
    return TERMINATED if isinstance(interrupted, Terminated) else INTERRUPTED


def show_report(report: Report, sources: Mapping[str, str], show: Presentation) -> bool:
    """Findings to standard output or files, troubles to standard error; whether all of that worked."""
    show_troubles(report)
    written = [_written(show.output, partial(_show, report, sources, show))]
    for name, file in show.more:
        written.append(_written(file, partial(_save, report, sources, show, name, file)))
    return all(written)


def show_troubles(report: Report) -> None:
    """What could not be done, on standard error."""
    for trouble in report.troubles:
        write_stderr(f"{trouble_line(trouble)}\n")


def _show(report: Report, sources: Mapping[str, str], show: Presentation) -> None:
    stream = sys.stderr if show.aside else sys.stdout
    color = wants_color(show.color, stream) if show.output is None else show.color == "always"
    width = PAGE if show.output else page_width(stream)
    text = renderer(show.format)(report, sources, color=color, verbosity=show.verbosity, width=width)
    if show.aside and show.output is None:
        write_stream(text, stream)
    elif show.output is None and show.format in _ENCODED:
        write_stdout_bytes(text.encode("utf-8", "backslashreplace"))
    else:
        emit(text, show.output)


def _save(report: Report, sources: Mapping[str, str], show: Presentation, name: str, file: str) -> None:
    color = show.color == "always"
    emit(renderer(name)(report, sources, color=color, verbosity=show.verbosity, width=PAGE), file)


def _written(file: str | None, write: Callable[[], None]) -> bool:
    """Whether a report could be made and written; what went wrong goes to standard error."""
    where = file or "standard output"
    try:
        write()
    except OSError as error:
        write_stderr(f"gradcheck: {where}: cannot be written: {error.strerror or error}\n")
        return False
    except MissingExtra as error:
        write_stderr(f"gradcheck: {where}: {error}\n")
        return False
    return True
