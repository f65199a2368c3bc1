"""What one relation costs to decide: read, judged and diagnosed, with its document already collected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from unittest.mock import patch

from benchmarks.table import Figure
from benchmarks.timing import best, calibration
from gradcheck.builtin import builtin_paths
from gradcheck.documents.check import Bench, check_source
from gradcheck.documents.collect import Chain
from gradcheck.documents.judging import Judgement
from gradcheck.options import ENGINES, Options

QUICK = ("algebra", "float64")


def relation_figures(repetitions: int = 5) -> Iterator[Figure]:
    """The median over all relations of the built-in documents, and the mean with reading included."""
    loop = 1000 * calibration()
    yield Figure("this machine's calibration loop, 1,000,000 rounds", loop, "ms")
    for engines, bound in ((QUICK, 5.0), (ENGINES, None)):
        times = relation_times(engines, repetitions if bound else 1)
        middle, name = 1000 * median(times), ",".join(engines)
        detail = f"{len(times)} relations, the slowest {1000 * max(times):.0f} ms, {middle / loop:.3f} loops"
        yield Figure(f"one relation decided, median, {name}", middle, "ms", bound, detail)
    options = Options(engines=QUICK)
    whole = best(
        lambda: [check_source(str(p), p.read_bytes(), options) for p in builtin_paths()], repetitions
    )
    yield Figure("one relation, mean, reading included, algebra,float64", 1000 * whole / len(times), "ms")


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
        with _Stopwatch() as watch:
            check_source(str(path), path.read_bytes(), options)
        found |= {(path.stem, order): (watch.taken[order], n) for order, n in watch.relations.items()}
    return found


class _Stopwatch:
    """Times every chain while it is judged; one that is judged under two readings counts with both."""

    def __init__(self) -> None:
        self.taken: dict[int, float] = defaultdict(float)
        self.relations: dict[int, int] = {}
        self._judge = Bench.judge
        self._patch = patch.object(Bench, "judge", lambda bench, chain: self._timed(bench, chain))

    def __enter__(self) -> _Stopwatch:
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()

    def _timed(self, bench: Bench, chain: Chain) -> list[Judgement]:
        judged: list[list[Judgement]] = []
        self.taken[chain.order] += best(lambda: judged.append(self._judge(bench, chain)), 1)
        if judged[0]:
            self.relations[chain.order] = len(judged[0])
        return judged[0]
