"""The body of ``gradcheck layer``: name the layers, check them, print, and say how it went."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradcheck.config import BadConfiguration, ConfiguredLayer, configured_layers
from gradcheck.findings import FAILED, OK, exit_code
from gradcheck.layer_run import run_tasks
from gradcheck.layers.loading import parted
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, Report, Trouble
from gradcheck.options import Options
from gradcheck.presentation import INTERRUPTED, Presentation, show_report
from gradcheck.processors import processors
from gradcheck.report.style import plural
from gradcheck.selection import narrowed
from gradcheck.terminal import ProgressLine

_NO_PLACE = "names no file and no module; write path/to/file.py:NAME or package.module:NAME"
_PATIENCE = 3.0
"""Seconds for which a failing layer may be compared with the built-in derivations."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of every target."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    backward: str | None = None
    settings: Settings = field(default_factory=Settings)
    jobs: int | None = None
    timeout: float = 60.0
    only: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    derivation: Path | None = None


def run_layer(targets: Sequence[str], request: Request, show: Presentation) -> int:
    """Check the layers, print the report, and return the exit code."""
    layers: list[Layer] = []
    troubles: list[Trouble] = []
    progress = ProgressLine()
    interrupted = False
    try:
        for result in _results(targets, request, progress):
            if isinstance(result, Layer):
                layers.append(_with_short_path(result))
            else:
                troubles.append(result)
    except BadConfiguration as error:
        troubles.append(Trouble("configuration", str(error)))
    except KeyboardInterrupt:
        interrupted = True
    progress.clear()
    report = _narrowed(Report(layers=tuple(layers), troubles=tuple(troubles)), request)
    if not interrupted:
        report = _with_nothing_checked(report)
    written = show_report(report, _sources(report), show)
    if interrupted:
        print(f"gradcheck: interrupted after {plural(len(layers), 'layer')}", file=sys.stderr)
        return INTERRUPTED
    code = exit_code(report, strict=request.strict) if written else FAILED
    return OK if show.exit_zero and code != FAILED else code


def _results(targets: Sequence[str], request: Request, progress: ProgressLine) -> Iterator[Layer | Trouble]:
    """The report on each layer in order, and the trouble with what could not be checked."""
    asked = [ConfiguredLayer(target) for target in targets] or configured_layers(Path.cwd())
    wanted: list[Wanted] = []
    for row, found in zip(asked, _named([row.target for row in asked], request), strict=True):
        if isinstance(found, Trouble):
            yield found
        else:
            wanted += [w for target in found if (w := _wanted(row, target, request)) not in wanted]
    for results in run_tasks(wanted, _jobs(request, len(wanted)), request.timeout, progress):
        for result in results:
            assert not isinstance(result, list)
            yield result


def _wanted(row: ConfiguredLayer, target: str, request: Request) -> Wanted:
    """One layer; what the command line says of its inputs wins over the configuration."""
    return Wanted(
        target,
        {**row.args, **request.inputs},
        request.fixed | frozenset(row.fixed),
        request.backward or row.backward,
        request.settings,
        str(request.derivation) if request.derivation is not None else None,
        min(_PATIENCE, request.timeout / 4),
    )


def _named(targets: Sequence[str], request: Request) -> Iterator[list[str] | Trouble]:
    """For each target the layers that it stands for; a file alone has to be imported to know."""
    files = [target for target in targets if _names_a_place(target) and parted(target)[1] is None]
    found = dict(zip(files, run_tasks(files, _jobs(request, len(files)), request.timeout), strict=False))
    for target in targets:
        if not _names_a_place(target):
            yield Trouble(repr(target), _NO_PLACE)
            continue
        results = found.get(target, [[target]])
        named = results[-1] if results else Trouble(target, "nothing was found in it")
        yield Trouble(target, "nothing was found in it") if isinstance(named, Layer) else named


def _names_a_place(target: str) -> bool:
    return bool(parted(target)[0].strip())


def _jobs(request: Request, tasks: int) -> int:
    """How many processes work: one for each processor, but not more than there are tasks."""
    return max(1, min(request.jobs or processors(), tasks))


def _narrowed(report: Report, request: Request) -> Report:
    """What was selected."""
    narrow = narrowed(report, Options(select=request.select, ignore=request.ignore))
    if request.only is not None:
        layers = tuple(_only(layer, request.only) for layer in narrow.layers)
        narrow = replace(narrow, layers=tuple(layer for layer in layers if layer.arguments))
        if report.layers and not narrow.layers:
            known = ", ".join(a.name for layer in report.layers for a in layer.arguments) or "none"
            message = f"no argument is called {request.only}; those checked are {known}"
            narrow = replace(narrow, troubles=(*narrow.troubles, Trouble("--only", message)))
    return narrow


def _with_nothing_checked(report: Report) -> Report:
    if report.layers or report.troubles:
        return report
    message = (
        "nothing to check; name a layer, as in `gradcheck layer layers.py:batchnorm`, or list "
        "layers under [tool.gradcheck] in pyproject.toml"
    )
    return replace(report, troubles=(Trouble("gradcheck layer", message),))


def _only(layer: Layer, name: str) -> Layer:
    """The report on one argument alone; the verdict is that argument's."""
    kept = tuple(a for a in layer.arguments if a.name == name)
    return replace(layer, arguments=kept, verdict=kept[0].verdict if kept else layer.verdict)


def _with_short_path(layer: Layer) -> Layer:
    if layer.path is None or not Path(layer.path).is_relative_to(Path.cwd()):
        return layer
    return replace(layer, path=str(Path(layer.path).relative_to(Path.cwd())))


def _sources(report: Report) -> dict[str, str]:
    """The files in which failing backwards stand, to quote from."""
    paths = {layer.path for layer in report.layers if layer.path is not None}
    return {
        path: Path(path).read_text(encoding="utf-8", errors="replace")
        for path in paths
        if os.path.isfile(path)
    }
