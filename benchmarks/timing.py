"""Taking times: always the best of several repetitions, what is compared taken in turns."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Broken(Exception):
    """What was to be timed did not do its work, so that its time means nothing."""


def seconds(work: Callable[[], object]) -> float:
    """How long ``work()`` takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def best(work: Callable[[], object], repetitions: int) -> float:
    """The shortest time of several: the one that other processes disturbed least."""
    return min(seconds(work) for _ in range(repetitions))


def process_seconds(arguments: Sequence[str], allowed: Sequence[int] = (0,)) -> float:
    """How long a fresh Python with these arguments takes, from start to exit.

    Raises Broken if it ends with an exit code that is not ``allowed``.
    """
    command = [sys.executable, *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in allowed:
        raise Broken(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return taken


def in_turns(
    subject: Sequence[str], reference: Sequence[str], repetitions: int, allowed: Sequence[int] = (0,)
) -> tuple[float, float]:
    """The best time of each of two processes, in turns, after an uncounted start of each."""
    process_seconds(subject, allowed)
    process_seconds(reference)
    pairs = [(process_seconds(subject, allowed), process_seconds(reference)) for _ in range(repetitions)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def calibration() -> float:
    """Seconds for a fixed loop of whole-number arithmetic: how fast this machine is, right now."""
    return best(_fixed_loop, 5)


def _fixed_loop() -> int:
    total = 0
    for k in range(1_000_000):
        total = (total * 31 + k) % 1_000_003
    return total
