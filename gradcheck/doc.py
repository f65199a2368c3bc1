"""The body of ``gradcheck doc``: collect, check, narrow, print, and say how it went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    written = show_report(report, sources, show)
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
