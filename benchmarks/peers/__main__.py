"""gradcheck beside its peers, on the same layers and the same mistakes: ``python -m benchmarks.peers``.

Times are ratios of two taken in turns in this run. The exit code is 1 if gradcheck misses a
mistake, does not pass a right layer, or needs more evaluations than it promises. Peers that
are not installed are named.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import tables
from benchmarks.peers.available import OURS, sorted_out, versions
from benchmarks.peers.layers import right_layers
from benchmarks.peers.measuring import Cost, Trial, costs, trials
from benchmarks.peers.mistakes import MISTAKES
from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Peer
from benchmarks.peers.summary import Summary, bounds, summaries
from benchmarks.table import HEAD, Figure

_QUICK = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that a run measured."""

    costs: list[Cost]
    trials: list[Trial]
    absent: list[str]
    versions: dict[str, str]
    rows: list[Summary]
    figures: list[Figure]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    warnings.simplefilter("ignore")
    compared = _compare(right_layers(given.seed), given.seed, _QUICK if given.quick else None)
    if given.json:
        record = json.dumps(_record(compared), indent=2, ensure_ascii=False)
        given.json.write_text(record + "\n", encoding="utf-8")
    missed = sum(f.missed for f in compared.figures)
    print(f"\n{missed} of {len(compared.figures)} bounds missed.")
    return 1 if missed else 0


def _compare(right: dict[str, Pair], seed: int, most: int | None) -> Compared:
    peers, absent = sorted_out()
    names = [p.name for p in peers]
    print(*absent, *tables.cost_head(names), sep="\n", flush=True)
    needed = {layer for m in MISTAKES for layer in m.layers[:most]}
    costed = _costs(peers, [p for p in right.values() if most is None or p.name in needed], seed)
    print("", *tables.trial_head(names), sep="\n", flush=True)
    tried = _trials(peers, right, seed, costed, most)
    rows = summaries(names, OURS.name, costed, tried)
    print("", *tables.summary_lines(rows, {p.name: p.version for p in peers}), sep="\n")
    smooth = {p.name for p in right.values() if p.smooth}
    figures = list(bounds(OURS.name, smooth, costed, tried))
    print("", HEAD, *(f.line() for f in figures), sep="\n")
    return Compared(costed, tried, absent, versions(peers), rows, figures)


def _costs(peers: Sequence[Peer], pairs: Sequence[Pair], seed: int) -> list[Cost]:
    found = []
    for pair in pairs:
        row = costs(peers, pair, seed)
        print(tables.cost_line(row, OURS.name), flush=True)
        found += row
    return found


def _trials(
    peers: Sequence[Peer], right: dict[str, Pair], seed: int, known: Sequence[Cost], most: int | None
) -> list[Trial]:
    found = []
    for mistake in MISTAKES:
        row = trials(peers, mistake, mistake.planted(right, most), seed, known)
        print(tables.trial_line(row, [p.name for p in peers]), flush=True)
        found += row
    return found


def _record(compared: Compared) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "versions": compared.versions,
        "absent": compared.absent,
        "peers": [row.record() for row in compared.rows],
        "right": [
            {
                "peer": c.peer,
                "layer": c.layer,
                "verdict": c.said.verdict.value,
                "why": c.said.why,
                "evaluations": c.evaluations,
                "seconds": c.seconds,
            }
            for c in compared.costs
        ],
        "planted": [
            {
                "peer": t.peer,
                "mistake": t.mistake,
                "layer": t.layer,
                "verdict": t.said.verdict.value,
                "caught": t.caught,
                "why": t.said.why,
            }
            for t in compared.trials
        ],
        "figures": [f.record() for f in compared.figures],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Compare gradcheck with other gradient checkers."
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write what was measured to FILE")
    parser.add_argument("--quick", action="store_true", help="plant each mistake in one layer only")
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help="the seed of all inputs (default: 0)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
