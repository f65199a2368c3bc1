"""The sizes of a document: letters that run alike in one relation, and shapes that it states."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain, Collected
from gradcheck.documents.reading.parser import Parser
from gradcheck.documents.reading.tokens import tokenise
from gradcheck.documents.symbols.candidates import Introduced
from gradcheck.documents.symbols.names import Names
from gradcheck.documents.symbols.relations import trees_of
from gradcheck.documents.symbols.sizes import Scope, Sizes, scan, spelled


def scan_sizes(
    chains: list[Chain], introduced: list[Introduced], names: Names, sizes: Sizes
) -> dict[int, Scope]:
    """Sizes from the definitions first; then, without merging what they settled, from the rest."""
    scopes: dict[int, Scope] = {}
    taken = {i.name.removesuffix("^{2}") for i in introduced} | _differentiated(chains, names)
    defining = {id(i.chain) for i in introduced}
    first = [c for c in chains if id(c) in defining]
    rest = [c for c in chains if id(c) not in defining]
    for group in (first, rest):
        for chain in group:
            scope: Scope = {}
            scopes[id(chain)] = scope
            for tree in trees_of([chain]):
                scan(tree, scope, sizes, names)
        sizes.settle(taken)
        sizes.settle_all()
    sizes.settled = 0
    return scopes


def _differentiated(chains: list[Chain], names: Names) -> set[str]:
    """Symbols that something is differentiated by."""
    return {
        names.resolve(w).name
        for tree in trees_of(chains)
        for n in s.walk(tree)
        if isinstance(n, s.Derivative)
        for w in n.wrt
        if isinstance(w, s.Symbol)
    }


def stated_shapes(collected: Collected, names: Names, sizes: Sizes) -> dict[str, tuple[int, ...]]:
    """The size classes of each symbol whose shape the document or its configuration states."""
    found: dict[str, tuple[int, ...]] = {}
    for shape in collected.shapes:
        resolved = names.resolve(shape.symbol)
        given = [sizes.slot(resolved.name, k) for k in range(len(resolved.indices))]
        members = [m for d in shape.sizes if (m := _dimension(d, sizes)) is not None]
        found.setdefault(resolved.name, (*given, *members))
    for declared in collected.declared:
        for printed, axes in declared.shapes.items():
            symbol = Parser(tokenise(printed, range(len(printed) + 1))).whole()
            if isinstance(symbol, s.Symbol):
                found[names.resolve(symbol).name] = tuple(_named_size(a, sizes) for a in axes)
    return found


def _named_size(name: str, sizes: Sizes) -> int:
    """The class of a size that is called by name."""
    sizes.uses[name] += 1
    return sizes.name_class(name)


def _dimension(tree: s.Syntax, sizes: Sizes) -> int | None:
    """The class of one size of a shape; None for a 1."""
    if isinstance(tree, s.Number):
        return None if tree.value == 1 else sizes.name_class(str(tree.value))
    if isinstance(tree, s.Symbol):
        return _named_size(spelled(tree), sizes)
    return sizes.fresh("size")
