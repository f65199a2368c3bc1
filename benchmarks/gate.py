"""What `gradcheck gate` takes on a large project: with one process, with two, and with nothing changed.

`python -m benchmarks.gate`; ends with exit code 1 if a bound is missed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks.command import report
from benchmarks.gate_project import write_project
from benchmarks.table import Figure
from benchmarks.timing import Broken
from gradcheck.processors import processors

_CLAIMS, _LAYERS = 2000, 500
_JOBS = 2
_AT_MOST = 1 / 1.6
_CACHED_AT_MOST = 1 / 20
_FOUND = 1


def gate_figures(claims: int, layers: int) -> Iterator[Figure]:
    """The times of runs on one project, as ratios, and whether their reports are equal."""
    with tempfile.TemporaryDirectory(prefix="gradcheck-") as directory:
        root = Path(directory) / "project"
        write_project(root, claims, layers)
        alone, first = _run(root, 1, fresh=True)
        several, second = _run(root, _JOBS, fresh=True)
        cached, third = _run(root, _JOBS, fresh=False)
        start = min(_start(root) for _ in range(3))
    bound = _AT_MOST if processors() >= _JOBS else None
    yield Figure(
        f"gate on {claims:,} claims and {layers} layers, --jobs {_JOBS} : --jobs 1",
        several / alone,
        "×",
        bound,
        f"{several:.1f} s : {alone:.1f} s",
    )
    yield Figure(
        "the same again, nothing changed : --jobs 1",
        cached / alone,
        "×",
        _CACHED_AT_MOST,
        f"{1000 * cached:.0f} ms : {alone:.1f} s",
    )
    yield Figure("nothing changed, beyond start-up", 1000 * (cached - start), "ms", 1000.0)
    differing = sum(other != first for other in (second, third))
    yield Figure("reports that differ", differing, "reports", 0.0)


def _run(root: Path, jobs: int, *, fresh: bool) -> tuple[float, object]:
    """Seconds for a run, and its report without what is of its time."""
    if fresh:
        shutil.rmtree(root / ".gradcheck_cache", ignore_errors=True)
    command = [sys.executable, "-m", "gradcheck", "gate", "--jobs", str(jobs), "--format", "json"]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode != _FOUND:
        raise Broken(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    found = json.loads(done.stdout)
    for layer in found["layers"]:
        layer["seconds"] = None
    return taken, found


def _start(root: Path) -> float:
    """Seconds for a gate that has nothing to do."""
    command = [sys.executable, "-m", "gradcheck", "gate", "no such file"]
    started = time.perf_counter()
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    return time.perf_counter() - started


@click.command()
@click.option("--claims", default=_CLAIMS, show_default=True, help="How many claims the project has.")
@click.option("--layers", default=_LAYERS, show_default=True, help="How many layers it has.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to this file too.")
def main(claims: int, layers: int, path: Path | None) -> None:
    """Measure the gate on a project made for it."""
    sys.exit(report(gate_figures(claims, layers), path))


if __name__ == "__main__":
    main()
