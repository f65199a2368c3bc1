"""The cost of ``gradcheck doc``: ``python -m benchmarks.doc`` prints every figure beside its bound.

Ratios are of two times taken in turns in the same run, so that they hold on any machine. The exit
code is 1 if a bound is missed. It needs nothing but gradcheck itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.command import report
from benchmarks.length import length_figures
from benchmarks.relations import relation_figures
from benchmarks.startup import startup_figures
from benchmarks.table import Figure
from gradcheck.builtin import builtin_paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    return report(_figures(given.derivation or ["batchnorm-agarwal"]), given.json)


def _figures(derivations: Sequence[str]) -> Iterator[Figure]:
    yield from startup_figures()
    yield from relation_figures()
    yield from length_figures(derivations)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.doc", description="Measure what gradcheck doc costs, beside its bounds."
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument(
        "--derivation",
        metavar="NAME",
        action="append",
        choices=[p.stem for p in builtin_paths()],
        help="the derivation to copy 10 and 100 times (default: batchnorm-agarwal); may be repeated",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
