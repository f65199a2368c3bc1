"""What a report found about a layer: wrong gradients, bad habits, special cases in which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck import rules
from gradcheck.acceptance import Acceptance
from gradcheck.model import ArgumentCheck, Corner, Layer, LayerFinding, LayerVerdict
from gradcheck.rules import Severity

CORNER_CODES = {LayerVerdict.FAIL: "L301", LayerVerdict.ERROR: "L302"}
"""The codes of the special cases by what became of them; of the others there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class LayerProblem:
    """One thing to tell the reader about a layer, about one of its ``argument``s, or about a ``corner``."""

    code: str
    message: str
    layer: Layer
    argument: ArgumentCheck | None = None
    corner: Corner | None = None
    acceptance: Acceptance | None = None

    @property
    def severity(self) -> Severity:
        """How much the problem weighs in the exit code."""
        return rules.weight(self.code, self.acceptance)

    @property
    def verdict(self) -> LayerVerdict:
        """The verdict on what the problem is about."""
        return (self.argument or self.corner or self.layer).verdict


def layer_findings(layer: Layer) -> tuple[LayerProblem, ...]:
    """The problems of a layer, the worst first, then by code, then in the order of the arguments."""
    found = [*_of_arguments(layer), *(_of_finding(layer, f) for f in layer.findings), *_of_corners(layer)]
    return tuple(sorted(found, key=lambda problem: (problem.severity.rank, problem.code)))


def _of_arguments(layer: Layer) -> Iterator[LayerProblem]:
    for argument in layer.arguments:
        if argument.code:
            message = argument.message or f"{argument.name}: {_summary(argument.code)}"
            yield LayerProblem(
                argument.code, message, layer, argument=argument, acceptance=argument.acceptance
            )


def _of_finding(layer: Layer, finding: LayerFinding) -> LayerProblem:
    message = finding.message or _summary(finding.code)
    return LayerProblem(finding.code, message, layer, acceptance=finding.acceptance)


def _of_corners(layer: Layer) -> Iterator[LayerProblem]:
    for corner in layer.corners:
        if code := CORNER_CODES.get(corner.verdict):
            message = f"with {corner.name}: {corner.message or _summary(code)}"
            yield LayerProblem(code, message, layer, corner=corner, acceptance=corner.acceptance)


def _summary(code: str) -> str:
    return rules.get(code).summary
