"""Names that the reader takes for something else: constants, indices, numbers where arrays are meant."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.deriving.readings import Reading
from gradcheck.documents.meaning.frames import Definition
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of

_RESERVED = {"\\pi": "the number π", "e": "the number e", "d": "the sign of a derivative"}


def check_reserved(reading: Reading) -> None:
    """``\\pi_k = …``: a relation whose left side is read as something that cannot be defined."""
    for chain in reading.chains:
        left = chain.parts[0].tree
        if not chain.displayed or len(chain.parts) < 2 or not isinstance(left, s.Symbol):
            continue
        name = reading.environment.names.resolve(left).name
        if name in _RESERVED and name not in reading.meaning.definitions:
            reason = f"{name} is read as {_RESERVED[name]}, which cannot be defined"
            raise reading.cannot(left, reason, "call the quantity otherwise")


def check_entries(reading: Reading, definition: Definition, node: e.Node) -> None:
    """``w_0`` beside ``w_i``: entries are counted from 1."""
    for part in e.walk(node.body):
        if any(isinstance(index, int) and index < 1 for index in e.indices_of(part)):
            raise reading.cannot(
                definition.tree,
                "an entry 0 of an array, whose first entry is 1",
                r"call the quantity otherwise, b or `w_{\text{0}}`",
            )


def check_positions(reading: Reading, graph: e.Graph, definition: Definition) -> None:
    """An index as a number, ``i - j``; a label that is an index beside it, ``d_j``; a Greek index."""
    bound = {b.letter for n in s.walk(definition.tree) if isinstance(n, s.Big) for b in n.binders}
    running = bound | set(definition.letters)
    for letter in bound:
        if letter.startswith("\\") and letter != "\\ell":
            raise reading.cannot(definition.tree, f"{letter} as an index", "take a Latin letter for it")
    for symbol in _symbols(definition.tree):
        name = reading.environment.names.resolve(symbol).name
        if name not in graph.leaves or graph.leaves[name]:
            continue
        if name in running:
            raise reading.cannot(
                symbol,
                f"the position {name} as a number",
                f"write an array with these numbers, such as `a_{name}`",
            )
        below = [letter_of(item) for item in symbol.sub]
        if len(below) == 1 and below[0] in running:
            raise reading.cannot(
                symbol,
                f"{name} is read as one number, though {below[0]} is an index here",
                f"{symbol.name} may be taken for a length: call it otherwise",
            )


def check_transposes(reading: Reading, graph: e.Graph, definition: Definition, node: e.Node) -> None:
    """``\\theta^\\top x`` of what was read as numbers."""
    for symbol in _symbols(definition.tree):
        resolved = reading.environment.names.resolve(symbol)
        if resolved.transposed and not definition.letters and _leaves_its_axis(graph, resolved.name, node):
            raise reading.cannot(
                symbol,
                f"{resolved.name} is transposed, and what it is multiplied with is read as a number",
                r"state shapes in formulas of their own: `x \in \mathbb{R}^n`",
            )
        known = resolved.name in graph.leaves or resolved.name in graph.nodes
        if resolved.transposed and known and not graph.sizes(resolved.name) and not symbol.sub:
            raise reading.cannot(
                symbol,
                f"{resolved.name} is transposed, but read as a number",
                rf"state its shape in a formula of its own: `{resolved.name} \in \mathbb{{R}}^n`",
            )


def _leaves_its_axis(graph: e.Graph, name: str, node: e.Node) -> bool:
    """Whether a vector was multiplied with numbers alone, so that its axis is one of the result."""
    sizes = graph.sizes(name) if name in graph.leaves or name in graph.nodes else ()
    return len(sizes) == 1 and len(node.sizes) == 1 and sizes == node.sizes


def check_numbers(reading: Reading, graph: e.Graph) -> None:
    """``V \\tanh(W x)`` without a shape anywhere: numbers would be multiplied where matrices are meant."""
    capitals = [n for n in graph.leaves if n[:1].isupper() and len(n.split("_")[0]) == 1]
    if len(capitals) > 1 and not any(graph.leaves.values()):
        last = reading.definition([*graph.nodes][-1])
        raise reading.cannot(
            last.tree,
            f"{' and '.join(capitals[:2])} are read as numbers, as everything here",
            rf"state shapes in formulas of their own: `{capitals[0]} \in \mathbb{{R}}^{{n \times d}}`",
        )


def _symbols(tree: s.Syntax) -> Iterator[s.Symbol]:
    """The quantities of a formula, not what stands below them."""
    if isinstance(tree, s.Symbol):
        yield tree
        return
    for part in s.parts(tree):
        yield from _symbols(part)
