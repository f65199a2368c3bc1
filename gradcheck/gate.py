"""The body of ``gradcheck gate``: everything that the configuration names, or what changed files touch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.config import patterns_without_match
from gradcheck.imported_names import imported_files, module_files
from gradcheck.inputs import Input
from gradcheck.layer_targets import targets
from gradcheck.model import Place, Report, Trouble
from gradcheck.output import write_stderr
from gradcheck.plan import Plan
from gradcheck.presentation import Presentation, conclude
from gradcheck.project import BadProject, Flags, Project
from gradcheck.runs import bad_project, completed
from gradcheck.selection import only_items

_NOTHING = (
    "nothing to check; name documents and layers under [tool.gradcheck] in pyproject.toml, such as "
    'documents = ["docs/**/*.md"] and layers = ["net/layers.py"]'
)


def run_gate(paths: Sequence[str], flags: Flags, show: Presentation, seen: set[str] | None = None) -> int:
    """Check what is configured, of it only what the paths touch if there are any; returns the exit code.

    The files that the report depends on are added to ``seen``.
    """
    try:
        project = Project.open(replace(flags, only=None))
        plan = plan_of(project, paths)
    except BadProject as error:
        return bad_project(error, show)
    if paths and not (plan.documents or plan.layers or plan.troubles):
        write_stderr("gradcheck: nothing that is configured is in these files\n")
        return conclude(Report(), {}, show)
    done = completed(project, plan, seen)
    report = only_items(done.report, flags.only) if flags.only else done.report
    if done.interrupted is None and not (report.documents or report.layers or report.troubles):
        report = replace(report, troubles=(Trouble("gradcheck gate", _NOTHING),))
    return conclude(report, done.sources, show, done.interrupted)


def plan_of(project: Project, paths: Sequence[str] = ()) -> Plan:
    """Everything that is configured, or what of it the paths touch. Raises BadProject."""
    root = project.configuration.root
    touched = {os.path.realpath(path) for path in paths}
    whole = not paths or any(os.path.realpath(file) in touched for file in _said_in(project))
    documents = [
        Input(shown, named=real == os.path.realpath(root / row.pattern))
        for real, (shown, row) in project.documents.items()
        if whole or _is_among(real, touched)
    ]
    layers = [row for row in project.layers if whole or _stands_in(project, row.target, touched)]
    unmatched = [
        one
        for one in patterns_without_match(project.configuration)
        if whole or os.path.realpath(root / one.pattern) in touched
    ]
    said = {os.path.realpath(root / one.pattern) for one in unmatched}
    gone = [path for path in paths if not os.path.exists(path) and os.path.realpath(path) not in said]
    missing = [Trouble(path, "no such file") for path in gone]
    return Plan(
        documents=tuple(map(project.planned_document, documents)),
        layers=tuple(map(project.planned_layer, layers)),
        troubles=(*missing, *(Trouble(one.path, one.message, Place(one.line, 1, 1)) for one in unmatched)),
        ledger=project.ledger(),
        whole=whole,
        options=project.options(),
    )


def _said_in(project: Project) -> set[str]:
    """The files on which every result may depend: the configuration, readings, the ledger."""
    ledger = project.ledger_path
    return project.files | ({str(ledger)} if ledger is not None else set())


def _is_among(file: str, touched: set[str]) -> bool:
    """Whether a file is touched, or a directory that it is in."""
    return any(str(place) in touched for place in (file, *Path(file).parents))


def _stands_in(project: Project, target: str, touched: set[str]) -> bool:
    """Whether the file of a layer is touched, or one that it imports, directly or not."""
    roots = (str(project.configuration.root), os.getcwd())
    places = [file for _, file in targets(Path.cwd(), target) if file is not None]
    places = places or list(module_files(target.partition(":")[0], roots))
    return any(_is_among(file, touched) for place in places for file in imported_files(place, roots))
