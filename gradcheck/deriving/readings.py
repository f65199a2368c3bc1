"""A document's forward definitions, for each meaning that its symbols take in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.ancestry import ancestors
from gradcheck.documents.meaning.applied import apply_defined
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.meaning.frames import Defined, Definition, Frame
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain, Collected
from gradcheck.documents.reading.source import Kind, Source
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.names import Resolved, letter_of
from gradcheck.documents.symbols.topics import Part, parts_of

_SIGNS = ("\\partial", "∂", "\\nabla", "∇")


@dataclass(frozen=True, eq=False)
class Reading:
    """The definitions in force for some sections; ``graph`` has the forward ones alone.

    ``unread`` are forward definitions that have no meaning, and why, under the name that they define.
    """

    source: Source
    collected: Collected
    part: Part
    environment: Environment
    meaning: Meaning
    graph: e.Graph
    defined: dict[str, Defined]
    unread: dict[str, Refusal]

    @property
    def states_gradients(self) -> bool:
        """Whether the document differentiates anything, and so says more than definitions."""
        texts = [r.text for r in self.source.regions if r.kind in (Kind.DISPLAY, Kind.INLINE)]
        if any(sign in text for text in texts for sign in _SIGNS):
            return True
        nodes = [n for c in self.collected.chains for t in _trees(c) for n in s.walk(t)]
        return any(isinstance(n, s.Derivative | s.Primed) or self._is_slope(n) for n in nodes)

    def _is_slope(self, tree: s.Syntax) -> bool:
        """Whether this is ``f'`` beside a definition of f."""
        if not isinstance(tree, s.Symbol) or not tree.primes:
            return False
        resolved = self.environment.names.resolve(tree)
        return resolved.primes > 0 and resolved.name in self.meaning.definitions

    @property
    def chains(self) -> list[Chain]:
        """The relations of this part of the document."""
        return [c for c in self.collected.chains if self.part.start <= c.section < self.part.end]

    def definition(self, name: str) -> Definition:
        """A definition as it is written."""
        return self.meaning.definitions[name]

    def chain_of(self, name: str) -> Chain | None:
        """The relation that a definition was taken from."""
        tree = self.definition(name).tree
        return next((i.chain for i in self.environment.introduced if i.tree is tree), None)

    def written_letters(self, definition: Definition) -> set[str]:
        """The letters below the symbol on the left of a definition, if there are several."""
        chain = self.chain_of(definition.name)
        left = chain.parts[0].tree if chain is not None else None
        if not isinstance(left, s.Symbol) or len(left.sub) < 2:
            return set()
        return {x for x in map(letter_of, left.sub) if x}

    def cannot(self, at: s.Syntax | Refusal, reason: str, help: str = "") -> CannotDerive:
        """The reason not to derive, with its place."""
        return CannotDerive(reason, self.source.path, *self.position(at.start), help)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both 0 for what stands in no formula of the document."""
        return self.source.position(offset) if offset >= 0 else (0, 0)


def readings_of(source: Source, collected: Collected) -> Iterator[Reading]:
    """Each part of the document under each of its meanings, in order."""
    for part in parts_of(collected):
        environment = part.environments[0]
        for _, meaning in environment.epochs:
            yield _reading(source, collected, part, environment, meaning)


def _reading(
    source: Source, collected: Collected, part: Part, environment: Environment, meaning: Meaning
) -> Reading:
    graph = environment.graph(meaning)
    functions = {} if graph.nodes else _functions(meaning)
    nodes = graph.nodes | {name: d.node for name, d in functions.items()}
    leaves = {n: tuple(map(environment.sizes.name, c)) for n, c in meaning.leaves.items()}
    whole = e.Graph(nodes, leaves)
    backward = _gradient_names(meaning)
    forward = {n: node for n, node in nodes.items() if not backward & ancestors(whole, [n])}
    defined = meaning.defined | functions
    unread = _unread(environment, meaning, backward) | _refused(collected, part, environment, meaning)
    return Reading(source, collected, part, environment, meaning, e.Graph(forward, leaves), defined, unread)


def _functions(meaning: Meaning) -> dict[str, Defined]:
    """Functions of a number, ``f(x) = …``, as quantities of their own: f at x."""
    found = {}
    for name, definition in meaning.definitions.items():
        if definition.formal is not None:
            at = definition.tree.start
            symbol = s.Symbol(at, at, definition.formal)
            group = s.Group(at, at, "(", (symbol,))
            try:
                value = apply_defined(meaning, definition, Resolved(name), group, Frame({}))
            except Refusal as refusal:
                meaning.failed[name] = refusal
                continue
            sizes = tuple(map(meaning.axes.size, value.axes))
            found[name] = Defined(e.Node(name, value.axes, sizes, value.expr), ("axis",) * value.rank)
    return found


def _gradient_names(meaning: Meaning) -> set[str]:
    r"""Symbols written like one that is said to be a gradient: ``\bar{X}`` beside ``\bar{v} = ∂L/∂v``."""
    known = {*meaning.definitions, *meaning.leaves}
    found: set[str] = set()
    for name, defined in meaning.defined.items():
        body = defined.node.body
        if isinstance(body, e.Adjoint) and body.node in name and body.node != name:
            before, _, after = name.partition(body.node)
            found |= {before + other + after for other in known} & known
    return found


def _unread(environment: Environment, meaning: Meaning, backward: set[str]) -> dict[str, Refusal]:
    """Definitions that were found and not understood; those of gradients apart."""
    gradients = backward | {n for n, d in meaning.defined.items() if d.abbreviation}
    while True:
        more = {
            name
            for name in meaning.failed
            if name not in gradients
            and name in meaning.definitions
            and _is_backward(meaning.definitions[name].tree, environment, gradients)
        }
        if not more:
            break
        gradients |= more
    return {name: why for name, why in meaning.failed.items() if name not in gradients}


def _is_backward(tree: s.Syntax, environment: Environment, gradients: set[str]) -> bool:
    return any(
        isinstance(n, s.Derivative)
        or (isinstance(n, s.Symbol) and environment.names.resolve(n).name in gradients)
        for n in s.walk(tree)
    )


def _refused(
    collected: Collected, part: Part, environment: Environment, meaning: Meaning
) -> dict[str, Refusal]:
    """Relations with a symbol on the left whose right side cannot even be parsed."""
    found: dict[str, Refusal] = {}
    for chain in collected.chains:
        left, right = chain.parts[0].tree, chain.parts[1].tree if len(chain.parts) > 1 else None
        here = part.start <= chain.section < part.end and chain.displayed
        if here and isinstance(left, s.Symbol) and isinstance(right, Refusal):
            name = environment.names.resolve(left).name
            if name not in meaning.definitions:
                found.setdefault(name, right)
    return found


def _trees(chain: Chain) -> list[s.Syntax]:
    return [p.tree for p in chain.parts if isinstance(p.tree, s.Syntax)]
