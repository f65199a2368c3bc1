"""What one relation costs to decide: read, judged and diagnosed, with its document already collected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

from benchmarks.table import Figure
from benchmarks.timing import best, calibration, seconds
from gradcheck.builtin import builtin_paths
from gradcheck.documents.check import Bench, check_source
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.reading.collect import Chain
from gradcheck.options import ENGINES, Options

QUICK = ("algebra", "float64")


def relation_figures(repetitions: int = 5) -> Iterator[Figure]:
    """The median over all relations of the built-in documents, and the mean with reading included."""
    loop = 1000 * calibration()
    yield Figure("this machine's calibration loop, 1,000,000 rounds", loop, "ms")
    yield _median(QUICK, repetitions, 5.0, loop)
    yield _median(ENGINES, 1, None, loop)
    claims = _check_all()
    mean = 1000 * best(_check_all, repetitions) / claims
    yield Figure(
        "one claim, mean over all, reading included, algebra,float64", mean, "ms", detail=f"{claims} claims"
    )


def _median(engines: tuple[str, ...], repetitions: int, bound: float | None, loop: float) -> Figure:
    times = relation_times(engines, repetitions)
    middle = 1000 * median(times)
    detail = f"{len(times)} relations, the slowest {1000 * max(times):.0f} ms; {middle / loop:.3f} loops"
    return Figure(f"one relation decided, median, {','.join(engines)}", middle, "ms", bound, detail)


def _check_all() -> int:
    """Check the built-in documents; how many claims they hold."""
    options = Options(engines=QUICK)
    return sum(len(check_source(str(p), p.read_bytes(), options).claims) for p in builtin_paths())


def relation_times(engines: tuple[str, ...], repetitions: int) -> list[float]:
    """Seconds for each relation of the built-in documents, the best of several runs.

    A chain is judged as a whole: each of its relations counts with an equal share.
    """
    runs = [_run(engines) for _ in range(repetitions)]
    shares = [(min(run[key][0] for run in runs), runs[0][key][1]) for key in runs[0]]
    return [total / relations for total, relations in shares for _ in range(relations)]


def _run(engines: tuple[str, ...]) -> dict[tuple[str, int], tuple[float, int]]:
    """By document and chain: the seconds that judging it took, and how many relations it has."""
    options = Options(engines=engines)
    found: dict[tuple[str, int], tuple[float, int]] = {}
    for path in builtin_paths():
        with _stopwatch() as chains:
            check_source(str(path), path.read_bytes(), options)
        found |= {(path.stem, order): (sum(times), n) for (order, n), times in chains.items() if n}
    return found


@contextmanager
def _stopwatch() -> Iterator[dict[tuple[int, int], list[float]]]:
    """The times of every chain judged meanwhile: one for each reading under which it was judged."""
    taken: dict[tuple[int, int], list[float]] = defaultdict(list)
    judge = Bench.judge

    def timed(bench: Bench, chain: Chain) -> list[Judgement]:
        judged: list[Judgement] = []
        time = seconds(lambda: judged.extend(judge(bench, chain)))
        taken[chain.order, len(judged)].append(time)
        return judged

    with patch.object(Bench, "judge", timed):
        yield taken
