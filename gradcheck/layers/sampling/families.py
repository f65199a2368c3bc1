"""Which inputs belong together: the rows of ``family_table``, one per kind of layer and layout."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gradcheck.layers.sampling.family_table import BLOCKS, COMMON, ELSEWHERE, TABLE
from gradcheck.layers.sampling.symbols import DEFAULTS

_HEADING = re.compile(
    r"\[(?P<name>[^]]+)\] needs (?P<needs>[^;]*)(; sizes (?P<sizes>[^;]*))?(; with (?P<block>.*))?"
)


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of layer in one layout: alternatives for each role, and its own sizes where they matter."""

    name: str
    needs: tuple[frozenset[str], ...]
    cells: Mapping[str, str]
    sizes: Mapping[str, int]

    def applies(self, roles: Collection[str]) -> bool:
        """Whether every role that it needs, or one that may stand for it, is there."""
        return all(not need.isdisjoint(roles) for need in self.needs)


def families(table: str = TABLE) -> tuple[Family, ...]:
    """The rows of a table: a heading, then a line for each cell.

    >>> families('''
    ... [dense] needs x w|table; sizes N=2
    ... x: normal(N, D)
    ... w: normal(D, M) | normal(M, D)
    ... ''')[0].cells
    {'x': 'normal(N, D)', 'w': 'normal(D, M) | normal(M, D)'}
    """
    return tuple(_family(lines.split("\n")) for lines in re.split(r"\n(?=\[)", table.strip()))


def cells(lines: str) -> dict[str, str]:
    """The cells of a block of lines ``role, role: alternatives``."""
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        roles, _, alternatives = line.partition(": ")
        found |= dict.fromkeys(roles.split(", "), alternatives.strip())
    return found


def _family(lines: list[str]) -> Family:
    heading = _HEADING.fullmatch(lines[0].strip())
    assert heading, lines[0]
    needs = tuple(frozenset(need.split("|")) for need in heading["needs"].split() if need != "nothing")
    sizes = dict(pair.split("=") for pair in (heading["sizes"] or "").split())
    block = cells(BLOCKS[heading["block"]]) if heading["block"] else {}
    own = cells("\n".join(lines[1:]))
    return Family(
        heading["name"], needs, {**block, **own}, {**DEFAULTS, **{k: int(v) for k, v in sizes.items()}}
    )


FAMILIES = families()
COMMON_CELLS, OTHER_CELLS = cells(COMMON), cells(ELSEWHERE)
"""What a parameter is in every family that does not say otherwise, and in one that it does not belong to."""
