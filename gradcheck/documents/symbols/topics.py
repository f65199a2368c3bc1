"""A document of several parts: each has its own symbols, unless it builds on the ones before.

A new part begins where a ``gradcheck`` block declares anew, or where a heading names another
layer after a part that already derived something. Parts begun by a block stand alone; parts
begun by a heading are read both alone and together with what came before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradcheck.documents.judging.chain import MODES, ChainJudge
from gradcheck.documents.judging.chain_reading import ChainReader
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.symbols.environment import Environment, build

_TOPICS = (
    "relu", "softmax", "sigmoid", "tanh", "batch norm", "batchnorm", "batch-norm", "layer norm", "layernorm",
    "cross entropy", "cross-entropy", "linear", "affine", "dropout", "attention", "convolution", "pooling",
    "embedding", "lstm", "gru", "rmsnorm", "rms norm", "group norm", "instance norm", "gelu", "mse",
    "squared error", "logistic", "fully connected", "dense",
)  # fmt: skip


@dataclass
class Part:
    """Sections ``start`` to ``end`` (exclusive); ``alone`` if a block began it."""

    start: int
    end: int
    alone: bool
    environments: list[Environment]
    defines: bool = False


def topics_in(heading: str) -> frozenset[str]:
    """The layers that a heading names."""
    lowered = re.sub(r"[^a-z \-]", " ", heading.lower())
    return frozenset(t.replace("-", " ").replace("batchnorm", "batch norm") for t in _TOPICS if t in lowered)


def parts_of(collected: Collected) -> list[Part]:
    """The document's parts with the environments to read each under, the best first."""
    blocks = {section: True for section, by_block in _boundaries(collected) if by_block}
    boundaries = blocks or dict(_boundaries(collected))
    starts = sorted({0, *boundaries})
    whole: Environment | None = None
    parts: list[Part] = []
    for start, end in zip(starts, [*starts[1:], 10**9], strict=True):
        alone = boundaries.get(start, False) or any(boundaries.get(x, False) for x in starts if x >= end)
        own = _settled(_subset(collected, start, end)) if len(starts) > 1 else _settled(collected)
        part = Part(start, end, alone, [own], any(i.section >= start for i in own.introduced))
        if len(starts) > 1 and not any(boundaries.values()):
            whole = whole or _settled(collected)
            part.environments = [own, whole] if start else [whole]
        parts.append(part)
    return parts


def _boundaries(collected: Collected) -> Iterator[tuple[int, bool]]:
    """(section, begun by a block?) for every part after the first."""
    for declared in collected.declared:
        anew = declared.section > 0 and (declared.shapes or declared.output or declared.loss)
        if anew and any(c.section < declared.section for c in collected.chains):
            yield declared.section, True
    current: frozenset[str] = frozenset()
    derived = False
    for section, heading in enumerate(collected.sections):
        named = topics_in(heading)
        if named and current and derived and not named & current:
            yield section, False
            current, derived = frozenset(), False
        current |= named
        derived = derived or _derives(collected, section)


def _derives(collected: Collected, section: int) -> bool:
    return any(
        isinstance(n, s.Derivative)
        for chain in collected.chains
        if chain.section == section and isinstance(chain.parts[0].tree, s.Syntax)
        for n in s.walk(chain.parts[0].tree)
    )


def _subset(collected: Collected, start: int, end: int) -> Collected:
    return replace(
        collected,
        chains=[c for c in collected.chains if start <= c.section < end],
        bare=[(k, t) for k, t in collected.bare if start <= k < end],
        shapes=[x for x in collected.shapes if start <= x.section < end],
        declared=[
            d
            for d in collected.declared
            if d.section < end and (d.section >= start or start == 0 or d.line == 0)
        ],
    )


def _settled(collected: Collected) -> Environment:
    """The environment, with later definitions that only restate an earlier one taken as claims."""
    environment = build(collected)
    seen: set[str] = set()
    restated: set[tuple[str, int]] = set()
    for found in environment.introduced:
        if found.name in seen and found.chain is not None and _agrees(environment, found, collected):
            restated.add((found.name, found.section))
        seen.add(found.name)
    return build(collected, frozenset(restated)) if restated else environment


def _agrees(environment: Environment, found, collected: Collected) -> bool:  # type: ignore[no-untyped-def]
    """Whether a later definition is equal to the one in force before it."""
    earlier = [m for start, m in environment.epochs if start < found.section]
    if not earlier:
        return False
    reader = ChainReader(environment, earlier[-1], found.chain)
    judge = Judge(
        environment.graph(earlier[-1]), ("algebra",), 0, normalised=frozenset(environment.normalised)
    )
    chain_judge = ChainJudge(reader, judge, reader.read())
    environment.graph(earlier[-1])
    equations = chain_judge.equations(0, found.at, MODES[0])
    return isinstance(equations, list) and all(judge.holds(q) for q in equations)
