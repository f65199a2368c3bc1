"""The body of ``gradcheck layer``: name the layers, check them, print, and say how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.model import Report, Trouble
from gradcheck.plan import Plan
from gradcheck.presentation import Presentation, conclude
from gradcheck.project import BadProject, Flags, Project
from gradcheck.runs import bad_project, completed
from gradcheck.selection import only_argument

_NOTHING = (
    "nothing to check; name a layer, as in `gradcheck layer layers.py:batchnorm`, or list "
    "layers under [tool.gradcheck] in pyproject.toml"
)


def run_layer(targets: Sequence[str], flags: Flags, show: Presentation, seen: set[str] | None = None) -> int:
    """Check the layers, print the report, and return the exit code; files it depends on go to ``seen``."""
    try:
        project = Project.open(flags)
        rows = project.asked_layers(targets) if targets else project.layers
    except BadProject as error:
        return bad_project(error, show)
    plan = Plan(layers=tuple(map(project.planned_layer, rows)), options=project.options())
    done = completed(project, plan, seen)
    report = _narrowed(done.report, flags.only)
    if done.interrupted is None and not report.layers and not report.troubles:
        report = replace(report, troubles=(Trouble("gradcheck layer", _NOTHING),))
    return conclude(report, done.sources, show, done.interrupted)


def _narrowed(report: Report, only: str | None) -> Report:
    """What is said of one argument, if it is alone asked for."""
    if only is None:
        return report
    layers = tuple(only_argument(layer, only) for layer in report.layers)
    narrow = replace(report, layers=tuple(layer for layer in layers if layer.arguments))
    if report.layers and not narrow.layers:
        known = ", ".join(a.name for layer in report.layers for a in layer.arguments) or "none"
        message = f"no argument is called {only}; those checked are {known}"
        narrow = replace(narrow, troubles=(*narrow.troubles, Trouble("--only", message)))
    return narrow
