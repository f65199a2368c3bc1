"""What a definition is, as written and as understood, and where a formula is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.algebra import expr as e
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import letter_of
from gradcheck.documents.symbols.sizes import Scope


@dataclass(frozen=True)
class Definition:
    """``name[letters] = tree`` as written; ``formal`` is the parameter of ``f(z) = …``."""

    name: str
    letters: tuple[str, ...]
    tree: s.Syntax
    scope: Scope
    formal: str | None = None
    start: int = 0


@dataclass(frozen=True)
class Defined:
    """A definition as understood. ``kinds`` says of each parameter whether it is given as an

    ``index``, taken over ``textual``ly from the surroundings, or is an ``axis`` of an array.
    """

    node: e.Node
    kinds: tuple[str, ...]
    abbreviation: bool = False


@dataclass
class Frame:
    """Where a formula is read: its letters' sizes, and the variable that primes differentiate by."""

    scope: Scope
    mode: str = "local"
    prime: tuple[str, tuple[e.Index, ...]] | None = None
    bound: frozenset[str] = frozenset()
    implicit: list[tuple[str, int, int]] = field(default_factory=list)
    outside: frozenset[str] = frozenset()
    below: bool = False

    def entering(self, tree: s.Syntax, left: s.Syntax | None) -> None:
        """Note which letters stand outside bare sums: those are not theirs to bind."""
        self.outside = frozenset(letters_outside_bare_sums(tree))
        if left is not None:
            self.outside |= letters_outside_bare_sums(left)


def letters_outside_bare_sums(tree: s.Syntax) -> set[str]:
    found: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Big) and not node.binders:
            continue
        if isinstance(node, s.Symbol):
            found |= {x for x in map(letter_of, node.sub) if x}
        stack += list(s.parts(node))
    return found
