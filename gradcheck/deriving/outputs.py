r"""Which definitions are differentiated together, and by what name their loss goes.

Where a document hangs gradients on a loss, that loss decides; otherwise the definitions that no
other one uses are the outputs. A number that is computed from arrays is a loss itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.deriving.ancestry import ancestors, joined, part_of, terminals, told_apart
from gradcheck.deriving.readings import Reading

_LOSSES = (
    "L", "\\mathcal{L}", "\\ell", "J", "E", "\\mathcal{J}", "\\mathcal{E}", "C", "\\mathcal{C}", "R", "F",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """Outputs with what they are computed from; no outputs where the loss is a definition itself.

    ``stated`` says that the document itself differentiates this.
    """

    loss: str
    outputs: tuple[str, ...]
    graph: e.Graph
    stated: bool = False


def tasks_of(reading: Reading) -> tuple[list[Task], tuple[str, ...]]:
    """What there is to differentiate, and the definitions that are left out because no output needs them."""
    graph, free = reading.graph, free_loss(reading)
    ends = terminals(graph)
    tasks = [_task(graph, free, (end,), True) for end in ends if end in _defined_losses(reading)]
    outputs = _stated_outputs(reading, [n for n in ends if not any(n == t.loss for t in tasks)])
    if outputs:
        tasks.append(_with_roots(free, outputs, part_of(graph, outputs), True))
    rest = [n for n in ends if not any(n == t.loss or n in t.graph.nodes for t in tasks)]
    taken = told_apart(graph, [t.loss for t in tasks if not t.outputs] + list(outputs))
    left_out: list[str] = []
    for group in joined(graph, rest):
        if taken & told_apart(graph, group):
            left_out += group
        else:
            tasks.append(_task(graph, free, group, False))
    return tasks, tuple(left_out)


def free_loss(reading: Reading) -> str:
    """The name of an undefined loss: the document's own, else the first usual one that means nothing else."""
    graph = reading.graph
    taken = {*graph.nodes, *graph.leaves, *reading.environment.sizes.named}
    roots = reading.meaning.roots
    own = sorted(reading.environment.losses - taken, key=lambda name: (not roots.get(name), name))
    return next((n for n in (*own, *_LOSSES) if n not in taken), "\\mathcal{L}_{0}")


def _defined_losses(reading: Reading) -> set[str]:
    nodes = reading.graph.nodes
    return {n for n in reading.environment.losses if n in nodes and not nodes[n].params}


def _stated_outputs(reading: Reading, ends: list[str]) -> tuple[str, ...]:
    """The outputs on which the document hangs an undefined loss: declared, or reached by its gradients."""
    graph = reading.graph
    declared = [d.output for d in reading.collected.declared if d.output]
    roots = {n for names in reading.meaning.roots.values() for n in names if n in graph.nodes}
    if any(set(names) & roots for names in declared):
        return tuple(n for n in graph.nodes if n in roots)
    return tuple(end for end in ends if ancestors(graph, [end]) & roots)


def _task(graph: e.Graph, free: str, names: tuple[str, ...], stated: bool) -> Task:
    part = part_of(graph, names)
    if len(names) == 1 and not part.nodes[names[0]].params:
        return Task(names[0], (), part, stated)
    return _with_roots(free, names, part, stated)


def _with_roots(loss: str, outputs: tuple[str, ...], part: e.Graph, stated: bool) -> Task:
    return Task(loss, outputs, e.Graph(part.nodes, part.leaves, {loss: outputs}), stated)
