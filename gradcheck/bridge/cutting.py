"""The part of a document's graph that a layer may be: one node as the output, other tensors as its inputs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from gradcheck.algebra import expr as e
from gradcheck.algebra.structure import Setting, setting_of

_MOST = 24
"""How many sets of inputs are tried for one output."""


@dataclass(frozen=True, eq=False)
class Cut:
    """``graph`` computes ``output`` from ``inputs``; nothing downstream of the output is in it.

    Those of the inputs that the document computes itself are ``computed``. Gradients are those of the
    ``losses``: the output itself, or what it flows into.
    """

    graph: e.Graph
    output: str
    inputs: tuple[str, ...]
    computed: frozenset[str]
    losses: tuple[str, ...]
    _settings: dict[tuple[tuple[str, int], ...], Setting] = field(default_factory=dict)

    @cached_property
    def mentioned(self) -> dict[str, tuple[str, ...]]:
        """What each node is defined by."""
        return {name: _mentioned(node.body) for name, node in self.graph.nodes.items()}

    def setting(self, sizes: dict[str, int]) -> Setting:
        """The graph's structure at these sizes, to be added to."""
        key = tuple(sorted(sizes.items()))
        if key not in self._settings:
            self._settings[key] = setting_of(self.graph, sizes)
        found = self._settings[key]
        return replace(found, ambient=dict(found.ambient))


def cuts(graph: e.Graph, losses: frozenset[str]) -> Iterator[Cut]:
    """Every part that may be a layer, the whole graph first."""
    parents = {name: _mentioned(node.body) for name, node in graph.nodes.items()}
    roots = [r for nodes in graph.roots.values() for r in nodes if r in graph.nodes]
    outputs = dict.fromkeys([*roots, *reversed(graph.nodes)])
    for output in outputs:
        if not _differentiates(graph.nodes[output].body):
            for inputs in _frontiers(output, parents, graph):
                computed = frozenset(n for n in inputs if n in graph.nodes)
                part = _part(graph, parents, output, inputs, losses)
                kept = tuple(sorted(loss for loss in losses if loss == output or loss not in part.nodes))
                yield Cut(part, output, inputs, computed, kept)


def _mentioned(body: e.Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.name for n in e.walk(body) if isinstance(n, e.Ref | e.Var)))


def _differentiates(body: e.Expr) -> bool:
    return any(isinstance(n, e.Adjoint | e.Partial) for n in e.walk(body))


def _frontiers(output: str, parents: dict[str, tuple[str, ...]], graph: e.Graph) -> list[tuple[str, ...]]:
    """What the output may be computed from: the leaves first, then nodes ever closer to it."""
    start = tuple(sorted(parents[output]))
    found = {start: None}
    waiting = deque([start])
    while waiting and len(found) < _MOST:
        frontier = waiting.popleft()
        for name in frontier:
            if name in graph.nodes:
                wider = tuple(sorted({*frontier, *parents[name]} - {name}))
                if wider not in found:
                    found[wider] = None
                    waiting.append(wider)
    return sorted(found, key=lambda names: sum(n in graph.nodes for n in names))


def _part(
    graph: e.Graph,
    parents: dict[str, tuple[str, ...]],
    output: str,
    inputs: tuple[str, ...],
    losses: frozenset[str],
) -> e.Graph:
    after = {output}
    for name in graph.nodes:
        if after & set(parents[name]):
            after.add(name)
    nodes = {
        n: node for n, node in graph.nodes.items() if n not in inputs and (n == output or n not in after)
    }
    leaves = {n: graph.sizes(n) for n in inputs}
    undefined = losses - set(nodes)
    return e.Graph(nodes, leaves, dict.fromkeys(sorted(undefined), (output,)))
