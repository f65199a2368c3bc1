"""Indices that nothing binds, that come and go, or that run over two sizes; conditional definitions."""

from __future__ import annotations

from collections import defaultdict

from gradcheck.algebra import expr as e
from gradcheck.deriving.readings import Reading
from gradcheck.documents.meaning.frames import Definition
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of


def check_indices(reading: Reading, name: str, node: e.Node) -> None:
    """An index on the right that stands neither on the left nor under a sum."""
    kinds = reading.defined[name].kinds
    unbound = [p for p, kind in zip(node.params, kinds, strict=True) if kind == "textual"]
    unbound += sorted(e.free_indices(node.body) - set(node.params))
    tree = reading.definition(name).tree
    if unbound:
        check_left(reading, name)
        at = next((n for n in s.walk(tree) if _has_index(n, unbound[0])), tree)
        one_hot = "" if node.params else ", or write a label as one-hot, `\\sum_k t_k …`"
        raise reading.cannot(
            at,
            f"the index {unbound[0]} stands in the definition of {name}, and nothing binds it",
            f"give {name} the index {unbound[0]}, or sum over it{one_hot}",
        )
    if "index" in kinds and "axis" in kinds:
        raise reading.cannot(
            tree,
            f"{name} is defined entry by entry, but by something that lacks an index",
            "write every index, or none",
        )


def check_left(reading: Reading, name: str) -> None:
    """``y_{ib}`` is a name where nothing shows that b is an index."""
    written = reading.written_letters(reading.definition(name))
    odd = sorted(x for x in written if x not in reading.environment.names.letters)
    if odd:
        chain = reading.chain_of(name)
        assert chain is not None and isinstance(chain.parts[0].tree, s.Symbol)
        raise reading.cannot(
            chain.parts[0].tree,
            f"{name} is read as one name, since nothing shows that {odd[0]} is an index",
            "use one of i j k l m n p q r s t, or a letter that a sum runs over",
        )


def _has_index(tree: s.Syntax, letter: str) -> bool:
    return isinstance(tree, s.Symbol) and letter in map(letter_of, tree.sub)


def check_counts(reading: Reading, graph: e.Graph) -> None:
    """A symbol that carries now one number of indices, now another."""
    counts: dict[str, set[int]] = defaultdict(set)
    for name in graph.nodes:
        definition = reading.definition(name)
        counts[name].add(len(definition.letters))
        for tree in s.walk(definition.tree):
            if isinstance(tree, s.Symbol):
                resolved = reading.environment.names.resolve(tree)
                known = resolved.name in graph.nodes or resolved.name in graph.leaves
                here, elsewhere = len(resolved.indices), counts[resolved.name] - {0}
                if known and here and elsewhere - {here}:
                    number = f"{here} {'index' if here == 1 else 'indices'}"
                    reason = f"{resolved.name} has {number} here and {min(elsewhere - {here})} elsewhere"
                    raise reading.cannot(tree, reason, "write the same indices everywhere")
                counts[resolved.name].add(here)


def check_conditions(reading: Reading, graph: e.Graph, definition: Definition) -> None:
    """A definition that holds in some cases only, the others left open."""
    chain = reading.chain_of(definition.name)
    for compare in chain.conditions if chain is not None else ():
        resolved = [
            reading.environment.names.resolve(n).name for n in s.walk(compare) if isinstance(n, s.Symbol)
        ]
        sides = {letter_of(compare.left), letter_of(compare.right)}
        about_values = compare.sign != "in" and any(n in graph.nodes or n in graph.leaves for n in resolved)
        if about_values or (compare.sign == "!=" and sides & set(definition.letters)):
            raise reading.cannot(
                definition.tree,
                f"{definition.name} is defined under a condition only",
                "write `\\begin{cases} … \\end{cases}`, with the other case",
            )


def check_sizes(reading: Reading, graph: e.Graph, node: e.Node) -> None:
    """An index that runs over one size and stands where another is due."""
    tree = reading.definition(node.name).tree

    def walk(body: e.Expr, scope: dict[str, str]) -> None:
        if isinstance(body, e.Sum):
            scope = scope | {body.index: body.size}
        if isinstance(body, e.Var | e.Ref):
            if len(body.indices) != len(graph.sizes(body.name)):
                raise reading.cannot(tree, f"{body.name} lacks an index", "write the same indices everywhere")
            for index, size in zip(body.indices, graph.sizes(body.name), strict=True):
                if isinstance(index, str) and scope.get(index) != size:
                    reason = f"an index of {body.name} runs over {scope.get(index)} and over {size}"
                    raise reading.cannot(tree, reason, "give each size its own name")
        for child in e.children(body):
            walk(child, scope)

    walk(node.body, dict(zip(node.params, node.sizes, strict=True)))
