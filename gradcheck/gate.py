"""The body of ``gradcheck gate``: everything that the configuration names, or what changed files touch."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from gradcheck.config import patterns_without_match
from gradcheck.inputs import Input
from gradcheck.layer_targets import targets
from gradcheck.model import Report, Trouble
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
        print("gradcheck: nothing that is configured is in these files", file=sys.stderr)
        return conclude(Report(), {}, show)
    done = completed(project, plan, seen)
    report = only_items(done.report, flags.only) if flags.only else done.report
    if done.interrupted is None and not (report.documents or report.layers or report.troubles):
        report = replace(report, troubles=(Trouble("gradcheck gate", _NOTHING),))
    return conclude(report, done.sources, show, done.interrupted)


def plan_of(project: Project, paths: Sequence[str] = ()) -> Plan:
    """Everything that is configured, or what of it the paths touch. Raises BadProject."""
    touched = {os.path.realpath(path) for path in paths}
    documents = [
        Input(shown, named=real == os.path.realpath(project.configuration.root / row.pattern))
        for real, (shown, row) in project.documents.items()
        if not paths or real in touched
    ]
    layers = [row for row in project.layers if not paths or _stands_in(project, row.target, touched)]
    unmatched = [] if paths else patterns_without_match(project.configuration)
    return Plan(
        documents=tuple(map(project.planned_document, documents)),
        layers=tuple(map(project.planned_layer, layers)),
        troubles=tuple(Trouble(one.where, one.message) for one in unmatched),
        ledger=project.ledger(),
        whole=not paths,
        options=project.options(),
    )


def _stands_in(project: Project, target: str, files: set[str]) -> bool:
    """Whether a layer is in one of the files; one that is named as a module is looked for where it may be."""
    places = [file for _, file in targets(project.configuration.root, target)]
    if None in places:
        module = target.partition(":")[0].replace(".", os.sep)
        return any(file.endswith((f"{module}.py", os.path.join(module, "__init__.py"))) for file in files)
    return any(os.path.realpath(file) in files for file in places if file is not None)
