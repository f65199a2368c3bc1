"""From collected statements to meanings: which symbols are defined, where, and as what.

The first relation with an undefined symbol alone on its left defines it, wherever it
stands in the document. A symbol that a later section defines anew starts an *epoch*:
before it the old definition is in force, from that section on the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gradcheck.algebra import expr as e
from gradcheck.documents import syntax as s
from gradcheck.documents.arrays import arrays_in
from gradcheck.documents.collect import Chain, Collected
from gradcheck.documents.declared import Declared
from gradcheck.documents.meaning import Definition, Meaning
from gradcheck.documents.names import Names, Resolved, _letter, is_transpose
from gradcheck.documents.parser import Parser
from gradcheck.documents.series import differences
from gradcheck.documents.sizes import Scope, Sizes, scan, spelled
from gradcheck.documents.statements import is_decided, read_statements
from gradcheck.documents.tokens import Refusal, tokenise

_LOSSES = frozenset(
    r"""L l J E C \ell \mathcal{L} \mathcal{J} \mathcal{E} \text{loss} \text{Loss} \mathcal{C} \text{L}
    R""".split()
)


@dataclass
class Introduced:
    """A definition found in the document: part ``at`` of ``chain`` introduces ``name``."""

    name: str
    letters: tuple[str, ...]
    tree: s.Syntax
    chain: Chain | None
    at: int
    section: int
    formal: str | None = None
    dependent: bool = False
    backwards: bool = False


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
    declared = _declared_chains(collected)
    trees = list(_trees(chains)) + [t for _, t in collected.bare] + list(_trees(declared))
    trees += [sh.symbol for sh in collected.shapes] + list(collected.conditions)
    squares = _squares(chains + declared, trees)
    names = Names(trees, squares, _split_names(chains + declared))
    kronecker = _kronecker_names(chains + declared, names)
    names.deltas |= kronecker
    names.defined = _left_sides(chains + declared, names)
    introduced = [
        i for i in _introduced(chains + declared, names, kronecker) if (i.name, i.section) not in restated
    ]
    names.deltas -= {i.name for i in introduced if len(i.letters) == 2 and i.name not in kronecker}
    sizes = Sizes()
    scopes = _scanned(chains + declared, introduced, names, sizes)
    losses = _losses(trees, names, introduced, collected)
    environment = Environment(names, sizes, losses, introduced, scopes)
    for found in introduced:
        if found.chain is not None and found.chain.order >= 0:
            environment.defining[found.chain.order, found.at] = found
    shapes = _shapes(collected, names, sizes)
    matrix_mode = _is_matrix_mode(trees, names, bool(shapes))
    environment.normalised = _normalised(chains + _assumed(collected), names)
    environment.kronecker = kronecker
    environment.says_symmetric = bool(re.search(r"\bsymmetric\b", collected.prose, re.I))
    environment.says_normalised = bool(_NORMALISED.search(collected.prose))
    _understand(environment, collected, shapes, matrix_mode, trees)
    return environment


_NORMALISED = re.compile(
    r"\bone[- ]hot\b|\bsums? (up )?to (1|one)\b|\badds? up to (1|one)\b|\bprobability distribution\b", re.I
)


def _normalised(chains: list[Chain], names: Names) -> set[str]:
    """Inputs of which the document says that their entries sum to 1."""
    found = set()
    for chain in chains:
        for before, after in zip(chain.parts, chain.parts[1:], strict=False):
            big, one = before.tree, after.tree
            if (
                isinstance(big, s.Big)
                and isinstance(one, s.Number)
                and one.value == 1
                and isinstance(big.body, s.Symbol)
            ):
                found.add(names.resolve(big.body).name)
    return found


def _assumed(collected: Collected) -> list[Chain]:
    return [c for d in collected.declared for text in d.assume for c in _read_equation(text, collected, d)]


# -- collecting definitions ------------------------------------------------------------


def _trees(chains: list[Chain]) -> Iterator[s.Syntax]:
    for chain in chains:
        for part in chain.parts:
            if isinstance(part.tree, s.Syntax):
                yield part.tree
        yield from chain.conditions
        for _, annotation in chain.annotations:
            yield from (p.tree for p in annotation.parts if isinstance(p.tree, s.Syntax))


def _declared_chains(collected: Collected) -> list[Chain]:
    """``define = […]`` as chains of the section that they apply from."""
    chains: list[Chain] = []
    for declared in collected.declared:
        for text in declared.define:
            chains += _read_equation(text, collected, declared)
    return chains


def _read_equation(text: str, collected: Collected, declared: Declared) -> list[Chain]:
    tokens = tokenise(text, [-1] * (len(text) + 1), collected.macros)
    tokens = [replace(t, start=-1 - k, end=-1 - k) for k, t in enumerate(tokens)]
    section = declared.section
    return [
        Chain(st.parts, [], [], [], section, False, -1)
        for st in read_statements(tokens)
        if st.kind == "chain"
    ]


def _squares(chains: list[Chain], trees: list[s.Syntax]) -> set[tuple[str, str]]:
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
                if node.of is not None and isinstance(node.of, s.Symbol):
                    note(node.of)
    return {f for f in found if f not in _rooted(chains)}


def _is_small(item: s.Syntax) -> bool:
    letter = _letter(item)
    return letter is not None and letter.islower()


def _split_names(chains: list[Chain]) -> frozenset[str]:
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


def _rooted(chains: list[Chain]) -> set[tuple[str, str]]:
    """Symbols that are defined without a square."""
    return {
        (c.parts[0].tree.name, c.parts[0].tree.sub_text)
        for c in chains
        if len(c.parts) > 1 and isinstance(c.parts[0].tree, s.Symbol) and c.parts[0].tree.sup is None
    }


def _plain(item: s.Syntax) -> str:
    return item.name if isinstance(item, s.Symbol) else "?"


def _left_sides(chains: list[Chain], names: Names) -> set[str]:
    """Every symbol that stands, unprimed, on the left of a relation, alone or applied."""
    found = set()
    for chain in chains:
        left = _head(chain.parts[0].tree) if isinstance(chain.parts[0].tree, s.Syntax) else None
        if len(chain.parts) > 1 and isinstance(left, s.Symbol) and not left.primes:
            found.add(names.resolve(left).name)
    return found


def _kronecker_names(chains: list[Chain], names: Names) -> set[str]:
    """Symbols defined as 1 where their two indices are equal and 0 elsewhere."""
    found = set()
    for chain in chains:
        if len(chain.parts) < 2 or not isinstance(chain.parts[0].tree, s.Symbol):
            continue
        left, right = names.resolve(chain.parts[0].tree), chain.parts[1].tree
        if len(left.indices) == 2 and _is_kronecker(right, set(map(_letter, left.indices))):
            found.add(left.name)
    return found


def _is_kronecker(tree: s.Syntax | Refusal, letters: set[str | None]) -> bool:
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
    return compare.sign == sign and {_letter(compare.left), _letter(compare.right)} == letters


def _introduced(chains: list[Chain], names: Names, kronecker: set[str]) -> list[Introduced]:
    """Every definition: the first for each name, and later ones in later sections."""
    found: list[Introduced] = []
    latest: dict[str, Introduced] = {}
    forward = _forward_names(chains, names)
    ordered = [c for c in chains if c.order < 0] + [c for c in chains if c.order >= 0]
    ordered.sort(key=lambda c: (c.section, not c.displayed))
    for chain in ordered:
        for candidate in _candidates(chain, names):
            if (
                candidate.name in kronecker
                or not _may_define(candidate, names)
                or (candidate.backwards and candidate.name in forward)
            ):
                continue
            before = latest.get(candidate.name)
            if before is not None:
                if candidate.section > before.section and (candidate.formal or before.formal):
                    if _same_tree(before.tree, candidate.tree):
                        continue
                elif before.section == candidate.section or before.chain is None:
                    if not _better(candidate, before):
                        continue
                    found.remove(before)
                elif _same_tree(before.tree, candidate.tree) or not _redefines(candidate, before, names):
                    continue
            if _closes_a_circle(candidate, latest, names):
                continue
            found.append(candidate)
            latest[candidate.name] = candidate
    return found


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
    return not any(isinstance(n, s.Symbol) and n.sub for n in s.walk(found.tree))


def _redefines(candidate: Introduced, before: Introduced, names: Names) -> bool:
    """Whether a later section gives the symbol another meaning, rather than stating it again."""
    old, new = (
        {names.resolve(n).name for n in s.walk(f.tree) if isinstance(n, s.Symbol)}
        for f in (before, candidate)
    )
    restated = len(old & new) >= len(old | new) / 2
    return not restated and not any(isinstance(n, s.Dots) for n in s.walk(candidate.tree))


def _same_tree(a: s.Syntax, b: s.Syntax) -> bool:
    return differences(a, b) == []


def _candidates(chain: Chain, names: Names) -> Iterator[Introduced]:
    """What a chain may define: its left side, or a bare symbol at its right end."""
    for at in range(1, min(2, len(chain.parts))):
        left, right = chain.parts[at - 1].tree, chain.parts[at].tree
        sign = chain.parts[at].sign
        if sign is None or not is_decided(sign) or isinstance(right, s.Placeholder):
            continue
        if isinstance(left, Refusal) or isinstance(right, Refusal):
            continue
        if isinstance(left, s.Symbol):
            yield from _symbol_defined(chain, at, left, right, names)
        elif isinstance(left, s.Product):
            yield from _function_defined(chain, at, left, right, names)
        elif isinstance(left, s.Derivative) and isinstance(right, s.Symbol) and len(chain.parts) == 2:
            for found in _symbol_defined(chain, at, right, left, names):
                yield replace(found, backwards=True)


def _symbol_defined(
    chain: Chain, at: int, left: s.Symbol, right: s.Syntax, names: Names
) -> Iterator[Introduced]:
    if isinstance(right, s.Matrix):
        return
    resolved = names.resolve(left)
    letters = [_letter(i) for i in resolved.indices]
    if resolved.power is not None or resolved.transposed or resolved.path or None in letters:
        return
    known = [x for x in letters if x and (x.islower() or names.is_bound(x))]
    if len(known) != len(letters) or len(set(known)) < len(known):
        return
    name = resolved.name + "'" * resolved.primes
    if resolved.primes and resolved.name in names.defined:
        return
    yield Introduced(name, tuple(known), right, chain, at, chain.section)


def _function_defined(
    chain: Chain, at: int, left: s.Product, right: s.Syntax, names: Names
) -> Iterator[Introduced]:
    """``f(z) = …``: a function of a scalar, or a quantity that depends on z."""
    if len(left.factors) != 2 or left.joins[0] != "" or not isinstance(left.factors[0], s.Symbol):
        return
    group = left.factors[1]
    if not isinstance(group, s.Group) or group.bracket not in ("(", "["):
        return
    if not all(isinstance(i, s.Symbol) for i in group.items):
        return
    resolved = names.resolve(left.factors[0])
    if resolved.primes or resolved.power is not None:
        return
    argument = group.items[0]
    assert isinstance(argument, s.Symbol)
    inner = names.resolve(argument)
    scalar = len(group.items) == 1 and not inner.indices and not names.slots.get(inner.name)
    formal = inner.name if scalar and not resolved.indices and _uses_bare(right, inner, names) else None
    letters = tuple(x for x in map(_letter, resolved.indices) if x)
    yield Introduced(resolved.name, letters, right, chain, at, chain.section, formal, formal is None)


def _uses_bare(tree: s.Syntax, formal: Resolved, names: Names) -> bool:
    """Whether the right side is elementary in the formal parameter: no products of arrays."""
    has = any(isinstance(n, s.Symbol) and names.resolve(n).name == formal.name for n in s.walk(tree))
    matrices = any(
        isinstance(n, s.Symbol) and n.name.isupper() and not n.name.startswith("\\") for n in s.walk(tree)
    )
    others = {
        names.resolve(n).name
        for n in s.walk(tree)
        if isinstance(n, s.Symbol) and n.name not in ("e", "\\pi") and len(n.name) == 1
    } - {formal.name}
    return has and not matrices and len(others) < 2 and not any(isinstance(n, s.Big) for n in s.walk(tree))


def _may_define(candidate: Introduced, names: Names) -> bool:
    name = candidate.name
    if (
        (name == "e" and not candidate.letters)
        or name in ("\\pi", "d", "\\partial")
        or (
            len(name) == 1
            and names.is_bound(name)
            and not candidate.letters
            and isinstance(candidate.tree, (s.Number, s.Symbol))
        )
    ):
        return False
    own = [
        n
        for n in s.walk(candidate.tree)
        if isinstance(n, s.Symbol)
        and (n.sub or n.name != "e")
        and not _inside_differential(candidate.tree, n)
    ]
    if any(names.resolve(n).name == name and candidate.formal is None for n in own if not n.primes):
        return False
    return not isinstance(candidate.tree, (s.Matrix, s.Placeholder))


def _inside_differential(tree: s.Syntax, symbol: s.Symbol) -> bool:
    return any(isinstance(n, s.Derivative) and any(symbol is w for w in n.wrt) for n in s.walk(tree))


# -- sizes and losses ------------------------------------------------------------------


def _scanned(
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
            for tree in _trees([chain]):
                scan(tree, scope, sizes, names)
        sizes.settle(taken)
        sizes.settle_all()
    sizes.settled = 0
    return scopes


def _differentiated(chains: list[Chain], names: Names) -> set[str]:
    return {
        names.resolve(w).name
        for tree in _trees(chains)
        for n in s.walk(tree)
        if isinstance(n, s.Derivative)
        for w in n.wrt
        if isinstance(w, s.Symbol)
    }


def _losses(
    trees: list[s.Syntax], names: Names, introduced: list[Introduced], collected: Collected
) -> set[str]:
    """Numerators that nothing defines; else the defined scalars that are differentiated as losses."""
    defined = {i.name: i for i in introduced}
    numerators: dict[str, int] = {}
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Derivative) and node.of is not None:
                head = _head(node.of)
                if isinstance(head, s.Symbol) and not names.resolve(head).indices:
                    name = names.resolve(head).name
                    numerators[name] = numerators.get(name, 0) + 1
    declared = {d.loss for d in collected.declared if d.loss}
    undefined = {n for n in numerators if n not in defined and (n in _LOSSES or not names.slots.get(n))}
    losses = {n for n in undefined if n in _LOSSES} or undefined
    named = {n for n in numerators if n in defined and n in _LOSSES and not defined[n].letters}
    named |= {i.name for i in introduced if i.name in _LOSSES and not i.letters and i.formal is None}
    return losses | declared | named


def _head(of: s.Syntax) -> s.Syntax:
    """L of ``L(x)``; anything else as it is."""
    if isinstance(of, s.Product) and len(of.factors) == 2 and isinstance(of.factors[1], s.Group):
        return of.factors[0]
    return of


def _shapes(collected: Collected, names: Names, sizes: Sizes) -> dict[str, tuple[int, ...]]:
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
    sizes.uses[name] += 1
    return sizes.name_class(name)


def _dimension(tree: s.Syntax, sizes: Sizes) -> int | None:
    """The class of one size of a shape; None for a 1."""
    if isinstance(tree, s.Number):
        return None if tree.value == 1 else sizes.name_class(str(tree.value))
    if isinstance(tree, s.Symbol):
        return _named_size(spelled(tree), sizes)
    return sizes.fresh("size")


def _is_matrix_mode(trees: list[s.Syntax], names: Names, shaped: bool) -> bool:
    """Whether the document writes whole arrays: shapes, transposes, bold letters, element-wise signs."""
    if shaped:
        return True
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Symbol) and (
                names.resolve(node).transposed or node.name.startswith("\\mathbf{")
            ):
                return True
            if isinstance(node, s.Power) and is_transpose(node.exponent):
                return True
            if isinstance(node, s.Product) and ("\\odot" in node.joins or _capitals_meet(node)):
                return True
            if isinstance(node, s.Derivative) and node.sign == "nabla":
                return True
    return False


def _capitals_meet(node: s.Product) -> bool:
    """``XW``: two capitals without indices side by side."""
    bare = [
        isinstance(f, s.Symbol) and len(f.name) == 1 and f.name.isupper() and not f.sub for f in node.factors
    ]
    return any(a and b and j == "" for a, b, j in zip(bare, bare[1:], node.joins, strict=False))


# -- understanding ---------------------------------------------------------------------


def _understand(
    environment: Environment,
    collected: Collected,
    shapes: dict[str, tuple[int, ...]],
    matrix_mode: bool,
    trees: list[s.Syntax],
) -> None:
    """Build the meaning of every epoch twice: once to learn the sizes, once with their names."""
    equations = [
        (c.parts[0].tree, c.parts[1].tree)
        for c in collected.chains
        if len(c.parts) > 1
        and isinstance(c.parts[0].tree, s.Syntax)
        and isinstance(c.parts[1].tree, s.Syntax)
    ]
    arrays = arrays_in(trees, environment.names, equations)
    dependent = _dependent(collected.chains, environment.names)
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
                arrays if matrix_mode else frozenset(),
                matrix_mode,
            )
            meaning.dependent = dependent
            meaning.averages = next(filter(None, map(defines_average, collected.chains)), "")
            for name in list(meaning.definitions):
                try:
                    meaning.ensure(name)
                except Refusal:
                    continue
            environment.epochs.append((start, meaning))
    environment.sizes.settle_all()
    differentiated = _loss_derivatives(environment, trees)
    for _, meaning in environment.epochs:
        meaning.axes.conflicts.clear()
        meaning.roots = _roots(environment, meaning, differentiated, collected)


def defines_average(chain: Chain) -> str:
    """``⟨f⟩ = \\frac1B \\sum_{b=1}^B f_b``: the size B that angle brackets average over."""
    left = chain.parts[0].tree
    if not isinstance(left, s.Group) or left.bracket != "\\langle" or len(chain.parts) < 2:
        return ""
    right = chain.parts[1].tree
    nodes = s.walk(right) if isinstance(right, s.Syntax) else ()
    bounds = [b.upper for n in nodes if isinstance(n, s.Big) for b in n.binders]
    return next((spelled(b) for b in bounds if isinstance(b, s.Symbol)), "")


def _dependent(chains: list[Chain], names: Names) -> dict[str, set[tuple[tuple[str, int], ...]]]:
    """Symbols written with what they depend on, ``f(W) = …``: each way they are written."""
    found: dict[str, set[tuple[tuple[str, int], ...]]] = {}
    for chain in chains:
        left = chain.parts[0].tree
        if len(chain.parts) < 2 or not isinstance(left, s.Product):
            continue
        for introduced in _function_defined(chain, 1, left, left, names):
            group = left.factors[1]
            assert isinstance(group, s.Group)
            items = [names.resolve(i) for i in group.items if isinstance(i, s.Symbol)]
            written = tuple((i.name, len(i.indices)) for i in items)
            found.setdefault(introduced.name, set()).add(written)
    return found


def _epoch_starts(introduced: list[Introduced]) -> list[int]:
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
            scope = environment.scopes.get(id(found.chain), {})
            result[found.name] = Definition(
                found.name, found.letters, found.tree, scope, found.formal, found.tree.start
            )
    for found in environment.introduced:
        if found.name not in result and not any(
            i.name == found.name and i.section < end for i in environment.introduced
        ):
            scope = environment.scopes.get(id(found.chain), {})
            result.setdefault(
                found.name,
                Definition(found.name, found.letters, found.tree, scope, found.formal, found.tree.start),
            )
    return result


def _roots(
    environment: Environment, meaning: Meaning, differentiated: set[tuple[str, str]], collected: Collected
) -> dict[str, tuple[str, ...]]:
    """For each undefined loss, the deepest nodes that it is differentiated by."""
    undefined = environment.losses - set(meaning.definitions)
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


def _loss_derivatives(environment: Environment, trees: list[s.Syntax]) -> set[tuple[str, str]]:
    """Every (loss, symbol) such that ``∂loss/∂symbol`` is written somewhere."""
    names, found = environment.names, set()
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Derivative) and node.of is not None and len(node.wrt) == 1:
                head, wrt = _head(node.of), node.wrt[0]
                if isinstance(head, s.Symbol) and isinstance(wrt, s.Symbol):
                    found.add((names.resolve(head).name, names.resolve(wrt).name))
    return found


def _sinks(names: set[str], parents: dict[str, set[str]]) -> set[str]:
    """The nodes that depend on what is differentiated by and that no other node uses."""
    used = set[str]().union(*parents.values()) if parents else set()
    return {n for n in parents if n not in used and any(_reaches(n, m, parents) for m in names)}


def _reaches(node: str, ancestor: str, parents: dict[str, set[str]]) -> bool:
    seen, stack = set[str](), [node]
    while stack:
        for parent in parents.get(stack.pop(), ()):
            if parent == ancestor:
                return True
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return False
