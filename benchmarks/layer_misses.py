"""Planted mistakes that pass: every layer of tests/planted, at many seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.table import Figure
from benchmarks.timing import ROOT
from gradcheck.layers.loading import load
from gradcheck.layers.session import check_wanted
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerVerdict

_PLANTED = ROOT / "tests" / "planted"
_ONLY_IN_CORNERS = {"stale:MaxOverTime"}
"""Wrong only where the argmax moves: a second input shows that, which is one of the corners."""

_SHOWN = 3


def miss_figures(seeds: int) -> Iterator[Figure]:
    """Runs in which a planted mistake is not found, and those in which another element is named."""
    table = dict(_table())
    missed, misplaced = [], []
    for target, row in table.items():
        for seed in range(seeds):
            layer = _checked(target, seed)
            if not _is_caught(layer):
                missed.append(f"{target} at seed {seed}: {layer.verdict.value}")
            elif row.get("index") is not None and _named(layer, row["argument"]) != tuple(row["index"]):
                misplaced.append(f"{target} at seed {seed}")
    what = f"planted mistakes missed, {len(table)} layers at {seeds} seeds"
    yield Figure(what, len(missed), "", 0, "; ".join(missed[:_SHOWN]))
    yield Figure("single wrong elements misplaced", len(misplaced), "", 0, "; ".join(misplaced[:_SHOWN]))


def _table() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is wrong with each planted layer, by FILE:NAME."""
    for path in sorted(_PLANTED.glob("*.py")):
        for name, row in load(str(path)).PLANTED.items():
            yield f"{path.stem}:{name}", row


def _checked(target: str, seed: int) -> Layer:
    settings = Settings(seed=seed, corners=target in _ONLY_IN_CORNERS, shrink=False)
    name = f"{_PLANTED}/{target.replace(':', '.py:')}"
    (layer,) = check_wanted(Wanted(name, settings=settings))
    return layer


def _is_caught(layer: Layer) -> bool:
    return LayerVerdict.FAIL in (layer.verdict, *(c.verdict for c in layer.corners))


def _named(layer: Layer, argument: str) -> tuple[int, ...] | None:
    return next((a.worst.index for a in layer.arguments if a.name == argument and a.worst), None)
