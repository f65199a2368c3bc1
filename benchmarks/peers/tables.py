"""The comparison as tables of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.peers.measuring import Cost, Trial
from benchmarks.peers.summary import Summary

_WIDTH = 17
_FIRST = 33


def cost_head(names: Sequence[str]) -> Iterator[str]:
    """The lines above the rows of ``cost_line``."""
    yield "Right layers: forward evaluations; our time in ms, the others' as its multiple; ! is not passed"
    yield _row("", names)


def cost_line(costs: Sequence[Cost], ours: str) -> str:
    """One right layer."""
    reference = next(c.seconds for c in costs if c.peer == ours)
    cells = []
    for cost in costs:
        time = f"{1000 * reference:.2f} ms" if cost.peer == ours else _times(cost.seconds / reference)
        cells.append(f"{cost.evaluations:,} {time:>8}{'!' if cost.failed else ' '}")
    return _row(costs[0].layer, cells)


def trial_head(names: Sequence[str]) -> Iterator[str]:
    """The lines above the rows of ``trial_line``."""
    yield "Planted mistakes, in several layers and at several points; * the right layer is rejected there too"
    yield _row("", names)


def trial_line(trials: Sequence[Trial], names: Sequence[str]) -> str:
    """One mistake, in all the layers in which it was planted."""
    cells = [_cell([t for t in trials if t.peer == name]) for name in names]
    return _row(trials[0].mistake, cells)


def summary_lines(rows: Sequence[Summary], versions: Mapping[str, str]) -> Iterator[str]:
    """All of it, one row for each checker; evaluations and time are medians over the right layers."""
    head = ("version", "evaluations", "time : ours", "caught always", "sometimes", "never", "right, failed")
    yield _row("", head)
    for row in rows:
        judged = (row.always, row.mistakes - row.always - row.never, row.never)
        failed = f"{row.failed} of {row.right}"
        cost = (f"{row.evaluations:,.0f}", _times(row.ratio))
        yield _row(row.peer, (versions[row.peer], *cost, *map(str, judged), failed))


def _cell(trials: Sequence[Trial]) -> str:
    caught, tried = sum(t.caught for t in trials), sum(len(t.said) for t in trials)
    star = "*" if any(t.caught and t.rejects_right for t in trials) else " "
    if caught in (0, tried):
        return f"{'caught' if caught else 'MISSED'}{star}"
    return f"{caught} of {tried}{star}"


def _times(ratio: float) -> str:
    """A ratio to two digits or to the whole number.

    >>> _times(0.1234), _times(12.34), _times(1234.5)
    ('0.12 ×', '12 ×', '1,234 ×')
    """
    return f"{ratio:,.0f} ×" if ratio >= 9.95 else f"{ratio:.2g} ×"


def _row(first: str, cells: Sequence[str]) -> str:
    return f"{first:<{_FIRST}}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)
