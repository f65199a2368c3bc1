"""What a printout costs, start included: ``python -m benchmarks.derive``, ratios to ``import sympy``.

The exit code is 1 if a bound is missed. ``--all`` takes every layer of the library.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.command import report
from benchmarks.startup import derive_figure
from benchmarks.table import Figure
from gradcheck.deriving.library import library_names

_LAYERS = ("batchnorm", "layernorm", "attention", "lstm_step")
_FORMATS = ("text", "latex", "markdown", "html", "json", "numpy", "torch")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write the JSON file if one is wanted; 1 if a bound is missed."""
    given = _parser().parse_args(arguments)
    return report(_figures(library_names() if given.all else _LAYERS), given.json)


def _figures(layers: Sequence[str]) -> Iterator[Figure]:
    for layer in layers:
        yield derive_figure(layer, "text")
    for format in _FORMATS[1:]:
        yield derive_figure("batchnorm", format)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.derive",
        description="Measure what gradcheck derive costs, beside its bound.",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument("--all", action="store_true", help="every layer of the library")
    return parser


if __name__ == "__main__":
    sys.exit(main())
