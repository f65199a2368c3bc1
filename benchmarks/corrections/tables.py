"""The table of outcomes by kind of mistake, the failures in words, the figures with their bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from benchmarks.corrections.outcomes import RESTORED, RIGHT, Outcome, share
from benchmarks.table import Figure

_SHOWN = 3
COLUMNS = (
    "mutants",
    "1st same",
    "1st equal",
    "any same",
    "any",
    "none",
    "hollow",
    "bad",
    "median ms",
    "max ms",
)


def by_kind(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row for each kind of mistake that was made, the kinds with most failures first."""
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for mistake in outcome.mutant.mistakes:
            kinds.setdefault(mistake.kind, []).append(outcome)
    width = max(len(kind) for kind in (*kinds, "kind"))
    yield f"{'kind':{width}}  " + "  ".join(COLUMNS)
    for kind, found in sorted(kinds.items(), key=lambda k: (share(k[1], RIGHT, "best"), k[0])):
        yield f"{kind:{width}}  {_row(found)}"
    yield f"{'all':{width}}  {_row(outcomes)}"


def _row(outcomes: Sequence[Outcome]) -> str:
    times = [1000 * o.seconds for o in outcomes]
    cells = (
        len(outcomes),
        sum(o.first in RESTORED for o in outcomes),
        sum(o.first == "equivalent" for o in outcomes),
        sum(o.best in RESTORED for o in outcomes),
        sum(o.best in RIGHT for o in outcomes),
        sum(o.best == "none" for o in outcomes),
        sum(o.first == "hollow" for o in outcomes),
        sum(bool({"bad", "broken"} & {*o.recoveries}) for o in outcomes),
        f"{median(times):.0f}",
        f"{max(times):.0f}",
    )
    return "  ".join(f"{cell:>{len(name)}}" for cell, name in zip(cells, COLUMNS, strict=True))


def failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Every mutant whose first correction is not the original, with all that was offered."""
    for outcome in outcomes:
        if outcome.first in RESTORED and not {"bad", "broken"} & {*outcome.recoveries}:
            continue
        mutant = outcome.mutant
        line = mutant.equation.document.text.count("\n", 0, mutant.equation.sign) + 1
        words = f"{outcome.first}/{outcome.best} in {1000 * outcome.seconds:.0f} ms"
        yield f"[{mutant.kind}] {words} {mutant.equation.document.path}:{line}"
        yield f"    original: {' '.join(mutant.equation.right.split())}"
        yield f"    mutated:  {' '.join(mutant.right.split())}  ({mutant.verdict.value})"
        for number, offer in enumerate(outcome.offers, 1):
            verdict = f" {offer.verdict.value}" if offer.recovery.value == "bad" and offer.verdict else ""
            right = " ".join(offer.right.split())
            shown = right if offer.recovery.value not in ("elsewhere", "bad") or len(right) < 200 else "…"
            yield f"    {number}. {offer.recovery.value}{verdict}: {offer.correction.edit}  →  {shown}"


def not_counted(tally: Mapping[str, Counter[str]]) -> str:
    """What became of all edits that were tried, counted or not."""
    total = sum(tally.values(), Counter[str]())
    return "tried: " + ", ".join(f"{count} {word}" for word, count in total.most_common())


def figures(outcomes: Sequence[Outcome], crashes: Sequence[str], two: bool) -> Iterator[Figure]:
    """The rates as parts that fail, in per cent, and the times."""
    times = [1000 * o.seconds for o in outcomes]
    count = f"{len(outcomes)} mutants"
    yield Figure(
        f"right equation not offered first, {count}",
        _missed(outcomes, RIGHT, "first"),
        "%",
        None if two else 15,
    )
    yield Figure("right equation not offered at all", _missed(outcomes, RIGHT, "best"), "%", 30 if two else 3)
    yield Figure("original itself not offered first", _missed(outcomes, RESTORED, "first"), "%")
    yield Figure("original itself not offered at all", _missed(outcomes, RESTORED, "best"), "%")
    for word, what in (("bad", "do not hold"), ("broken", "would not typeset")):
        yield Figure(f"corrections that {what}", sum(o.recoveries.count(word) for o in outcomes), "", 0)
    hollow = 100 * share(outcomes, ["hollow"], "first")
    yield Figure("first one repeats the left side, or adds what it takes away", hollow, "%")
    yield Figure("checks that crashed", len(crashes), "", 0, "; ".join(crashes[:_SHOWN]))
    yield Figure("median time of the corrections of a claim", median(times), "ms", 50)
    yield Figure("longest time of the corrections of a claim", max(times), "ms", 2000)


def _missed(outcomes: Sequence[Outcome], words: Sequence[str], which: str) -> float:
    return 100 * (1 - share(outcomes, words, which))
