"""What the document has to offer for a place: its symbols with fitting indices, its sizes, its phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, product

from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.correcting.spots import quantities
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.meaning.symbols import IDENTITIES
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of

MOST_SYMBOLS = 24
MOST_PHRASES = 60
_NEAR = 6
"""How many chains before and after a claim lend their phrases."""


@dataclass(frozen=True)
class Offer:
    """Something that could stand at a place: its LaTeX, a tree to read it by, and what kind it is."""

    latex: str
    tree: s.Syntax
    kind: str
    name: str = ""
    letters: tuple[str, ...] = ()


class Offers:
    """The quantities of one document, seen from one claim."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.names = bench.meaning.names
        self.spelling: Spelling = bench.spelling
        self._slot_sizes: dict[tuple[str, int], str] = {}
        self._symbols: dict[object, list[Offer]] = {}
        self._derivatives: dict[object, list[Offer]] = {}

    @cached_property
    def chains(self) -> list[list[s.Syntax]]:
        """The trees of every chain, the claim's own first, then the nearest."""
        own = self.bench.judge.chain.order
        chains = sorted(self.bench.collected.chains, key=lambda c: (abs(c.order - own), c.order))
        return [[p.tree for p in c.parts if isinstance(p.tree, s.Syntax)] for c in chains]

    @cached_property
    def occurrences(self) -> dict[str, s.Symbol]:
        """Each quantity's name with a symbol that spells it, the nearest first."""
        found: dict[str, s.Symbol] = {}
        for node in (n for trees in self.chains for tree in trees for n in quantities(tree)):
            plain = self._without_power(node)
            if plain is None or not self._is_quantity(plain):
                continue
            resolved = self.names.resolve(plain)
            known = found.get(resolved.name)
            if known is None or len(self.names.resolve(known).indices) < len(resolved.indices):
                found[resolved.name] = plain
        return dict(islice(found.items(), MOST_SYMBOLS))

    @cached_property
    def bare(self) -> dict[str, s.Symbol]:
        """Each quantity that is written as a whole somewhere, with a symbol that does so."""
        found: dict[str, s.Symbol] = {}
        for node in (n for trees in self.chains for tree in trees for n in quantities(tree)):
            plain = self._without_power(node)
            if plain is not None and self._is_quantity(plain) and not self.names.resolve(plain).indices:
                found.setdefault(self.names.resolve(plain).name, plain)
        return dict(islice(found.items(), MOST_SYMBOLS))

    def _without_power(self, node: s.Symbol) -> s.Symbol | None:
        """A symbol without its exponent; None if it carries more than that."""
        resolved, text = self.names.resolve(node), self.spelling.of(node)
        if resolved.primes or resolved.transposed:
            return None
        if resolved.power is None:
            return node
        caret = text.rfind("^")
        if caret < 1 or node.end - node.start != len(text) or caret < text.rfind("_"):
            return None
        return s.Symbol(node.start, node.start + caret, node.name, node.sub, node.sub_text)

    def _is_quantity(self, node: s.Symbol) -> bool:
        """Whether a symbol is an input or a defined quantity: no index, no size, no loss, no function."""
        resolved, meaning = self.names.resolve(node), self.bench.meaning
        name = resolved.name
        if (
            letter_of(node) in self.names.letters
            and name not in meaning.defined
            and name not in meaning.leaves
        ):
            return False
        if name in meaning.losses or _is_function(self.bench, name):
            return False
        if "\\begin" in self.spelling.of(node):
            return False
        if name in IDENTITIES and name not in meaning.defined:
            return False
        if name in meaning.sizes.named and not self.names.slots.get(name) and name not in meaning.defined:
            return False
        return not (name in self.names.deltas and len(resolved.indices) == 2)

    def symbols(self, scope: dict[str, str]) -> list[Offer]:
        """Every quantity with every choice of indices in ``scope`` that fits its sizes."""
        key = tuple(scope.items())
        if key not in self._symbols:
            whole = (
                [] if scope else [Offer(self.spelling.of(n), n, "symbol", m) for m, n in self.bare.items()]
            )
            found = whole + [
                Offer(self.indexed(node, x), self._with_letters(node, x), "symbol", name, x)
                for name, node in self.occurrences.items()
                for x in self._choices(name, node, scope)
            ]
            self._symbols[key] = [*found, *self._deltas(scope)]
        return self._symbols[key]

    def _deltas(self, scope: dict[str, str]) -> Iterator[Offer]:
        """Kronecker's delta over every two letters of one size, as the document spells it."""
        node, indicator = self._delta, self._indicator
        letters = sorted(x for x in scope if not x.startswith("α"))
        for a, b in combinations(letters, 2):
            if scope[a] != scope[b]:
                continue
            if node is not None:
                yield Offer(self.indexed(node, (a, b)), self._with_letters(node, (a, b)), "delta")
            if indicator is not None:
                yield self._bracketed(indicator, a, b)

    @cached_property
    def _indicator(self) -> s.Indicator | None:
        """``[i = j]`` or ``1(i = j)``, if the document writes such."""
        for tree in (t for trees in self.chains for t in trees):
            for node in s.walk(tree):
                if isinstance(node, s.Indicator) and len(node.conditions) == 1:
                    compare = node.conditions[0]
                    if (
                        isinstance(compare, s.Compare)
                        and compare.sign == "="
                        and letter_of(compare.left)
                        and letter_of(compare.right)
                    ):
                        return node
        return None

    def _bracketed(self, node: s.Indicator, a: str, b: str) -> Offer:
        compare = node.conditions[0]
        assert isinstance(compare, s.Compare)
        left, right = compare.left, compare.right
        parts = [(left.start, left.end, a), (right.start, right.end, b)]
        latex = self.spelling.with_parts(node.start, node.end, parts)
        letters = s.Symbol(left.start, left.end, a), s.Symbol(right.start, right.end, b)
        changed = s.Compare(compare.start, compare.end, "=", *letters)
        return Offer(latex, s.Indicator(node.start, node.end, (changed,)), "delta")

    @cached_property
    def _delta(self) -> s.Symbol | None:
        for tree in (t for trees in self.chains for t in trees):
            for node in quantities(tree):
                resolved = self.names.resolve(node)
                if resolved.name in self.names.deltas and len(resolved.indices) == 2:
                    return node
        return None

    def _choices(self, name: str, node: s.Symbol, scope: dict[str, str]) -> Iterator[tuple[str, ...]]:
        options = []
        for k in range(len(self.names.resolve(node).indices)):
            own = self._size_of(name, k)
            options.append([x for x, n in scope.items() if x[0] != "α" and own in ("", n)])
        yield from islice(product(*options), 12)

    def _size_of(self, name: str, slot: int) -> str:
        """The size that an index of a quantity runs to, empty where nothing says."""
        if (name, slot) not in self._slot_sizes:
            sizes = self.bench.meaning.sizes
            member = sizes.slots.get((name, slot))
            self._slot_sizes[name, slot] = sizes.name(member) if member is not None else ""
        return self._slot_sizes[name, slot]

    def indexed(self, node: s.Symbol, letters: tuple[str, ...]) -> str:
        """A symbol's spelling with other index letters."""
        items = zip(self.names.resolve(node).indices, letters, strict=True)
        parts = [(item.start, item.end, letter) for item, letter in items if letter_of(item) != letter]
        return self.spelling.with_parts(node.start, node.end, parts)

    def _with_letters(self, node: s.Symbol, letters: tuple[str, ...]) -> s.Symbol:
        indices = self.names.resolve(node).indices
        swapped = {
            id(item): s.Symbol(item.start, item.end, letter)
            for item, letter in zip(indices, letters, strict=True)
            if letter_of(item) != letter
        }
        if not swapped:
            return node
        sub = tuple(swapped.get(id(i), i) for i in node.sub)
        text = "".join(x.name if isinstance(x, s.Symbol) else "?" for x in sub)
        if "," in node.sub_text:
            text = ",".join(x.name if isinstance(x, s.Symbol) else "?" for x in sub)
        sup = swapped.get(id(_inside(node.sup)))
        if sup is not None and isinstance(node.sup, s.Group):
            group = s.Group(node.sup.start, node.sup.end, node.sup.bracket, (sup,))
            return s.Symbol(node.start, node.end, node.name, sub, text, group, node.sup_text, node.primes)
        return s.Symbol(node.start, node.end, node.name, sub, text, node.sup, node.sup_text, node.primes)

    # -- derivatives -------------------------------------------------------------------

    @cached_property
    def letters_inside(self) -> frozenset[str]:
        """The letters that sums bind in the claim's own formula."""
        return frozenset(n.letter for n in s.walk(self.bench.tree) if isinstance(n, s.Binder))

    @cached_property
    def gradients(self) -> list[s.Derivative]:
        """The derivatives of a loss by one symbol, one occurrence of each kind of spelling."""
        found: dict[tuple[str, str], s.Derivative] = {}
        for trees in self.chains:
            for node in (n for tree in trees for n in s.walk(tree)):
                if isinstance(node, s.Derivative) and isinstance(node.of, s.Symbol) and len(node.wrt) == 1:
                    wrt = node.wrt[0]
                    if node.of.name in self.bench.meaning.losses and isinstance(wrt, s.Symbol):
                        found.setdefault((node.of.name, node.sign), node)
        return list(found.values())

    def derivatives(self, scope: dict[str, str]) -> list[Offer]:
        """``∂L/∂v`` for every quantity v but the one the claim is about, as the document spells such."""
        key = tuple(scope.items())
        if key not in self._derivatives:
            self._derivatives[key] = list(self._gradients_by(scope))
        return self._derivatives[key]

    def _gradients_by(self, scope: dict[str, str]) -> Iterator[Offer]:
        for gradient in self.gradients[:2] if self.bench.speaks_of_gradients else ():
            wrt = gradient.wrt[0]
            assert isinstance(wrt, s.Symbol)
            for offer in self.symbols(scope):
                if offer.kind == "delta" or offer.name in self.bench.subjects | self.bench.bench.normalised:
                    continue
                tree = s.Derivative(gradient.start, gradient.end, gradient.sign, gradient.of, (offer.tree,))
                stretch = (wrt.start, wrt.end, offer.latex)
                latex = self.spelling.with_parts(gradient.start, gradient.end, [stretch])
                if "/" in latex and "frac" not in latex:
                    latex = f"({latex})"
                yield Offer(latex, tree, "derivative", offer.name, offer.letters)

    # -- phrases -----------------------------------------------------------------------

    @cached_property
    def phrases(self) -> list[Offer]:
        """Parts of the formulas nearby that are more than a symbol."""
        found: dict[str, Offer] = {}
        for trees in self.chains[: 2 * _NEAR]:
            for node in (n for tree in trees for n in s.walk(tree)):
                if isinstance(
                    node, (s.Fraction_, s.Root, s.Power, s.Group, s.Big, s.Product, s.Call, s.Derivative)
                ):
                    latex = self.spelling.of(node)
                    if len(latex) <= 160 and "\n" not in latex and "&" not in latex:
                        found.setdefault(latex, Offer(latex, node, "phrase"))
                elif isinstance(node, s.Symbol) and (node.sup is not None or node.primes):
                    found.setdefault(self.spelling.of(node), Offer(self.spelling.of(node), node, "phrase"))
        return list(found.values())[:MOST_PHRASES]

    def bound_of(self, letter: str) -> str:
        """How the size that a letter runs to is spelled, where the document sums over it."""
        for tree in (t for trees in self.chains for t in trees):
            for node in s.walk(tree):
                if isinstance(node, s.Binder) and node.letter == letter and node.upper is not None:
                    return self.spelling.of(node.upper)
        return ""

    @cached_property
    def sizes(self) -> dict[str, str]:
        """The sizes that the document names: how each is spelled, by its name in formulas."""
        sizes = self.bench.meaning.sizes
        names = {sizes.name(member) for name, member in sizes.named.items() if not name.isdigit()}
        return {name: name for name in sorted(names) if name in sizes.named}


def _inside(sup: s.Syntax | None) -> s.Syntax | None:
    return sup.items[0] if isinstance(sup, s.Group) and len(sup.items) == 1 else None


def _is_function(bench: Workbench, name: str) -> bool:
    definition = bench.meaning.definitions.get(name)
    return definition is not None and definition.formal is not None
