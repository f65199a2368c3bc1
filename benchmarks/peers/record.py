"""The comparison for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.peers.measuring import Cost, Trial
from benchmarks.peers.peer import Said
from benchmarks.peers.summary import Summary
from benchmarks.table import Figure


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that a run measured."""

    versions: dict[str, str]
    absent: list[str]
    costs: list[Cost]
    trials: list[Trial]
    rows: list[Summary]
    figures: list[Figure]

    def record(self) -> dict[str, object]:
        """All but the figures, which stand apart."""
        return {
            "versions": self.versions,
            "absent": self.absent,
            "peers": [row.record() for row in self.rows],
            "right": [_cost(c) for c in self.costs],
            "planted": [_trial(t) for t in self.trials],
        }


def _cost(cost: Cost) -> dict[str, object]:
    return {
        "peer": cost.peer,
        "layer": cost.layer,
        "evaluations": cost.evaluations,
        "seconds": cost.seconds,
        "failed": cost.failed,
        "said": _said(cost.said),
    }


def _trial(trial: Trial) -> dict[str, object]:
    return {
        "peer": trial.peer,
        "mistake": trial.mistake,
        "layer": trial.layer,
        "caught": trial.caught,
        "said": _said(trial.said),
    }


def _said(said: Sequence[Said]) -> list[dict[str, str]]:
    return [{"verdict": s.verdict.value, "why": s.why} for s in said]
