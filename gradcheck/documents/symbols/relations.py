"""The relations of a document and those its configuration declares, as chains and as trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain, Collected
from gradcheck.documents.reading.declared import Declared
from gradcheck.documents.reading.statements import read_statements
from gradcheck.documents.reading.tokens import tokenise


def trees_of(chains: list[Chain]) -> Iterator[s.Syntax]:
    """Every tree of the chains: their parts, their conditions and what is noted beside them."""
    for chain in chains:
        for part in chain.parts:
            if isinstance(part.tree, s.Syntax):
                yield part.tree
        yield from chain.conditions
        for _, annotation in chain.annotations:
            yield from (p.tree for p in annotation.parts if isinstance(p.tree, s.Syntax))


def declared_chains(collected: Collected) -> list[Chain]:
    """``define = […]`` as chains of the section that they apply from."""
    chains: list[Chain] = []
    for declared in collected.declared:
        for text in declared.define:
            chains += _read_equation(text, collected, declared)
    return chains


def assumed_chains(collected: Collected) -> list[Chain]:
    """``assume = […]`` as chains."""
    return [c for d in collected.declared for text in d.assume for c in _read_equation(text, collected, d)]


def _read_equation(text: str, collected: Collected, declared: Declared) -> list[Chain]:
    """One declared equation; its places count downwards from -1, outside the document."""
    tokens = tokenise(text, [-1] * (len(text) + 1), collected.macros)
    tokens = [replace(t, start=-1 - k, end=-1 - k) for k, t in enumerate(tokens)]
    section = declared.section
    return [
        Chain(st.parts, [], [], [], section, False, -1)
        for st in read_statements(tokens)
        if st.kind == "chain"
    ]


def head_of(of: s.Syntax) -> s.Syntax:
    """L of ``L(x)``; anything else as it is."""
    if isinstance(of, s.Product) and len(of.factors) == 2 and isinstance(of.factors[1], s.Group):
        return of.factors[0]
    return of
