"""The losses of a document, and the quantities that an undefined loss hangs on."""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.symbols.candidates import Introduced
from gradcheck.documents.symbols.names import Names
from gradcheck.documents.symbols.relations import head_of

_LOSSES = frozenset(
    r"""L l J E C \ell \mathcal{L} \mathcal{J} \mathcal{E} \text{loss} \text{Loss} \mathcal{C} \text{L}
    R""".split()
)


def find_losses(
    trees: list[s.Syntax], names: Names, introduced: list[Introduced], collected: Collected
) -> set[str]:
    """Numerators that nothing defines; else the defined scalars that are differentiated as losses."""
    defined = {i.name: i for i in introduced}
    numerators: dict[str, int] = {}
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Derivative) and node.of is not None:
                name = _numerator(node, node.of, names)
                if name is not None:
                    numerators[name] = numerators.get(name, 0) + 1
    declared = {d.loss for d in collected.declared if d.loss}
    undefined = {n for n in numerators if n not in defined and (n in _LOSSES or not names.slots.get(n))}
    losses = {n for n in undefined if n in _LOSSES} or undefined
    named = {n for n in numerators if n in defined and n in _LOSSES and not defined[n].letters}
    named |= {i.name for i in introduced if i.name in _LOSSES and not i.letters and i.formal is None}
    return losses | declared | named


def _numerator(derivative: s.Derivative, of: s.Syntax, names: Names) -> str | None:
    """The symbol that is differentiated; not the x of ``∂/∂x [x²]``, nor the λ of ``∂/∂λ [λ (a + b)]``."""
    head = head_of(of)
    if not isinstance(head, s.Symbol):
        return None
    resolved = names.resolve(head)
    by = {w.name for w in derivative.wrt if isinstance(w, s.Symbol)}
    if resolved.indices or resolved.power is not None or head.name in by:
        return None
    return resolved.name


def find_roots(
    losses: set[str], meaning: Meaning, differentiated: set[tuple[str, str]], collected: Collected
) -> dict[str, tuple[str, ...]]:
    """For each undefined loss, the deepest nodes that it is differentiated by."""
    undefined = losses - set(meaning.definitions)
    wanted: dict[str, set[str]] = {loss: set() for loss in undefined}
    for loss, name in differentiated:
        if loss in wanted:
            wanted[loss].add(name)
    parents = {
        name: {n.name for n in e.walk(d.node.body) if isinstance(n, (e.Ref, e.Var))}
        for name, d in meaning.defined.items()
        if not d.abbreviation
    }
    declared = next((d.output for d in reversed(collected.declared) if d.output), [])
    roots: dict[str, tuple[str, ...]] = {}
    for loss, names in wanted.items():
        nodes = {n for n in names if n in parents}
        outputs = [o for o in declared if o in parents]
        deepest = {n for n in nodes if not any(m != n and _reaches(m, n, parents) for m in nodes)}
        if not deepest and names:
            deepest = _sinks(names, parents)
        roots[loss] = tuple(sorted(outputs or deepest))
    return roots


def loss_derivatives(names: Names, trees: list[s.Syntax]) -> set[tuple[str, str]]:
    """Every (loss, symbol) such that ``∂loss/∂symbol`` is written somewhere."""
    found = set()
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Derivative) and node.of is not None and len(node.wrt) == 1:
                head, wrt = head_of(node.of), node.wrt[0]
                if isinstance(head, s.Symbol) and isinstance(wrt, s.Symbol):
                    by = names.resolve(wrt)
                    found.add((names.resolve(head).name, by.name + "'" * by.primes))
    return found


def _sinks(names: set[str], parents: dict[str, set[str]]) -> set[str]:
    """The nodes that depend on what is differentiated by and that no other node uses."""
    used = set[str]().union(*parents.values()) if parents else set()
    return {n for n in parents if n not in used and any(_reaches(n, m, parents) for m in names)}


def _reaches(node: str, ancestor: str, parents: dict[str, set[str]]) -> bool:
    """Whether ``node`` depends on ``ancestor``."""
    seen, stack = set[str](), [node]
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent == ancestor:
                return True
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return False
