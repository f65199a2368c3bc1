"""A finding about a layer as a card of the page."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck import rules
from gradcheck.changes import SourceText
from gradcheck.layer_findings import LayerProblem
from gradcheck.report.html_anchors import Anchors
from gradcheck.report.html_card import Card, Formula
from gradcheck.report.html_evidence import gradient_facts
from gradcheck.report.html_lines import excerpt
from gradcheck.report.implemented_words import compared, sentence
from gradcheck.report.layer_diagnostic import definition, rerun

_SMALLEST, _AGAIN = "Smallest case that still fails", "Check just this one"


def layer_card(source: SourceText, found: LayerProblem, anchors: Anchors) -> Card:
    """A finding about a layer; ``source`` is the file that it is in."""
    layer, argument = found.layer, found.argument
    first, *more = found.message.splitlines() or [""]
    place = definition(source.lines, layer.line) if source.text else None
    what = argument.name if argument else found.corner.name if found.corner else ""
    command, snippet = rerun(found), _snippet(found)
    return Card(
        anchors.fresh("finding", layer.target, what, found.code),
        found.severity,
        rules.get(found.code),
        f"{layer.target}: {first}",
        _where(layer.path, place.line if place else layer.line),
        found.verdict.value,
        found.acceptance,
        excerpt(source, place, place) if place else (),
        formulas=tuple(_compared(found)),
        facts=tuple(gradient_facts(argument, layer.seed)) if argument else (),
        notes=(*(["\n".join(more)] if more else []), *_said(found)),
        advice=argument.fix if argument else "",
        commands=((_SMALLEST if snippet else _AGAIN, command),) if command else (),
        snippet=snippet,
    )


def _snippet(found: LayerProblem) -> str:
    """The smallest case that still fails in Python, where that is what the finding is run again with."""
    smallest = found.layer.reproduction
    return smallest.snippet if smallest is not None and rerun(found) == smallest.command else ""


def _compared(found: LayerProblem) -> Iterator[Formula]:
    """The formula of the document that a gradient was compared with, and the one that it computes."""
    if found.argument is not None and found.argument.implements is not None:
        one = found.argument.implements.through or found.argument.implements
        yield Formula("The document says", one.latex)
        if one.computed:
            yield Formula("The layer computes", one.computed)


def _said(found: LayerProblem) -> Iterator[str]:
    """The cause of a wrong gradient, and the formula that it implements."""
    argument = found.argument
    if argument is None:
        return
    found_formula = argument.implements
    said = sentence(argument.name, found_formula) if found_formula is not None else ""
    if argument.cause and argument.cause != said:
        yield argument.cause
    if found_formula is not None:
        yield "\n".join([said, *compared(found_formula)])


def _where(path: str | None, line: int | None) -> str:
    return "" if path is None else path if line is None else f"{path}:{line}"
