"""The items of a report by what they are about, a document, a layer or a file, and how many came out how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from gradcheck.items import Item, Outcome, items
from gradcheck.model import Report


@dataclass(frozen=True, slots=True)
class Suite:
    """What is said of one document, layer or file."""

    name: str
    items: tuple[Item, ...]


def suites(report: Report, *, strict: bool) -> tuple[Suite, ...]:
    """Every suite that has an item, in the order of the report."""
    groups: dict[str, list[Item]] = {}
    for item in items(report, strict=strict):
        groups.setdefault(item.suite, []).append(item)
    return tuple(Suite(name, tuple(group)) for name, group in groups.items())


def outcomes(several: Iterable[Suite]) -> Counter[Outcome]:
    """How many items of all suites came out how."""
    return Counter(item.outcome for suite in several for item in suite.items)


def seconds(item: Item) -> float:
    """How long an item took; 0 where that is not known."""
    return max(0.0, item.seconds) if isfinite(item.seconds) else 0.0
