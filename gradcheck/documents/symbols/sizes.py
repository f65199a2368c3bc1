"""Which axes have the same length: union-find over the slots of symbols and the letters in scope.

``x_i`` inside ``\\sum_{i=1}^m`` makes the first slot of x as long as m; ``y_i = γ x_i`` makes the
slots of y and x equal. A class with two names (N here, m there) keeps the one written more often.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import Names, letter_of

Scope = dict[str, int]


@dataclass
class Sizes:
    """Classes of axes of equal length; a class is an integer, `name` spells it."""

    parent: list[int] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    slots: dict[tuple[str, int], int] = field(default_factory=dict)
    sums: dict[tuple[int, str], int] = field(default_factory=dict)
    settled: int = 0
    named: dict[str, int] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)
    pending: list[tuple[int, str]] = field(default_factory=list)
    bounds: list[tuple[int, str, int, int]] = field(default_factory=list)

    def fresh(self, hint: str = "") -> int:
        self.parent.append(len(self.parent))
        self.hints.append(hint)
        return len(self.parent) - 1

    def find(self, member: int) -> int:
        while self.parent[member] != member:
            self.parent[member] = self.parent[self.parent[member]]
            member = self.parent[member]
        return member

    def union(self, left: int, right: int) -> bool:
        """Make two classes one; refused (False) once both are settled."""
        low, high = sorted((self.find(left), self.find(right)))
        if low != high and high < self.settled:
            return False
        self.parent[high] = low
        return True

    def force(self, left: int, right: int) -> None:
        """Make two classes one, settled or not."""
        low, high = sorted((self.find(left), self.find(right)))
        self.parent[high] = low

    def settle_all(self) -> None:
        """From here on, classes that exist are not merged with each other any more."""
        self.settled = len(self.parent)

    def slot(self, name: str, position: int) -> int:
        """The class of a symbol's slot."""
        key = (name, position)
        if key not in self.slots:
            self.slots[key] = self.fresh(f"{name}.{position + 1}")
        return self.slots[key]

    def name_class(self, name: str) -> int:
        """The class that the size symbol ``name`` stands for."""
        if name not in self.named:
            self.named[name] = self.fresh(name)
        return self.named[name]

    def names_of(self, member: int) -> list[str]:
        """All size symbols of a class, the one written most often first."""
        root = self.find(member)
        found = [n for n, c in self.named.items() if self.find(c) == root]
        return sorted(found, key=lambda n: -self.uses[n])

    def name(self, member: int) -> str:
        """The size's symbol; a made-up one where the document gives none."""
        found = self.names_of(member)
        if found:
            return found[0]
        root = self.find(member)
        return f"|{self.hints[root] or root}|"

    def settle(self, taken: set[str]) -> None:
        """Let ``1/N`` before a sum without bounds say that it runs to N."""
        for member, name in self.pending:
            if not self.names_of(member) and name not in taken:
                self.uses[name] += 1
                self.union(member, self.name_class(name))


def scan(tree: s.Syntax, scope: Scope, sizes: Sizes, names: Names) -> None:
    """Note what ``tree`` says about sizes; ``scope`` holds its free letters."""
    match tree:
        case s.Symbol():
            resolved = names.resolve(tree)
            letters = [letter_of(i) for i in resolved.indices]
            if resolved.name in names.deltas and len(letters) == 2:
                classes = [scope.setdefault(x, sizes.fresh(x)) for x in letters if x]
                if len(classes) == 2:
                    sizes.union(classes[0], classes[1])
                return
            for position, letter in enumerate(letters):
                if letter is not None and (letter.islower() or letter in scope):
                    known = scope.setdefault(letter, sizes.fresh(letter))
                    sizes.union(sizes.slot(resolved.name, position), known)
            if tree.sup is not None:
                scan(tree.sup, scope, sizes, names)
        case s.Big():
            _scan_sum(tree, scope, sizes, names)
        case s.Compare(_, _, sign, left, right) if sign in ("=", "!="):
            a, b = letter_of(left), letter_of(right)
            if a and b and names.is_bound(a) and names.is_bound(b):
                sizes.union(scope.setdefault(a, sizes.fresh(a)), scope.setdefault(b, sizes.fresh(b)))
        case s.Product():
            for factor in tree.factors:
                scan(factor, scope, sizes, names)
            _settle_product(tree, sizes)
        case s.Fraction_():
            scan(tree.numerator, scope, sizes, names)
            scan(tree.denominator, scope, sizes, names)
            size = size_symbol(tree.denominator)
            big = next((n for n in s.walk(tree.numerator) if isinstance(n, s.Big)), None)
            if size and big is not None:
                _pend(big, size, sizes)
        case _:
            for part in s.parts(tree):
                scan(part, scope, sizes, names)


def _scan_sum(tree: s.Big, scope: Scope, sizes: Sizes, names: Names) -> None:
    inner = dict(scope)
    for binder in tree.binders:
        member = sizes.fresh(binder.letter)
        inner[binder.letter] = member
        bound = binder.domain or binder.upper
        if isinstance(bound, s.Symbol):
            name = spelled(bound)
            sizes.uses[name] += 1
            sizes.bounds.append((member, name, bound.start, bound.end))
            sizes.union(member, sizes.name_class(name))
        elif isinstance(bound, s.Total):
            _shifted_bound(binder, bound, member, sizes)
        if binder.upper is not None:
            _named_by_bound(tree.body, binder.letter, member, sizes, names)
    outer = set(inner)
    scan(tree.body, inner, sizes, names)
    for binder in tree.binders:
        for excluded in binder.excluded:
            letter = letter_of(excluded)
            if letter:
                sizes.union(inner[binder.letter], scope.setdefault(letter, sizes.fresh(letter)))
    for letter in set(inner) - outer:
        scope.setdefault(letter, inner[letter])
    for binder in tree.binders:
        sizes.sums[tree.start, binder.letter] = inner[binder.letter]
    if not tree.binders and inner:
        sizes.sums[tree.start, ""] = inner[next(reversed(inner))]


def _named_by_bound(body: s.Syntax, letter: str, member: int, sizes: Sizes, names: Names) -> None:
    """A printed bound gives its name to the slots the letter stands in, if they have none yet."""
    for node in s.walk(body):
        if isinstance(node, s.Symbol):
            resolved = names.resolve(node)
            for position, item in enumerate(resolved.indices):
                if letter_of(item) == letter and resolved.name not in names.deltas:
                    slot = sizes.slot(resolved.name, position)
                    if not sizes.names_of(slot):
                        sizes.force(slot, member)


def _shifted_bound(binder: s.Binder, bound: s.Total, member: int, sizes: Sizes) -> None:
    """``\\sum_{i=0}^{N-1}`` runs over N positions."""
    zero = isinstance(binder.lower, s.Number) and binder.lower.value == 0
    first = bound.terms[0][1]
    if zero and len(bound.terms) == 2 and isinstance(first, s.Symbol):
        sizes.uses[spelled(first)] += 1
        sizes.union(member, sizes.name_class(spelled(first)))


def _settle_product(tree: s.Product, sizes: Sizes) -> None:
    """``1/N`` before a sum without bounds may say how far it runs."""
    size = None
    for factor in tree.factors:
        if isinstance(factor, s.Fraction_):
            size = size_symbol(factor.denominator) or size
        elif isinstance(factor, s.Big) and size:
            _pend(factor, size, sizes)


def _pend(big: s.Big, size: str, sizes: Sizes) -> None:
    letter = big.binders[0].letter if big.binders else ""
    member = sizes.sums.get((big.start, letter))
    if member is not None:
        sizes.pending.append((member, size))


def size_symbol(tree: s.Syntax) -> str | None:
    """The symbol N of a denominator ``N`` or ``N-1``."""
    if isinstance(tree, s.Group) and len(tree.items) == 1:
        return size_symbol(tree.items[0])
    if isinstance(tree, s.Total) and len(tree.terms) == 2 and isinstance(tree.terms[1][1], s.Number):
        return size_symbol(tree.terms[0][1])
    if isinstance(tree, s.Symbol) and tree.sup is None and not tree.name.startswith("\\"):
        return spelled(tree)
    return None


def spelled(symbol: s.Symbol) -> str:
    """A size symbol's name."""
    return symbol.name + (f"_{{{symbol.sub_text}}}" if symbol.sub_text else "")
