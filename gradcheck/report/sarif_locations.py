"""Where a problem is, in its file and by name, and the other places it concerns, as SARIF's locations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Claim, Implemented, Notice, Verdict
from gradcheck.report import diagnostic, implemented_words, layer_diagnostic
from gradcheck.report.problems import Found
from gradcheck.report.sarif_places import artifact, physical, region, whole_line
from gradcheck.report.sarif_words import one_line
from gradcheck.report.suggestion import in_words

_CONSEQUENCES = {
    Verdict.INHERITED: "inherits the error",
    Verdict.RECOVERED: "recovers from the error",
    Verdict.CONVENTION: "needs the same reading",
}


def location(source: SourceText, problem: Found) -> dict[str, Any]:
    """Where a problem is; GitHub refuses all results if one of them is in no file."""
    match problem:
        case Finding():
            claim = _logical(f"{source.path}::{problem.claim.id}", problem.claim.id, "equation")
            place = physical(source, problem.fault, problem.place)
            return {"physicalLocation": place, "logicalLocations": [claim]}
        case LayerProblem():
            return {"physicalLocation": _layer_place(source, problem), "logicalLocations": [_part(problem)]}
        case Notice():
            return {"physicalLocation": physical(source, problem.place)}


def _layer_place(source: SourceText, problem: LayerProblem) -> dict[str, Any]:
    layer = problem.layer
    if layer.path is None:
        return {"artifactLocation": artifact(_likely_file(layer.target)), "region": whole_line(1)}
    if place := layer_diagnostic.definition(source.lines, layer.line):
        return physical(source, place)
    return {"artifactLocation": artifact(layer.path), "region": whole_line(layer.line or 1)}


def _likely_file(target: str) -> str:
    """Where a layer is most likely of which only the target is known.

    >>> _likely_file("net.losses:hinge"), _likely_file("layers.py:relu[2]")
    ('net/losses.py', 'layers.py')
    """
    module = target.partition(":")[0]
    return module if module.endswith(".py") else f"{module.replace('.', '/')}.py"


def _part(problem: LayerProblem) -> dict[str, str]:
    """The argument that a problem is about, or all of the layer."""
    target = problem.layer.target
    if problem.argument is not None:
        return _logical(f"{target}::{problem.argument.name}", problem.argument.name, "parameter")
    return _logical(target, target.rpartition(":")[2] or target, "function")


def _logical(full: str, name: str, kind: str) -> dict[str, str]:
    return {"name": one_line(name), "fullyQualifiedName": one_line(full), "kind": kind}


def related_places(path: str, problem: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    """The other places that a problem concerns, by their names."""
    match problem:
        case Finding(followers=followers):
            yield from ((diagnostic.name_of(claim), _follower(path, claim)) for claim in followers)
        case LayerProblem(argument=argument) if argument is not None and argument.implements is not None:
            yield from map(_formula, _formulas(argument.implements))


def _follower(path: str, claim: Claim) -> dict[str, Any]:
    said = _CONSEQUENCES.get(claim.verdict, "follows from it")
    text = f"{diagnostic.name_of(claim)} {said}"
    corrections = f"; then: {in_words(claim.corrections[0])}" if claim.corrections else ""
    return {
        "physicalLocation": {"artifactLocation": artifact(path), "region": region(claim.place)},
        "logicalLocations": [_logical(f"{path}::{claim.id}", claim.id, "equation")],
        "message": {"text": one_line(f"{text}{corrections}")},
    }


def _formulas(found: Implemented) -> Iterator[Implemented]:
    yield found
    if found.through is not None:
        yield found.through


def _formula(found: Implemented) -> tuple[str, dict[str, Any]]:
    title = implemented_words.title(found)
    place = {"artifactLocation": artifact(found.path), "region": region(found.place)}
    return title, {"physicalLocation": place, "message": {"text": one_line(title)}}
