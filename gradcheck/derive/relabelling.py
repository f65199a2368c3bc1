"""Printable letters for the free indices of an identity."""

from __future__ import annotations

from gradcheck.derive.derivation import Forward
from gradcheck.derive.moves import Fact


def relabelled(fact: Fact, forward: Forward) -> dict[str, str]:
    """A letter for each free index of the identity, by the size of the axis that it runs along."""
    names: dict[str, str] = {}
    ring = fact.value.ring
    for head, indices, _ in fact.contraction.atoms:
        sizes = forward.graph.sizes(head[2:]) if head[:2] == "v:" and _known(forward, head[2:]) else ()
        for index, size in zip(indices, sizes, strict=False):
            if index in fact.letters and index not in names:
                pool = forward.letters[size]
                names[index] = next(x for x in pool if x not in names.values())
        template = ring.templates.get(head)
        if template is not None:
            inner = Fact(fact.contraction, fact.letters, fact.value)
            names |= _inside(inner, head, indices, forward, names)
    return names


def _known(forward: Forward, name: str) -> bool:
    return name in forward.graph.nodes or name in forward.graph.leaves


def _inside(
    fact: Fact, head: str, indices: tuple[str, ...], forward: Forward, names: dict[str, str]
) -> dict[str, str]:
    """Letters for indices of a function, from the atoms in its argument."""
    found: dict[str, str] = {}
    for component in fact.value.ring.instance(head, indices).components():
        for inner, places, _ in component.atoms:
            if inner[:2] != "v:" or not _known(forward, inner[2:]):
                continue
            for index, size in zip(places, forward.graph.sizes(inner[2:]), strict=True):
                if index in fact.letters and index not in names and index not in found:
                    taken = {*names.values(), *found.values()}
                    found[index] = next(x for x in forward.letters[size] if x not in taken)
    return found
