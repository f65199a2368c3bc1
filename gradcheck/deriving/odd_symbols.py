"""Symbols that read one way and may mean another: words, functions, computed subscripts, labels."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.deriving.readings import Reading
from gradcheck.documents.meaning.frames import Definition
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of

_COMMANDS = frozenset(
    """exp log sin cos tan tanh max min sum alpha beta gamma delta epsilon zeta eta theta kappa lambda rho
    sigma tau phi chi psi omega""".split()
)


def check_words(reading: Reading, tree: s.Syntax) -> None:
    """A word without a command, ``target``, was read as a product of letters."""
    for node in s.walk(tree):
        for run in _side_by_side(node):
            word = "".join(symbol.name for symbol in run)
            if len(run) > 3 or word in _COMMANDS:
                help = f"write `\\{word}`" if word in _COMMANDS else f"write `\\text{{{word}}}`"
                raise reading.cannot(run[0], f"`{word}` is a product of {len(run)} letters", help)


def _side_by_side(tree: s.Syntax) -> Iterator[list[s.Symbol]]:
    """Small letters that are written without a gap."""
    run: list[s.Symbol] = []
    for factor in tree.factors if isinstance(tree, s.Product) else ():
        letter = isinstance(factor, s.Symbol) and len(factor.name) == 1 and factor.name.islower()
        if run and not (letter and run[-1].end == factor.start):
            yield run
            run = []
        if letter and isinstance(factor, s.Symbol):
            run.append(factor)
    yield run


def check_functions(reading: Reading, graph: e.Graph, definition: Definition) -> None:
    """``f(x)`` with an f that nothing defines was read as a product."""
    for tree in s.walk(definition.tree):
        for symbol, group in _applied(tree):
            resolved = reading.environment.names.resolve(symbol)
            unknown = resolved.name in graph.leaves and not graph.leaves[resolved.name]
            named = symbol.name.startswith("\\text{")
            if unknown and (named or len(group.items) != 1 or isinstance(group.items[0], s.Symbol)):
                raise reading.cannot(
                    symbol,
                    f"{resolved.name} is applied like a function, and nothing defines it",
                    f"define it, `{resolved.name}(z) = …`; if a product is meant, leave out the brackets",
                )


def _applied(tree: s.Syntax) -> Iterator[tuple[s.Symbol, s.Group]]:
    """Each symbol with a bracket right behind it."""
    if isinstance(tree, s.Product):
        for neighbours in zip(tree.factors, tree.joins, tree.factors[1:], strict=False):
            match neighbours:
                case (s.Symbol() as symbol, "", s.Group(bracket="(") as group):
                    yield symbol, group
                case _:
                    pass


def check_subscripts(reading: Reading, definition: Definition) -> None:
    """A subscript that computes with an index, ``x_{i+u}``, was read as part of the name."""
    bound = {b.letter for n in s.walk(definition.tree) if isinstance(n, s.Big) for b in n.binders}
    bound |= set(definition.letters)
    running = bound | reading.written_letters(definition)
    for tree in s.walk(definition.tree):
        for item in tree.sub if isinstance(tree, s.Symbol) else ():
            if letter_of(item) is None and not isinstance(item, s.Number):
                letters = {letter_of(n) for n in s.walk(item) if isinstance(n, s.Symbol)}
                if letters & running or not isinstance(item, s.Symbol | s.Total | s.Product | s.Group):
                    raise reading.cannot(
                        item,
                        "a subscript that is computed, and not an index alone",
                        "give what it picks an index of its own",
                    )


def check_joint_labels(reading: Reading, definition: Definition) -> None:
    """``x_{nd}`` with a sum over n was read as one name where nothing shows that d is an index."""
    bound = {b.letter for n in s.walk(definition.tree) if isinstance(n, s.Big) for b in n.binders}
    for tree in s.walk(definition.tree):
        letters = [letter_of(item) for item in tree.sub] if isinstance(tree, s.Symbol) else []
        if len(letters) > 1 and bound & set(letters) and isinstance(tree, s.Symbol):
            odd = [x for x in letters if x and x not in reading.environment.names.letters]
            if odd and not reading.environment.names.resolve(tree).indices:
                raise reading.cannot(
                    tree,
                    f"what is below {tree.name} is read as a label: nothing shows that {odd[0]} is an index",
                    "use one of i j k l m n p q r s t, or a letter that a sum runs over",
                )


def check_labels(reading: Reading, definition: Definition) -> None:
    """``p_c`` beside ``p_i = …`` was read as a name of its own, and is an entry of p."""
    for tree in s.walk(definition.tree):
        if isinstance(tree, s.Symbol) and len(tree.sub) == 1 and (letter := letter_of(tree.sub[0])):
            name = reading.environment.names.resolve(tree).name
            node = reading.graph.nodes.get(tree.name)
            if node is not None and node.params and name not in reading.graph.nodes and name != tree.name:
                raise reading.cannot(
                    tree,
                    f"{name} is read as one name, though {tree.name} has indices and {letter} may be one",
                    "write a label as one-hot, `\\sum_k t_k …`, and a name of its own without this letter",
                )


def check_norms(reading: Reading, graph: e.Graph, definition: Definition) -> None:
    """The length of what was read as a number."""
    for norm in s.walk(definition.tree):
        if isinstance(norm, s.Norm) and norm.kind == "norm":
            names = [
                reading.environment.names.resolve(n).name for n in s.walk(norm) if isinstance(n, s.Symbol)
            ]
            if not any((n in graph.nodes or n in graph.leaves) and graph.sizes(n) for n in names):
                raise reading.cannot(
                    norm,
                    "the length of what is read as a number",
                    r"say what runs, `\sqrt{\sum_i x_i^2}`, or state the shape, `x \in \mathbb{R}^n`",
                )
