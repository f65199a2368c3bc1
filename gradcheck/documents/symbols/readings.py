"""How each symbol was understood, in words, for ``-v`` and JSON."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.algebra import expr as e
from gradcheck.documents.reading.source import Source
from gradcheck.documents.symbols.environment import Environment
from gradcheck.model import SymbolReading


def symbol_readings(environments: Sequence[Environment], source: Source) -> tuple[SymbolReading, ...]:
    """Every symbol's role: loss, upstream, defined node, input, size."""
    found: dict[tuple[str, str], SymbolReading] = {}
    for environment in environments:
        _note(environment, source, found)
    return tuple(found.values())


def _note(environment: Environment, source: Source, found: dict[tuple[str, str], SymbolReading]) -> None:

    def add(symbol: str, role: str, inferred: str = "inferred", line: int | None = None) -> None:
        found.setdefault((symbol, role), SymbolReading(symbol, role, inferred, line))

    for loss in sorted(environment.losses):
        add(loss, "loss")
    for _, meaning in environment.epochs:
        for loss, roots in meaning.roots.items():
            for root in roots:
                add(e.upstream(loss, root), f"upstream gradient, flows into {root}")
        for introduced in environment.introduced:
            declared = introduced.tree.start < 0
            line = None if declared else source.position(introduced.tree.start)[0]
            defined = meaning.defined.get(introduced.name)
            role = (
                "function"
                if introduced.formal
                else "abbreviation"
                if defined and defined.abbreviation
                else "defined"
            )
            axes = " × ".join(defined.node.sizes) if defined else ""
            add(
                introduced.name,
                role + (f", {axes}" if axes else ""),
                "declared" if declared else "inferred",
                line,
            )
        for leaf, members in sorted(meaning.leaves.items()):
            axes = " × ".join(environment.sizes.name(m) for m in members)
            add(leaf, f"input{', ' + axes if axes else ', a number'}")
    for size in sorted(environment.sizes.named):
        name = environment.sizes.name(environment.sizes.named[size])
        add(size, "size" if name == size else f"size, the same as {name}")
