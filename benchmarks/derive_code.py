"""How quick generated layers are beside those written by hand: ``python -m benchmarks.derive_code``.

Each layer of the library is derived and written as NumPy code; its forward and backward are timed
beside the reference layer's in this run. The exit code is 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks.one_thread  # noqa: F401  (before numpy)
from benchmarks.command import report
from benchmarks.derived_layers import derived_figures

_ROUNDS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    return report(derived_figures(given.rounds), given.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.derive_code",
        description="Measure generated layers beside those written by hand.",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument("--rounds", metavar="N", type=int, default=_ROUNDS, help="(default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
