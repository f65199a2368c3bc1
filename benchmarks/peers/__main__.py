"""gradcheck beside its peers, on the same layers and the same mistakes: ``python -m benchmarks.peers``.

Times are ratios of two taken in turns in this run. The exit code is 1 if gradcheck misses a
mistake, does not pass a right layer, or needs more evaluations than it promises. Peers that
are not installed are named.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import benchmarks.one_thread  # noqa: F401  (before numpy)
from benchmarks.command import show, verdict, write
from benchmarks.peers import tables
from benchmarks.peers.available import OURS, absent, installed, versions
from benchmarks.peers.layers import right_layers
from benchmarks.peers.measuring import Cost, Points, Trial, costs, trials
from benchmarks.peers.mistakes import MISTAKES
from benchmarks.peers.peer import Peer
from benchmarks.peers.record import Compared
from benchmarks.peers.summary import bounds, summary

_QUICK = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    warnings.simplefilter("ignore")
    compared = _compare(installed(), absent(), _QUICK if given.quick else None)
    if given.json:
        write(given.json, compared.figures, compared.record())
    return verdict(compared.figures)


def _compare(peers: Sequence[Peer], missing: list[str], most: int | None) -> Compared:
    """Everything measured and printed; each mistake in at most so many layers."""
    points = [right_layers(seed) for seed in range(max(p.draws for p in peers))]
    wanted = {layer for mistake in MISTAKES for layer in mistake.layers[:most]}
    layers = [name for name in points[0] if most is None or name in wanted]
    print(*missing, *tables.cost_head([p.name for p in peers]), sep="\n", flush=True)
    costed = _costs(peers, points, layers)
    print("", *tables.trial_head([p.name for p in peers]), sep="\n", flush=True)
    tried = _trials(peers, points, costed, most)
    times = {c.layer: c.seconds for c in costed if c.peer == OURS.name}
    rows = [summary(p.name, times, costed, tried) for p in peers]
    print("", *tables.summary_lines(rows, versions(peers)), "", sep="\n")
    smooth = {p.name for p in points[0].values() if p.smooth}
    figures = show(bounds(OURS.name, smooth, costed, tried))
    return Compared(versions(peers), missing, costed, tried, rows, figures)


def _costs(peers: Sequence[Peer], points: Points, layers: Sequence[str]) -> list[Cost]:
    found = []
    for layer in layers:
        row = costs(peers, points, layer)
        print(tables.cost_line(row, OURS.name), flush=True)
        found += row
    return found


def _trials(peers: Sequence[Peer], points: Points, known: Sequence[Cost], most: int | None) -> list[Trial]:
    found = []
    for mistake in MISTAKES:
        row = list(trials(peers, mistake, points, mistake.layers[:most], known))
        print(tables.trial_line(row, [p.name for p in peers]), flush=True)
        found += row
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Compare gradcheck with other gradient checkers."
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write what was measured to FILE")
    parser.add_argument("--quick", action="store_true", help="plant each mistake in one layer only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
