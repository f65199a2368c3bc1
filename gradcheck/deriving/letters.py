"""Index letters that can be printed, each for one size throughout.

A document's own letters stay where they are plain; the names that the reader made up, and letters
that run over two sizes or that name something, give way to free ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.size_names import with_printable_sizes

_FREE = "ijklpqrstuvwabcfghmnoxyz"
_ENOUGH = 6
_NAMED = re.compile(r"\\text\{[^}]*\}|\\[A-Za-z]+")


def with_letters(
    graph: e.Graph, taken: frozenset[str] = frozenset()
) -> tuple[e.Graph, dict[str, tuple[str, ...]]]:
    """The graph with every index a letter, and for each size the letters to print, its own first.

    No letter is that of two sizes while there are enough; the names in ``taken`` are kept free, as are
    those of the symbols and sizes. The indices inside a definition differ from each other and from
    those it has.
    """
    graph = with_printable_sizes(graph, taken)
    letters = _shared_out(graph, taken)
    nodes = {name: _relettered(node, letters) for name, node in graph.nodes.items()}
    return replace(graph, nodes=nodes), letters


def _shared_out(graph: e.Graph, taken: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The letters of each size: those of the document, then free ones dealt in turn."""
    names = taken | set(graph.nodes) | set(graph.leaves) | _sizes(graph)
    owner: dict[str, str] = {}
    for letter, size in _written(graph):
        if _is_plain(letter) and letter not in names:
            owner.setdefault(letter, size)
    letters = {size: [x for x, its in owner.items() if its == size] for size in _all_sizes(graph)}
    spelled = {x for name in names for x in _NAMED.sub("", name)}
    free = [x for x in _FREE if x not in owner and x not in spelled and x not in names]
    while free and any(len(found) < _ENOUGH for found in letters.values()):
        size = min(letters, key=lambda s: len(letters[s]))
        letters[size].append(free.pop(0))
    return {size: _filled(size, letters) for size in letters}


def _filled(size: str, letters: dict[str, list[str]]) -> tuple[str, ...]:
    """Where the alphabet is used up, the last letters of other sizes serve again."""
    own = letters[size]
    others = [x for its in letters.values() for x in reversed(its) if its is not own]
    return (*own, *others[: max(_ENOUGH - len(own), 0)])


def _is_plain(letter: str) -> bool:
    """Whether an index can be printed as it is: a small letter."""
    return letter == "\\ell" or (len(letter) == 1 and "a" <= letter <= "z")


def _sizes(graph: e.Graph) -> set[str]:
    return set(_all_sizes(graph)) | {
        n.name for node in graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Size)
    }


def _all_sizes(graph: e.Graph) -> dict[str, None]:
    """Every size that an index runs over, in the order in which they occur."""
    found = dict.fromkeys(size for _, size in _written(graph))
    return found | dict.fromkeys(size for sizes in graph.leaves.values() for size in sizes)


def _written(graph: e.Graph) -> Iterator[tuple[str, str]]:
    """Each index with its size: first those of the definitions, then those that sums bind."""
    for node in graph.nodes.values():
        yield from zip(node.params, node.sizes, strict=True)
    for node in graph.nodes.values():
        for part in e.walk(node.body):
            if isinstance(part, e.Sum):
                yield part.index, part.size


def _relettered(node: e.Node, letters: dict[str, tuple[str, ...]]) -> e.Node:
    mapping: dict[str, str] = {}
    for param, size in zip(node.params, node.sizes, strict=True):
        mapping[param] = _chosen(param, size, letters, set(mapping.values()))
    return replace(node, params=tuple(mapping.values()), body=_with_bound(node.body, mapping, letters))


def _with_bound(body: e.Expr, scope: dict[str, str], letters: dict[str, tuple[str, ...]]) -> e.Expr:
    """``body`` with free indices renamed by ``scope``, and those of its sums to letters not in use."""

    def index(old: e.Index) -> e.Index:
        return scope.get(old, old) if isinstance(old, str) else old

    match body:
        case e.Sum(bound, size, inner):
            letter = _chosen(bound, size, letters, set(scope.values()))
            return e.Sum(letter, size, _with_bound(inner, {**scope, bound: letter}, letters))
        case e.Var(name, indices):
            return e.Var(name, tuple(map(index, indices)))
        case e.Ref(name, indices):
            return e.Ref(name, tuple(map(index, indices)))
        case e.Delta(left, right):
            return e.Delta(index(left), index(right))
        case e.Add(terms):
            return e.Add(tuple(_with_bound(t, scope, letters) for t in terms))
        case e.Mul(factors):
            return e.Mul(tuple(_with_bound(f, scope, letters) for f in factors))
        case e.Pow(base, exponent):
            return e.Pow(_with_bound(base, scope, letters), _with_bound(exponent, scope, letters))
        case e.Fun(name, args):
            return e.Fun(name, tuple(_with_bound(a, scope, letters) for a in args))
        case _:
            return body


def _chosen(old: str, size: str, letters: dict[str, tuple[str, ...]], used: set[str]) -> str:
    """The letter itself if it is one of this size's, else the first that is not in use."""
    if old in letters[size] and old not in used:
        return old
    found = next((x for x in letters[size] if x not in used), None)
    if found is None:
        raise CannotDerive(f"more than {len(letters[size])} indices over {size} in one definition")
    return found
