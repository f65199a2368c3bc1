"""What the left sides of relations say about names: squares, split names, Kronecker deltas."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Names, letter_of
from gradcheck.documents.symbols.relations import head_of


def squared_names(chains: list[Chain], trees: list[s.Syntax]) -> set[tuple[str, str]]:
    """Symbols whose square is the name: something defines ``σ^2`` or differentiates by it."""
    found: set[tuple[str, str]] = set()

    def note(tree: s.Syntax | Refusal) -> None:
        if isinstance(tree, s.Symbol) and tree.sup_text == "2":
            labels = [i for i in tree.sub if not isinstance(i, s.Number) and not _is_small(i)]
            found.add((tree.name, ",".join(_plain(i) for i in labels)))

    for chain in chains:
        if len(chain.parts) > 1:
            note(chain.parts[0].tree)
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Derivative) and len(node.wrt) == 1:
                note(node.wrt[0])
                if isinstance(node.of, s.Symbol) and not _by_itself(node.of, node.wrt[0]):
                    note(node.of)
    return {f for f in found if f not in _rooted(chains)}


def _by_itself(of: s.Symbol, wrt: s.Syntax) -> bool:
    """Whether a square is differentiated by what is squared, ``∂/∂x [x²]``: then it is a power."""
    return isinstance(wrt, s.Symbol) and wrt.sup is None and wrt.name == of.name


def _is_small(item: s.Syntax) -> bool:
    """Whether a subscript is a lower-case letter, and so an index."""
    letter = letter_of(item)
    return letter is not None and letter.islower()


def split_names(chains: list[Chain]) -> frozenset[str]:
    """Symbols that are one thing bare and another with an index: ``L = \\sum_i L_i``."""
    found = set()
    for chain in chains:
        left = chain.parts[0].tree
        if len(chain.parts) > 1 and isinstance(left, s.Symbol) and not left.sub:
            right = chain.parts[1].tree
            nodes = s.walk(right) if isinstance(right, s.Syntax) else ()
            if any(isinstance(n, s.Symbol) and n.name == left.name and n.sub for n in nodes):
                found.add(left.name)
    return frozenset(found)


def entry_names(chains: list[Chain]) -> frozenset[str]:
    """Symbols that are defined entry by entry: ``n_i = \\tanh(a_i)`` with the same letter on both sides."""
    found = set()
    for chain in chains:
        left = chain.parts[0].tree
        if len(chain.parts) < 2 or not isinstance(left, s.Symbol) or len(left.sub) != 1:
            continue
        letter, right = letter_of(left.sub[0]), chain.parts[1].tree
        nodes = s.walk(right) if isinstance(right, s.Syntax) and letter is not None else ()
        if any(isinstance(n, s.Symbol) and letter in map(letter_of, n.sub) for n in nodes):
            found.add(left.name)
    return frozenset(found)


def _rooted(chains: list[Chain]) -> set[tuple[str, str]]:
    """Symbols that are defined without a square."""
    return {
        (c.parts[0].tree.name, c.parts[0].tree.sub_text)
        for c in chains
        if len(c.parts) > 1 and isinstance(c.parts[0].tree, s.Symbol) and c.parts[0].tree.sup is None
    }


def _plain(item: s.Syntax) -> str:
    """A label as text, whatever is no symbol as ``?``."""
    return item.name if isinstance(item, s.Symbol) else "?"


def left_sides(chains: list[Chain], names: Names) -> set[str]:
    """Every symbol that stands, unprimed, on the left of a relation, alone or applied."""
    found = set()
    for chain in chains:
        left = head_of(chain.parts[0].tree) if isinstance(chain.parts[0].tree, s.Syntax) else None
        if len(chain.parts) > 1 and isinstance(left, s.Symbol) and not left.primes:
            found.add(names.resolve(left).name)
    return found


def kronecker_names(chains: list[Chain], names: Names) -> set[str]:
    """Symbols defined as 1 where their two indices are equal and 0 elsewhere."""
    found = set()
    for chain in chains:
        if len(chain.parts) < 2 or not isinstance(chain.parts[0].tree, s.Symbol):
            continue
        left, right = names.resolve(chain.parts[0].tree), chain.parts[1].tree
        if len(left.indices) == 2 and _is_kronecker(right, set(map(letter_of, left.indices))):
            found.add(left.name)
    return found


def _is_kronecker(tree: s.Syntax | Refusal, letters: set[str | None]) -> bool:
    """Whether a right side is 1 where its two letters agree and 0 elsewhere."""
    if isinstance(tree, s.Indicator):
        (compare,) = tree.conditions if len(tree.conditions) == 1 else (None,)
        return isinstance(compare, s.Compare) and _compares(compare, letters, "=")
    if not isinstance(tree, s.Cases) or len(tree.rows) != 2:
        return False
    values = [v.value if isinstance(v, s.Number) else None for v, _ in tree.rows]
    first = tree.rows[0][1]
    if sorted(v for v in values if v is not None) != [0, 1] or len(first) != 1:
        return False
    return _compares(first[0], letters, "=" if values[0] == 1 else "!=")


def _compares(compare: s.Compare, letters: set[str | None], sign: str) -> bool:
    """Whether a comparison is between these letters, by this sign."""
    return compare.sign == sign and {letter_of(compare.left), letter_of(compare.right)} == letters
