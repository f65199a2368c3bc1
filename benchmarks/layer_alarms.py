"""Right layers that do not pass: counted over many seeds, with inputs at every distance from kinks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from benchmarks.layer_targets import KINKED, SMOOTH, Run, crowded_at_zero, not_moved_from_zero, runs
from benchmarks.table import Figure
from gradcheck.layers.judging import judge
from gradcheck.layers.settings import Settings
from gradcheck.model import Layer, LayerVerdict

_SHOWN = 3


def alarm_figures(smooth: int, kinked: int) -> Iterator[Figure]:
    """Alarms over the reference layers; each has a bound of 0."""
    yield _alarms(f"false alarms in {smooth:,} runs, smooth layers", runs(SMOOTH, smooth))
    what = f"false alarms in {kinked:,} runs, layers with kinks"
    yield _alarms(f"{what}, inputs as sampled", runs(KINKED, kinked))
    yield _alarms(f"{what}, not moved away from 0", runs(KINKED, kinked, not_moved_from_zero))
    yield _alarms(f"{what}, crowded at 0", runs(KINKED, kinked, crowded_at_zero))


def _alarms(what: str, wanted: Iterable[Run]) -> Figure:
    """Everything but a pass without findings is an alarm."""
    found: list[str] = []
    verdicts: Counter[str] = Counter()
    for run in wanted:
        layer = judge(run.target, Settings(seed=run.seed), run.name).layer
        if layer.verdict is not LayerVerdict.PASS or layer.findings:
            found.append(f"{run.name} at seed {run.seed}: {_why(layer)}")
            verdicts[layer.verdict.value] += 1
    counts = ", ".join(f"{n} {v}" for v, n in verdicts.items())
    detail = "; ".join([counts, *found[:_SHOWN]]) if found else ""
    return Figure(what, len(found), "", 0, detail)


def _why(layer: Layer) -> str:
    codes = [a.code for a in layer.arguments if a.code] + [f.code for f in layer.findings]
    return " ".join([layer.verdict.value, *codes])
