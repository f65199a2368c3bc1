"""The body of ``gradcheck doc``: collect, check, select, print, and say how it went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.errata_writing import entries_for
from gradcheck.findings import FAILED
from gradcheck.inputs import LARGEST, Input, built_in, collect
from gradcheck.model import Report, Trouble
from gradcheck.output import write_stdout
from gradcheck.plan import Plan
from gradcheck.presentation import Presentation, conclude, show_troubles
from gradcheck.project import BadProject, Flags, Project
from gradcheck.runs import bad_project, completed


def run_doc(
    paths: Sequence[str],
    stdin_filename: str,
    flags: Flags,
    show: Presentation,
    seen: set[str] | None = None,
    *,
    add_errata: bool = False,
) -> int:
    """Check the documents, print the report, and return the exit code.

    With ``add_errata`` entries for the ledger are printed instead of the report. The files that the report
    depends on are added to ``seen``.
    """
    try:
        project = Project.open(flags)
        plan = plan_of(project, paths, stdin_filename)
    except BadProject as error:
        return bad_project(error, show)
    done = completed(project, plan, seen)
    report = done.report if done.interrupted else not_vacuous(done.report)
    if add_errata and done.interrupted is None:
        return _add_errata(project, replace(report, notices=()), done.sources)
    return conclude(report, done.sources, show, done.interrupted)


def plan_of(project: Project, paths: Sequence[str], stdin_filename: str) -> Plan:
    """What the paths stand for; the built-in derivations without any. Raises BadProject."""
    inputs, troubles = inputs_of(paths, stdin_filename)
    return Plan(
        documents=tuple(map(project.planned_document, inputs)),
        troubles=tuple(troubles),
        ledger=project.ledger(built_in=not paths),
        whole=not paths and project.flags.errata is None,
        options=project.options(),
    )


def not_vacuous(report: Report) -> Report:
    """A run that checked nothing is never green."""
    if report.troubles or any(d.claims for d in report.documents):
        return report
    return replace(report, troubles=(Trouble("gradcheck", "nothing to check: no equation was found"),))


def inputs_of(paths: Sequence[str], stdin_filename: str) -> tuple[list[Input], list[Trouble]]:
    """What to check, with standard input read where ``-`` stands."""
    if not paths:
        return built_in(), []
    inputs, troubles = collect([p for p in paths if p != "-"])
    if "-" in paths:
        inputs.insert(0, Input(stdin_filename, sys.stdin.buffer.read(LARGEST + 1)))
    return inputs, troubles


def _add_errata(project: Project, report: Report, sources: object) -> int:
    """Print entries to paste into the ledger, named from where it stands."""
    assert isinstance(sources, dict)
    show_troubles(report)
    ledger = project.ledger_path
    text = entries_for(report.documents, sources, ledger.parent if ledger else Path.cwd())
    write_stdout(text)
    if not text:
        print("gradcheck: every error is in the ledger already", file=sys.stderr)
    return FAILED if report.troubles else 0
