"""The body of ``gradcheck doc``: collect, check, narrow, print, and say how it went."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradcheck.findings import FAILED, OK, exit_code
from gradcheck.inputs import LARGEST, Input, built_in, collect
from gradcheck.model import Report, Trouble
from gradcheck.options import Options
from gradcheck.presentation import INTERRUPTED, Presentation, show_report
from gradcheck.run import Interrupted, check_documents
from gradcheck.selection import narrowed
from gradcheck.terminal import ProgressLine


def run_doc(paths: Sequence[str], stdin_filename: str, options: Options, show: Presentation) -> int:
    """Check the documents, print the report, and return the exit code."""
    inputs, troubles = inputs_of(paths, stdin_filename)
    interrupted = False
    progress = ProgressLine()
    try:
        report, sources = check_documents(inputs, options, progress)
    except Interrupted as stop:
        report, sources, interrupted = stop.report, stop.sources, True
    progress.clear()
    report = replace(report, troubles=(*troubles, *report.troubles))
    if not interrupted:
        return conclude(report, sources, options, show)
    show_report(narrowed(report, options), sources, show)
    done = f"after {len(report.documents)} of {len(inputs)} documents"
    print(f"gradcheck: interrupted {done}", file=sys.stderr)
    return INTERRUPTED


def conclude(report: Report, sources: Mapping[str, str], options: Options, show: Presentation) -> int:
    """Narrow a report to what was asked for, print it, and return the exit code."""
    report = concerning(report, options)
    written = show_report(report, sources, show)
    code = exit_code(report, strict=options.strict) if written else FAILED
    return OK if show.exit_zero and code != FAILED else code


def concerning(report: Report, options: Options) -> Report:
    """What was asked for of a report; one that checked nothing is trouble."""
    return _not_vacuous(narrowed(report, options))


def inputs_of(paths: Sequence[str], stdin_filename: str) -> tuple[list[Input], list[Trouble]]:
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
