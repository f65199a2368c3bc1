"""The layers of a report as plain dictionaries and lists; ``schema.json`` describes them field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from gradcheck.layer_findings import layer_findings
from gradcheck.model import (
    ArgumentCheck,
    Corner,
    Element,
    Implemented,
    Layer,
    LayerFinding,
    LayerVerdict,
)
from gradcheck.report.acceptance_words import acceptance_payload


def layer_payload(layer: Layer) -> dict[str, Any]:
    """One layer; numbers that are not finite are null, because JSON has none."""
    return {
        "target": layer.target,
        "path": layer.path,
        "line": layer.line,
        "verdict": layer.verdict.value,
        "evaluations": {"forward": layer.evaluations.forward, "backward": layer.evaluations.backward},
        "seconds": _number(layer.seconds),
        "seed": layer.seed,
        "recognised": layer.recognised,
        "inputs": [{"name": name, "value": value} for name, value in layer.inputs],
        "arguments": [_argument(a) for a in layer.arguments],
        "findings": [_finding(f) for f in layer.findings],
        "corners": [_corner(c) for c in layer.corners],
        "notes": list(layer.notes),
        "command": layer.command,
        "derivation": layer.derivation,
        "reproduction": _reproduction(layer),
    }


def layer_counts(layers: Sequence[Layer]) -> dict[str, int]:
    """How many layers got each verdict; nothing where there are no layers."""
    if not layers:
        return {}
    return {v.value: sum(layer.verdict is v for layer in layers) for v in LayerVerdict}


def finding_count(layers: Sequence[Layer]) -> int:
    """How many findings there are about these layers."""
    return sum(len(layer_findings(layer)) for layer in layers)


def _argument(argument: ArgumentCheck) -> dict[str, Any]:
    return {
        "name": argument.name,
        "shape": [int(n) for n in argument.shape],
        "dtype": argument.dtype,
        "verdict": argument.verdict.value,
        "error": _number(argument.error),
        "tolerance": _number(argument.tolerance),
        "miss_probability": _number(argument.miss_probability),
        "detectable": _number(argument.detectable),
        "kinks": int(argument.kinks),
        "worst": _element(argument.worst),
        "wrong": None if argument.wrong is None else int(argument.wrong),
        "code": argument.code,
        "message": argument.message,
        "cause": argument.cause,
        "fix": argument.fix,
        "implements": _implements(argument.implements),
        "acceptance": acceptance_payload(argument.acceptance),
    }


def _finding(found: LayerFinding) -> dict[str, Any]:
    acceptance = acceptance_payload(found.acceptance)
    return {"code": found.code, "message": found.message, "acceptance": acceptance}


def _corner(corner: Corner) -> dict[str, Any]:
    return {
        "name": corner.name,
        "verdict": corner.verdict.value,
        "message": corner.message,
        "acceptance": acceptance_payload(corner.acceptance),
    }


def _implements(found: Implemented | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "path": found.path,
        "label": found.label,
        "line": found.place.line,
        "column": found.place.column,
        "end_column": found.place.end_column,
        "latex": found.latex,
        "verdict": found.verdict.value,
        "edit": found.edit,
        "changes": [asdict(change) for change in found.changes],
        "computed": found.computed,
        "remedy": found.remedy,
        "through": _implements(found.through),
        "alternatives": [_implements(other) for other in found.alternatives],
    }


def _element(worst: Element | None) -> dict[str, Any] | None:
    if worst is None:
        return None
    index = [int(i) for i in worst.index]
    return {"index": index, "analytic": _number(worst.analytic), "numeric": _number(worst.numeric)}


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def _reproduction(layer: Layer) -> dict[str, str] | None:
    if layer.reproduction is None:
        return None
    return {"command": layer.reproduction.command, "snippet": layer.reproduction.snippet}
