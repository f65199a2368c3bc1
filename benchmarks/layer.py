"""The cost and the trustworthiness of ``gradcheck layer``: ``python -m benchmarks.layer``.

Times are ratios of two taken in turns in this run. The exit code is 1 if a bound is missed. It
needs nothing but gradcheck itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import benchmarks.one_thread  # noqa: F401  (before numpy)
from benchmarks.command import report
from benchmarks.layer_alarms import alarm_figures
from benchmarks.layer_evaluations import evaluation_figures
from benchmarks.layer_misses import miss_figures
from benchmarks.layer_overhead import overhead_figures
from benchmarks.startup import layer_startup_figures
from benchmarks.table import Figure

_QUICKER = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    return report(_figures(given.runs, given.kinked, given.seeds, given.quick), given.json)


def _figures(runs: int, kinked: int, seeds: int, quick: bool) -> Iterator[Figure]:
    fewer = _QUICKER if quick else 1
    yield from evaluation_figures()
    yield from overhead_figures()
    yield from layer_startup_figures(3 if quick else 15)
    yield from alarm_figures(runs // fewer, kinked // fewer)
    yield from miss_figures(max(1, seeds // fewer))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.layer",
        description="Measure what checking a layer costs and how far its verdicts can be trusted.",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    for name, default, what in (
        ("--runs", 10_000, "runs over right smooth layers"),
        ("--kinked", 2_000, "runs over right layers with kinks"),
        ("--seeds", 50, "seeds for each planted mistake"),
    ):
        parser.add_argument(name, metavar="N", type=int, default=default, help=f"{what} (default: {default})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
