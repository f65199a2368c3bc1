"""The body of ``gradcheck doc``: collect, check, narrow, print, and say how it went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.findings import FAILED, OK, exit_code
from gradcheck.inputs import LARGEST, Input, built_in, collect
from gradcheck.model import Report, Trouble
from gradcheck.options import Options
from gradcheck.output import emit
from gradcheck.report import renderer
from gradcheck.run import Interrupted, check_documents
from gradcheck.selection import narrowed
from gradcheck.terminal import PAGE, ProgressLine, page_width, wants_color

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a report is shown and where it goes."""

    format: str = "full"
    output: str | None = None
    color: str = "auto"
    verbosity: int = 0
    exit_zero: bool = False


def run_doc(paths: Sequence[str], stdin_filename: str, options: Options, show: Presentation) -> int:
    """Check the documents, print the report, and return the exit code."""
    inputs, troubles = _inputs(paths, stdin_filename)
    interrupted = False
    progress = ProgressLine()
    try:
        report, sources = check_documents(inputs, options, progress)
    except Interrupted as stop:
        report, sources, interrupted = stop.report, stop.sources, True
    progress.clear()
    report = narrowed(replace(report, troubles=(*troubles, *report.troubles)), options)
    if not interrupted:
        report = _not_vacuous(report)
    written = _print(report, sources, show)
    if interrupted:
        print(
            f"gradcheck: interrupted after {len(report.documents)} of {len(inputs)} documents",
            file=sys.stderr,
        )
        return INTERRUPTED
    code = exit_code(report, strict=options.strict) if written else FAILED
    return OK if show.exit_zero and code != FAILED else code


def _inputs(paths: Sequence[str], stdin_filename: str) -> tuple[list[Input], list[Trouble]]:
    """What to check, with standard input read where ``-`` stands."""
    if not paths:
        return built_in(), []
    inputs, troubles = collect([p for p in paths if p != "-"])
    if "-" in paths:
        inputs.insert(0, Input(stdin_filename, sys.stdin.buffer.read(LARGEST + 1)))
    return inputs, troubles


def _not_vacuous(report: Report) -> Report:
    """A run that checked nothing is never green."""
    if report.troubles or any(d.claims for d in report.documents):
        return report
    return replace(report, troubles=(Trouble("gradcheck", "nothing to check: no equation was found"),))


def _print(report: Report, sources: dict[str, str], show: Presentation) -> bool:
    """Findings to standard output or a file, troubles to standard error; whether that worked."""
    color = wants_color(show.color, sys.stdout) if show.output is None else show.color == "always"
    width = PAGE if show.output else page_width(sys.stdout)
    text = renderer(show.format)(report, sources, color=color, verbosity=show.verbosity, width=width)
    for trouble in report.troubles:
        print(_trouble_line(trouble), file=sys.stderr)
    try:
        emit(text, show.output)
    except OSError as error:
        print(f"gradcheck: {show.output}: cannot be written: {error.strerror or error}", file=sys.stderr)
        return False
    return True


def _trouble_line(trouble: Trouble) -> str:
    place = f":{trouble.place.line}:{trouble.place.column}" if trouble.place else ""
    return f"gradcheck: {trouble.path}{place}: {trouble.message}"
