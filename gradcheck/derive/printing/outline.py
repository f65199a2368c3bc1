"""What a printout consists of, before any format: which chains and steps, results and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradcheck.algebra.expr import Adjoint, Node, walk
from gradcheck.derive.derivation import Chain, Derivation
from gradcheck.derive.printing.array_code import code_of_definition, code_of_result
from gradcheck.derive.printing.formulas import Formulas
from gradcheck.derive.printing.given import Row, given
from gradcheck.derive.printing.graph import Arrow, Vertex, arrows, vertices
from gradcheck.derive.printing.reading import declaration
from gradcheck.derive.printing.symbols import printable
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES, DerivationRule


@dataclass(frozen=True)
class Entry:
    """The chain of one quantity, with the local derivatives that it puts in."""

    chain: Chain
    locals: tuple[Chain, ...] = ()


@dataclass(frozen=True)
class Outline:
    """Everything that a printout shows, in its order; a brief one has no entries and no rules.

    The code is there in NumPy notation only, a line for each definition and for each result.
    """

    title: str
    declaration: tuple[str, ...]
    definitions: tuple[Node, ...]
    given: tuple[Row, ...]
    vertices: tuple[Vertex, ...]
    arrows: tuple[Arrow, ...]
    entries: tuple[Entry, ...]
    second: tuple[Entry, ...]
    results: tuple[Chain, ...]
    definition_code: tuple[str, ...]
    result_code: tuple[str, ...]
    rules: tuple[tuple[str, DerivationRule], ...]


def outline(derivation: Derivation, view: View) -> Outline:
    """What is shown of a derivation."""
    forward = derivation.forward
    is_brief = view.detail == "brief"
    results = (*_results(derivation), *derivation.second)
    definitions = tuple(forward.graph.nodes.values())
    has_code = view.notation == "numpy"
    entries = () if is_brief else tuple(_entries(derivation, view))
    second = () if is_brief else tuple(map(Entry, derivation.second))
    return Outline(
        title=printable(forward.title),
        declaration=declaration(forward, view),
        definitions=definitions,
        given=given(forward, view),
        vertices=vertices(forward),
        arrows=arrows(forward),
        entries=entries,
        second=second,
        results=results,
        definition_code=tuple(code_of_definition(node, forward) for node in definitions if has_code),
        result_code=tuple(code_of_result(chain, forward) for chain in results if has_code),
        rules=tuple(_rules((*entries, *second), Formulas(derivation, view))),
    )


def differentiated_by(chain: Chain) -> str:
    """The name of the quantity that the subject of a chain is differentiated by."""
    subject = chain.subject
    return subject.node if isinstance(subject, Adjoint) else subject.wrt


def _entries(derivation: Derivation, view: View) -> Iterator[Entry]:
    for chain in derivation.chains:
        name = differentiated_by(chain)
        needed = (c for c in derivation.locals if differentiated_by(c) == name)
        yield Entry(chain, tuple(needed) if view.detail == "verbose" else ())


def _results(derivation: Derivation) -> tuple[Chain, ...]:
    """The chains of what was asked for, and those of the gradients that their results mention."""
    chains = {differentiated_by(chain): chain for chain in derivation.chains}
    needed, waiting = set[str](), [n for n in derivation.forward.wrt if n in chains]
    while waiting:
        name = waiting.pop()
        needed.add(name)
        mentioned = {part.node for part in walk(chains[name].result) if isinstance(part, Adjoint)}
        waiting += [n for n in mentioned if n in chains and n not in needed]
    return tuple(chain for name, chain in chains.items() if name in needed)


def _rules(entries: Iterable[Entry], formulas: Formulas) -> Iterator[tuple[str, DerivationRule]]:
    """The rules that the printed lines name, in the order of the table."""
    chains = [formulas.chain(chain) for entry in entries for chain in (*entry.locals, entry.chain)]
    named = {line.rule for chain in chains for line in chain.lines}
    return ((key, rule) for key, rule in RULES.items() if key in named)
