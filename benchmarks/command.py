"""What the benchmark commands share: figures printed as they come, the JSON file, the exit code."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.table import HEAD, Figure


def report(figures: Iterable[Figure], path: Path | None) -> int:
    """Print every figure as it comes and write the JSON file if one is wanted; 1 if a bound is missed."""
    shown = show(figures)
    if path:
        write(path, shown)
    return verdict(shown)


def show(figures: Iterable[Figure]) -> list[Figure]:
    """Print the head and every figure as it comes."""
    print(HEAD)
    shown = []
    for figure in figures:
        print(figure.line(), flush=True)
        shown.append(figure)
    return shown


def write(path: Path, figures: Sequence[Figure], more: Mapping[str, object] | None = None) -> None:
    """The figures, where they were measured, and whatever more there is, as JSON."""
    record = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        **(more or {}),
        "figures": [f.record() for f in figures],
    }
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def verdict(figures: Sequence[Figure]) -> int:
    """Say how many bounds are missed; the exit code."""
    missed = sum(f.missed for f in figures)
    print(f"\n{missed} of {sum(f.bound is not None for f in figures)} bounds missed.")
    return 1 if missed else 0
