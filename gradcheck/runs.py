"""What the runs of all commands have in common: a cache, a progress line, an end that is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from gradcheck.cache.results import Results
from gradcheck.cache.store import Store
from gradcheck.executing import Executed, execute
from gradcheck.model import Place, Report, Trouble
from gradcheck.output import write_stderr
from gradcheck.plan import Plan
from gradcheck.presentation import Presentation, conclude
from gradcheck.project import BadProject, Project
from gradcheck.report.style import plural
from gradcheck.terminal import ProgressLine
from gradcheck.workers.runner import Runner


def completed(project: Project, plan: Plan, seen: set[str] | None = None) -> Executed:
    """Carry out a plan, and tell on standard error what should be known of how that went.

    That a run was interrupted is trouble: no report on a part is taken for one on everything. The files that
    the result depends on are added to ``seen``.
    """
    _import_from(project.configuration.root)
    store = _store(project.cache)
    progress = ProgressLine()
    with Runner(project.jobs, project.flags.dask, Results(store) if store else None) as runner:
        done = execute(plan, runner, progress)
    progress.clear()
    if project.seed_is_drawn:
        write_stderr(f"gradcheck: the seed of this run is {project.seed}\n")
    if seen is not None:
        seen |= {*done.files, *project.files, plan.ledger.path}
    if store is not None:
        store.prune()
        for note in store.notes:
            write_stderr(f"gradcheck: {note}\n")
    if done.interrupted is not None:
        told = Trouble("gradcheck", f"interrupted after {_counted(plan, done.report)}")
        return replace(done, report=replace(done.report, troubles=(*done.report.troubles, told)))
    return done


def bad_project(error: BadProject, show: Presentation) -> int:
    """Tell what is wrong with the configuration or the ledger, and return the exit code."""
    place = Place(error.line, 1, 1) if error.line is not None else None
    return conclude(Report(troubles=(Trouble(error.path, error.what, place),)), {}, show)


def _import_from(root: Path) -> None:
    """Let layers that are named as modules be found from below the configuration as from beside it."""
    if str(root) not in sys.path:
        sys.path.append(str(root))


def _store(directory: Path | None) -> Store | None:
    return Store(directory) if directory is not None else None


def _counted(plan: Plan, report: Report) -> str:
    """How much was finished; how many layers there are is not known before their files are imported."""
    planned = plural(len(plan.documents), "document")
    parts = [f"{len(report.documents)} of {planned}"] if plan.documents else []
    parts += [plural(len(report.layers), "layer")] if plan.layers else []
    return " and ".join(parts)
