"""The comparison as tables of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.peers.measuring import Cost, Trial
from benchmarks.peers.peer import Verdict
from benchmarks.peers.summary import Summary

_WIDTH = 17
_FIRST = 34


def cost_head(names: Sequence[str]) -> Iterator[str]:
    """The lines above the rows of ``cost_line``."""
    yield "Right layers: forward evaluations, and the time: gradcheck's in ms, the others' as its multiple."
    yield _row("", names)


def cost_line(costs: Sequence[Cost], ours: str) -> str:
    """One right layer."""
    reference = next(c.seconds for c in costs if c.peer == ours)
    cells = []
    for cost in costs:
        time = f"{1000 * reference:.2f} ms" if cost.peer == ours else _times(cost.seconds / reference)
        failed = "" if cost.said.verdict is Verdict.ACCEPTED else " !"
        cells.append(f"{cost.evaluations:,} {time:>8}{failed or '  '}")
    return _row(costs[0].layer, cells)


def trial_head(names: Sequence[str]) -> Iterator[str]:
    """The lines above the rows of ``trial_line``."""
    yield "Planted mistakes: caught or missed; * the right layer is rejected at the same point as well."
    yield _row("", names)


def trial_line(trials: Sequence[Trial], names: Sequence[str]) -> str:
    """One mistake, in all the layers in which it was planted."""
    cells = [_cell([t for t in trials if t.peer == name]) for name in names]
    return _row(trials[0].mistake, cells)


def summary_lines(rows: Sequence[Summary], versions: Mapping[str, str]) -> Iterator[str]:
    """All of it, one row for each checker."""
    head = ("version", "evaluations", "time : ours", "caught", "missed", "right ones failed")
    yield _row("Medians over the right layers", head)
    for row in rows:
        failed = f"{row.failed} of {row.right}"
        cells = (
            versions[row.peer],
            f"{row.evaluations:,.0f}",
            _times(row.ratio),
            row.caught,
            row.missed,
            failed,
        )
        yield _row(row.peer, [str(cell) for cell in cells])


def _cell(trials: Sequence[Trial]) -> str:
    caught = sum(t.caught for t in trials)
    star = "*" if any(t.caught and t.right is Verdict.REJECTED for t in trials) else " "
    if caught in (0, len(trials)):
        return f"{'caught' if caught else 'MISSED'}{star}"
    return f"{caught} of {len(trials)}{star}"


def _times(ratio: float) -> str:
    """A ratio to two digits or to the whole number.

    >>> _times(0.1234), _times(12.34), _times(1234.5)
    ('0.12 ×', '12 ×', '1,234 ×')
    """
    return f"{ratio:,.0f} ×" if ratio >= 9.95 else f"{ratio:.2g} ×"


def _row(first: str, cells: Sequence[str]) -> str:
    return f"{first:<{_FIRST}}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)
