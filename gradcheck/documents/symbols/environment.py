"""From collected statements to meanings: which symbols are defined, where, and as what.

The first relation with an undefined symbol alone on its left defines it, wherever it
stands in the document. A symbol that a later section defines anew starts an *epoch*:
before it the old definition is in force, from that section on the new one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.meaning.frames import Definition
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.arrays import arrays_in
from gradcheck.documents.symbols.candidates import Introduced
from gradcheck.documents.symbols.document_sizes import scan_sizes, stated_shapes
from gradcheck.documents.symbols.introducing import find_introduced
from gradcheck.documents.symbols.losses import find_losses, find_roots, loss_derivatives
from gradcheck.documents.symbols.name_habits import (
    entry_names,
    kronecker_names,
    left_sides,
    split_names,
    squared_names,
)
from gradcheck.documents.symbols.names import Names
from gradcheck.documents.symbols.relations import assumed_chains, declared_chains, trees_of
from gradcheck.documents.symbols.sayings import (
    SAYS_NORMALISED,
    defines_average,
    normalised_names,
    written_dependences,
)
from gradcheck.documents.symbols.sizes import Scope, Sizes
from gradcheck.documents.symbols.whole_arrays import is_matrix_mode


@dataclass
class Environment:
    """One document's meanings: ``meaning(section)`` is the one in force there."""

    names: Names
    sizes: Sizes
    losses: set[str]
    introduced: list[Introduced]
    scopes: dict[int, Scope]
    epochs: list[tuple[int, Meaning]] = field(default_factory=list)
    graphs: dict[int, e.Graph] = field(default_factory=dict)
    defining: dict[tuple[int, int], Introduced] = field(default_factory=dict)
    normalised: set[str] = field(default_factory=set)
    says_normalised: bool = False
    kronecker: set[str] = field(default_factory=set)
    says_symmetric: bool = False
    subjects: dict[int, e.Adjoint] = field(default_factory=dict)

    def meanings(self, section: int) -> list[Meaning]:
        """The meanings to read a section under: the one in force, then a fresh start, if any."""
        found = [m for start, m in self.epochs if start <= section]
        return found[-1:]

    def since(self, section: int) -> int:
        """The section where the definitions in force at ``section`` began."""
        return max((start for start, _ in self.epochs if start <= section), default=0)

    def graph(self, meaning: Meaning) -> e.Graph:
        """The graph of a meaning, with the inputs that were met so far."""
        key = id(meaning)
        if key not in self.graphs:
            self.graphs[key] = meaning.graph()
        graph = self.graphs[key]
        for name, members in meaning.leaves.items():
            graph.leaves[name] = tuple(map(self.sizes.name, members))
        return graph


def build(collected: Collected, restated: frozenset[tuple[str, int]] = frozenset()) -> Environment:
    """Infer names, sizes, definitions and losses; understand every definition.

    ``restated`` are the (symbol, section) pairs that only state a definition again.
    """
    chains = collected.chains
    declared = declared_chains(collected)
    trees = list(trees_of(chains)) + [t for _, t in collected.bare] + list(trees_of(declared))
    trees += [sh.symbol for sh in collected.shapes] + list(collected.conditions)
    squares = squared_names(chains + declared, trees)
    names = Names(trees, squares, split_names(chains + declared), entry_names(chains + declared))
    kronecker = kronecker_names(chains + declared, names)
    names.deltas |= kronecker
    names.defined = left_sides(chains + declared, names)
    introduced = [
        i for i in find_introduced(chains + declared, names, kronecker) if (i.name, i.section) not in restated
    ]
    names.deltas -= {i.name for i in introduced if len(i.letters) == 2 and i.name not in kronecker}
    sizes = Sizes()
    scopes = scan_sizes(chains + declared, introduced, names, sizes)
    losses = find_losses(trees, names, introduced, collected)
    environment = Environment(names, sizes, losses, introduced, scopes)
    for found in introduced:
        if found.chain is not None and found.chain.order >= 0:
            environment.defining[found.chain.order, found.at] = found
    shapes = stated_shapes(collected, names, sizes)
    matrix_mode = is_matrix_mode(trees, names, bool(shapes))
    environment.normalised = normalised_names(chains + assumed_chains(collected), names)
    environment.kronecker = kronecker
    environment.says_symmetric = bool(re.search(r"\bsymmetric\b", collected.prose, re.I))
    environment.says_normalised = bool(SAYS_NORMALISED.search(collected.prose))
    _understand(environment, collected, shapes, matrix_mode, trees)
    return environment


def _understand(
    environment: Environment,
    collected: Collected,
    shapes: dict[str, tuple[int, ...]],
    matrix_mode: bool,
    trees: list[s.Syntax],
) -> None:
    """Build the meaning of every epoch twice: once to learn the sizes, once with their names."""
    arrays = arrays_in(trees, environment.names, _equations(collected))
    dependent = written_dependences(collected.chains, environment.names)
    starts = _epoch_starts(environment.introduced)
    for _ in range(2):
        environment.epochs = []
        for start, end in zip(starts, [*starts[1:], 10**9], strict=True):
            meaning = Meaning(
                environment.names,
                environment.sizes,
                _definitions(environment, end),
                environment.losses,
                shapes,
                arrays if matrix_mode else {},
                matrix_mode,
            )
            meaning.dependent = dependent
            meaning.averages = next(filter(None, map(defines_average, collected.chains)), "")
            for name in list(meaning.definitions):
                with suppress(Refusal):
                    meaning.ensure(name)
            environment.epochs.append((start, meaning))
    environment.sizes.settle_all()
    differentiated = loss_derivatives(environment.names, trees)
    for _, meaning in environment.epochs:
        meaning.axes.conflicts.clear()
        meaning.roots = find_roots(environment.losses, meaning, differentiated, collected)


def _equations(collected: Collected) -> list[tuple[s.Syntax, s.Syntax]]:
    """The first two sides of every relation, where both were parsed."""
    first_two = [(c.parts[0].tree, c.parts[1].tree) for c in collected.chains if len(c.parts) > 1]
    return [(a, b) for a, b in first_two if isinstance(a, s.Syntax) and isinstance(b, s.Syntax)]


def _epoch_starts(introduced: list[Introduced]) -> list[int]:
    """The sections from which a symbol defined before means something else."""
    seen: dict[str, int] = {}
    starts = {0}
    for found in introduced:
        if found.name in seen and seen[found.name] != found.section:
            starts.add(found.section)
        seen[found.name] = found.section
    return sorted(starts)


def _definitions(environment: Environment, end: int) -> dict[str, Definition]:
    """The definitions in force before section ``end``, the latest of each name."""
    result: dict[str, Definition] = {}
    for found in environment.introduced:
        if found.section < end or found.chain is None:
            result[found.name] = _as_definition(found, environment)
    for found in environment.introduced:
        if found.name not in result and not any(
            i.name == found.name and i.section < end for i in environment.introduced
        ):
            result[found.name] = _as_definition(found, environment)
    return result


def _as_definition(found: Introduced, environment: Environment) -> Definition:
    """The definition with the sizes of its letters."""
    scope = environment.scopes.get(id(found.chain), {})
    return Definition(found.name, found.letters, found.tree, scope, found.formal, found.tree.start)
