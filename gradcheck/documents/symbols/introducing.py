"""Which relation introduces which symbol: the first, unless a better or a later one does."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.series import written_alike
from gradcheck.documents.symbols.candidates import Introduced, candidates_of, may_define
from gradcheck.documents.symbols.names import Names


def find_introduced(chains: list[Chain], names: Names, kronecker: set[str]) -> list[Introduced]:
    """Every definition: the first for each name, and later ones in later sections."""
    found: list[Introduced] = []
    latest: dict[str, Introduced] = {}
    forward = _forward_names(chains, names)
    ordered = [c for c in chains if c.order < 0] + [c for c in chains if c.order >= 0]
    ordered.sort(key=lambda c: (c.section, not c.displayed))
    for chain in ordered:
        for candidate in candidates_of(chain, names):
            if candidate.name in kronecker or not may_define(candidate, names):
                continue
            if candidate.backwards and candidate.name in forward:
                continue
            before = latest.get(candidate.name)
            if before is not None:
                if not _supersedes(candidate, before, names):
                    continue
                if _compete(candidate, before):
                    found.remove(before)
            if _closes_a_circle(candidate, latest, names):
                continue
            found.append(candidate)
            latest[candidate.name] = candidate
    return found


def _supersedes(candidate: Introduced, before: Introduced, names: Names) -> bool:
    """Whether the symbol is defined anew, instead of or after the definition before."""
    if _compete(candidate, before):
        return _better(candidate, before)
    if written_alike(before.tree, candidate.tree):
        return False
    return _is_later_function(candidate, before) or _redefines(candidate, before, names)


def _compete(candidate: Introduced, before: Introduced) -> bool:
    """Whether only one of the two can be in force: they stand in one section."""
    in_one_place = before.section == candidate.section or before.chain is None
    return in_one_place and not _is_later_function(candidate, before)


def _is_later_function(candidate: Introduced, before: Introduced) -> bool:
    """Whether one of the two defines a function, and the candidate stands in a later section."""
    return candidate.section > before.section and bool(candidate.formal or before.formal)


def _closes_a_circle(candidate: Introduced, latest: dict[str, Introduced], names: Names) -> bool:
    """Whether earlier definitions already say how this symbol's right side depends on it."""
    seen: set[str] = set()
    stack = [candidate.tree]
    while stack:
        for node in s.walk(stack.pop()):
            name = names.resolve(node).name if isinstance(node, s.Symbol) else None
            if name == "e" and isinstance(node, s.Symbol) and not node.sub:
                continue
            if name == candidate.name:
                return candidate.formal is None
            if name in latest and name not in seen:
                seen.add(name)
                stack.append(latest[name].tree)
    return False


def _forward_names(chains: list[Chain], names: Names) -> set[str]:
    """Symbols in relations without a derivative: ``∂L/∂y = g`` does not introduce one of these."""
    found = set[str]()
    for chain in chains:
        trees = [p.tree for p in chain.parts if isinstance(p.tree, s.Syntax)]
        nodes = [n for t in trees for n in s.walk(t)]
        if not any(isinstance(n, s.Derivative) for n in nodes):
            found |= {names.resolve(n).name for n in nodes if isinstance(n, s.Symbol)}
        else:
            targets = [w for n in nodes if isinstance(n, s.Derivative) for w in n.wrt]
            found |= {names.resolve(n).name for n in targets if isinstance(n, s.Symbol)}
    return found


def _better(candidate: Introduced, before: Introduced) -> bool:
    """An indexed definition is preferred to the same one in whole arrays."""
    return bool(candidate.letters) and not before.letters and _is_bare(before)


def _is_bare(found: Introduced) -> bool:
    """Whether no symbol of a definition has an index."""
    return not any(isinstance(n, s.Symbol) and n.sub for n in s.walk(found.tree))


def _redefines(candidate: Introduced, before: Introduced, names: Names) -> bool:
    """Whether a later section gives the symbol another meaning, rather than stating it again."""
    old, new = (
        {names.resolve(n).name for n in s.walk(f.tree) if isinstance(n, s.Symbol)}
        for f in (before, candidate)
    )
    restated = len(old & new) >= len(old | new) / 2
    return not restated and not any(isinstance(n, s.Dots) for n in s.walk(candidate.tree))
