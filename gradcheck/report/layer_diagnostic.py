"""One finding about a layer as people read it: what is, where, facts, and how to see it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from gradcheck.layer_findings import LayerProblem
from gradcheck.model import ArgumentCheck, Layer, LayerVerdict, Place
from gradcheck.report.acceptance_words import accepted
from gradcheck.report.anatomy import fact, headline, location
from gradcheck.report.excerpt import excerpt
from gradcheck.report.implemented_words import compared, sentence
from gradcheck.report.layer_words import closeness, worst_element
from gradcheck.report.style import severity_color

_DEFINITION = re.compile(r"\b(?:def|class)\s+(\w+)")
_CODE = re.compile(r"\S.*\S|\S")
_DECORATOR = "@"
_LONGEST_COMMAND = 400
_CASE = re.compile(r"\[\d+\]$")


def layer_diagnostic(
    lines: Sequence[str], problem: LayerProblem, *, color: bool, width: int, snippet: bool
) -> str:
    """The problem in the anatomy of rustc's diagnostics; ``lines`` are those of the layer's file."""
    layer = problem.layer
    first, *more = problem.message.splitlines() or [""]
    place = definition(lines, layer.line)
    line = place.line if place else layer.line
    gutter = " " * len(str(line or 1))
    rows = [headline(problem.severity, problem.code, f"{layer.target}: {first}", color=color)]
    if layer.path is not None:
        where = layer.path if line is None else f"{layer.path}:{line}"
        rows.append(location(gutter, where, color=color))
    if place is not None:
        hue = severity_color(problem.severity)
        rows += excerpt(lines, place, place, width=width, color=hue, on=color)
    if problem.acceptance is not None:
        rows += fact(gutter, "note", accepted(problem.acceptance), color=color)
    if more:
        rows += fact(gutter, "note", "\n".join(more), color=color)
    for word, text in _facts(problem, snippet):
        rows += fact(gutter, word, text, color=color)
    return "\n".join(rows)


def definition(lines: Sequence[str], line: int | None) -> Place | None:
    """The name that a definition gives, below its decorators; or all of the line; None if it is not known."""
    if line is None or not 0 < line <= len(lines):
        return None
    if lines[line - 1].lstrip().startswith(_DECORATOR):
        below = range(line, len(lines) + 1)
        line = next((n for n in below if _DEFINITION.search(lines[n - 1])), line)
    text = lines[line - 1]
    if found := _DEFINITION.search(text):
        return Place(line, found.start(1) + 1, found.end(1) + 1)
    if found := _CODE.search(text):
        return Place(line, found.start() + 1, found.end() + 1)
    return None


def _facts(problem: LayerProblem, snippet: bool) -> Iterator[tuple[str, str]]:
    argument, layer = problem.argument, problem.layer
    if argument is not None:
        yield from (("note", text) for text in evidence(argument, layer.seed))
        if argument.fix:
            yield "help", argument.fix
    if argument is not None and argument is _reproduced(layer):
        yield from _reproduction(layer, snippet)
    elif command := rerun(problem):
        yield "help", f"check just this one: {command}"


def rerun(problem: LayerProblem) -> str:
    """The command that shows the problem again, in the smallest case known; "" if there is none."""
    argument, layer = problem.argument, problem.layer
    if layer.reproduction is not None and argument is not None and argument is _reproduced(layer):
        return layer.reproduction.command
    if ":" not in layer.target:
        return ""
    plain = f"gradcheck layer {shlex.quote(_CASE.sub('', layer.target))} --seed {layer.seed}"
    fits = 0 < len(layer.command) <= _LONGEST_COMMAND
    return layer.command if fits else plain


def evidence(argument: ArgumentCheck, seed: int) -> Iterator[str]:
    """What refutes a gradient, to be checked by hand."""
    if said := worst_element(argument):
        yield said
    error, tolerance = closeness(argument)
    if error:
        parts = (f"{error} along the checked direction", tolerance, f"seed {seed}")
        yield ", ".join(part for part in parts if part)
    said = sentence(argument.name, argument.implements) if argument.implements is not None else ""
    if argument.cause and argument.cause != said:
        yield argument.cause
    if argument.implements is not None:
        yield "\n".join([said, *compared(argument.implements)])


def _reproduced(layer: Layer) -> ArgumentCheck | None:
    """The argument that the reproduction is about: the first that fails."""
    if layer.reproduction is None:
        return None
    return next((a for a in layer.arguments if a.verdict is LayerVerdict.FAIL), None)


def _reproduction(layer: Layer, snippet: bool) -> Iterator[tuple[str, str]]:
    found = layer.reproduction
    if found is None:
        return
    if found.command:
        yield "help", f"smallest case that still fails: `{found.command}`"
    if snippet and found.snippet:
        yield "help", f"the same in Python:\n{found.snippet}"
