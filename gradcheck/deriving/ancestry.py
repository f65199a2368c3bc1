"""What depends on what in a graph of definitions."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.algebra import expr as e


def mentioned(body: e.Expr) -> tuple[str, ...]:
    """The quantities that a formula is written in, in reading order."""
    return tuple(dict.fromkeys(n.name for n in e.walk(body) if isinstance(n, e.Ref | e.Var)))


def ancestors(graph: e.Graph, names: Iterable[str]) -> set[str]:
    """The quantities and all that they are computed from, inputs included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in graph.nodes:
                waiting += mentioned(graph.nodes[name].body)
    return found


def terminals(graph: e.Graph) -> tuple[str, ...]:
    """The definitions that no other one uses, in order."""
    used = {name for node in graph.nodes.values() for name in mentioned(node.body)}
    return tuple(name for name in graph.nodes if name not in used)


def part_of(graph: e.Graph, outputs: Iterable[str]) -> e.Graph:
    """What the outputs are computed from, inputs in the order in which the definitions mention them."""
    kept = ancestors(graph, outputs)
    nodes = {name: node for name, node in graph.nodes.items() if name in kept}
    inputs = dict.fromkeys(n for node in nodes.values() for n in mentioned(node.body) if n not in nodes)
    return e.Graph(nodes, {name: graph.leaves[name] for name in inputs})


def joined(graph: e.Graph, names: Iterable[str]) -> list[tuple[str, ...]]:
    """The names in groups that share a definition or an input with axes on the way to their inputs."""
    groups: list[tuple[list[str], set[str]]] = []
    for name in names:
        members, reached = [name], told_apart(graph, [name])
        for group in [g for g in groups if g[1] & reached]:
            groups.remove(group)
            members = group[0] + members
            reached |= group[1]
        groups.append((members, reached))
    return [tuple(members) for members, _ in groups]


def told_apart(graph: e.Graph, names: Iterable[str]) -> set[str]:
    """The ancestors by which one layer is told from another: a number such as ε may serve several."""
    found = ancestors(graph, names)
    arrays = {n for n in found if n in graph.nodes or graph.leaves[n]}
    return arrays if any(n in graph.leaves for n in arrays) else found
