"""Random mistakes in right equations and what corrections undo: ``python -m benchmarks.corrections``.

The mistakes are made by tests/helpers/mutants.py, which shares nothing with the search for corrections.
The exit code is 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks.one_thread  # noqa: F401  (before numpy)
from benchmarks.command import report
from benchmarks.corrections import tables
from benchmarks.corrections.helpers import helper
from benchmarks.corrections.outcomes import measured, progress

_EVERY = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Make mutants, correct them, print the tables; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    corpus = helper("mutants_corpus").corpus
    documents = corpus(given.documents) if given.documents else corpus()
    drawing = helper("mutants_drawing").Drawing(documents, given.seed, given.two)
    outcomes = list(progress(measured(drawing.mutants(given.count)), _EVERY, _say))
    if not outcomes:
        _say("nothing to spoil: no claim of these documents holds")
        return 2
    print(*tables.by_kind(outcomes), "", tables.not_counted(drawing.tally), "", sep="\n")
    if given.show_failures:
        print(*tables.failures(outcomes), "", sep="\n")
    return report(tables.figures(outcomes, drawing.crashes, given.two), given.json)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.corrections",
        description="Spoil right equations at random and measure how often the corrections restore them.",
    )
    parser.add_argument("--count", metavar="N", type=int, default=500, help="mutants (default: 500)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="seed of the mistakes (default: 1)")
    parser.add_argument("--two", action="store_true", help="two mistakes in every equation")
    parser.add_argument("--show-failures", action="store_true", help="also every mutant that is not restored")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument(
        "--documents",
        metavar="DIR",
        type=Path,
        action="append",
        help="other documents than those of the tests",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
