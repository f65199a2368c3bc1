"""Which part of a written symbol is its name and which are its indices.

``\\mu_B`` is one name, ``x_i`` is ``x`` at i, ``\\sigma^2_l`` is ``\\sigma^2`` at l once something
defines or differentiates by ``\\sigma^2``. A subscript is an index only if something binds its
letter: a sum, a condition, a delta, the same place of the same symbol elsewhere, or the habit
of writing i, j, k.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gradcheck.documents.reading import syntax as s

POSITION = "\u03c4"
"""The letter of a sum that was written with dots; TeX spells its own tau as a command."""
_HABIT = frozenset("ijklmnpqrst")
_WORDS = frozenset(
    """neg pos tot total max min reg out net new old avg ref obs err mse bce rec gen dis adv cls sup loss data
    train test val init eff mid low high top bot src tgt dst enc dec attn emb lin act nce""".split()
)
_SIZE_LIKE = frozenset(["d", "n", "N", "D", "n_h", "H", "C"])


@dataclass(frozen=True, slots=True)
class Resolved:
    """A symbol as understood: ``name[indices]``, perhaps transposed or to a power.

    ``power`` is the superscript that is an exponent; ``path`` a trailing number that only
    tells paths apart, as in ``\\mu_{B,1}``.
    """

    name: str
    indices: tuple[s.Syntax, ...] = ()
    power: s.Syntax | None = None
    transposed: bool = False
    primes: int = 0
    path: str = ""


class Names:
    """The names of one document, from everything that is written in it."""

    def __init__(
        self,
        trees: Iterable[s.Syntax],
        named_squares: set[tuple[str, str]],
        split: frozenset[str] = frozenset(),
        entries: frozenset[str] = frozenset(),
    ) -> None:
        self._uses: dict[str, list[s.Symbol]] = defaultdict(list)
        self._bound: set[str] = {POSITION}
        self._summed: set[str] = set()
        self._differentiated: set[str] = set()
        self._moving: set[str] = set()
        self._shifted: set[str] = set()
        self.squares = named_squares
        self._split, self._entries = split, entries
        self._places: dict[tuple[str, int, int], tuple[bool, bool]] = {}
        self.defined: set[str] = set()
        self._variants: dict[str, int] = {}
        self._resolved: dict[int, tuple[s.Symbol, Resolved]] = {}
        self.deltas: set[str] = {"\\delta", "\\Delta"}
        trees = list(trees)
        for tree in trees:
            for node in s.walk(tree):
                self._note(node)
        self._kronecker()
        self._bold = {n: n[8:-1] for n in self._uses if n.startswith("\\mathbf{") and self._is_entry(n[8:-1])}
        self._bare = {name for name, uses in self._uses.items() if any(not u.sub for u in uses)}
        self.letters = self._index_letters()
        self.slots: dict[str, int] = {}
        for uses in self._uses.values():
            for symbol in uses:
                found = self.resolve(symbol)
                self.slots[found.name] = max(self.slots.get(found.name, 0), len(found.indices))

    def _note(self, node: s.Syntax) -> None:
        match node:
            case s.Symbol() if node.sub or _in_round(node.sup):
                self._uses[node.name].append(node)
                for item in node.sub:
                    if isinstance(item, s.Total):
                        self._shifted |= {
                            n.name for n in s.walk(item) if isinstance(n, s.Symbol) and len(n.name) == 1
                        }
            case s.Symbol():
                self._uses[node.name].append(node)
            case s.Derivative():
                self._moving |= {w.name for w in node.wrt if isinstance(w, s.Symbol)}
                self._differentiated |= {
                    x for w in node.wrt if isinstance(w, s.Symbol) for x in map(letter_of, w.sub) if x
                }
            case s.Binder():
                self._summed.add(node.letter)
                self._bound.add(node.letter)
                self._bound |= {e.name for e in node.excluded if isinstance(e, s.Symbol)}
            case s.Compare():
                sides = [
                    x
                    for x in (node.left, node.right)
                    if isinstance(x, s.Symbol) and not x.sub and x.sup is None
                ]
                if node.sign in ("=", "!=") and len(sides) == 2:
                    self._bound |= {x.name for x in sides if len(x.name) == 1}
            case _:
                pass

    def _is_entry(self, plain: str) -> bool:
        """Whether a letter stands for entries only: ``x_i`` of a bold x, never bare."""
        uses = self._uses.get(plain, [])
        return bool(uses) and all(u.sub for u in uses)

    def _kronecker(self) -> None:
        for name in ("\\delta", "\\Delta"):
            for symbol in self._uses.get(name, ()):
                letters = [i.name for i in symbol.sub if isinstance(i, s.Symbol)]
                if len(letters) == 2:
                    self._bound |= {x for x in letters if len(x) == 1 and x.islower()}

    def _index_letters(self) -> set[str]:
        """Letters that are indices: bound ones, the habitual ones, and what stands beside them."""
        letters = set(self._bound) | (_HABIT - (self._shifted - self._bound))
        bound = frozenset(self._bound)
        while True:
            found = {x for x in self._neighbours(letters, bound) if x not in letters and x.islower()}
            if not found:
                return letters
            letters |= found
            self._bound |= found

    def _neighbours(self, letters: set[str], bound: frozenset[str]) -> set[str]:
        """Letters that share subscripts with bound ones, in two different subscripts at least."""
        texts: dict[str, set[str]] = defaultdict(set)
        strong: dict[str, set[str]] = defaultdict(set)
        for symbols in self._uses.values():
            for symbol in symbols:
                items = [letter_of(i) for i in symbol.sub]
                for letter in items:
                    if letter is None or letter in letters:
                        continue
                    texts[letter].add(symbol.sub_text)
                    if any(x in bound for x in items):
                        strong[letter].add(symbol.sub_text)
        separated = {x for x in strong if any("," in t or len(t) > 2 for t in strong[x])}
        return {x for x in strong if len(texts[x]) > 1 and (x in separated or len(strong[x]) > 1)}

    @cached_property
    def _labels(self) -> frozenset[str]:
        """Letters such as the true class in ``s_y``: they only stand where sums put their letters.

        A letter that carries indices itself, that stands in what is differentiated by, or on what no sum
        runs over, names something else.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for name, uses in self._uses.items():
            for use in uses:
                letter = letter_of(use.sub[0]) if len(use.sub) == 1 else None
                if letter is not None and letter.islower() and letter not in self.letters:
                    found[letter].add(name)
        return frozenset(
            letter
            for letter, names in found.items()
            if letter not in self._differentiated
            and all(map(self._is_summed, names))
            and not any(u.sub for u in self._uses.get(letter, ()))
        )

    def _is_summed(self, name: str) -> bool:
        """Whether a sum's letter stands as the one subscript of a symbol."""
        return any(len(u.sub) == 1 and letter_of(u.sub[0]) in self._summed for u in self._uses[name])

    def is_bound(self, letter: str) -> bool:
        """Whether a sum or a condition somewhere binds this letter."""
        return letter in self._bound

    def resolve(self, symbol: s.Symbol) -> Resolved:
        """``symbol`` as name, indices and power; remembered for each place it is written at."""
        found = self._resolved.get(id(symbol))
        if found is None:
            found = self._resolved[id(symbol)] = symbol, self._resolve(symbol)
        return found[1]

    def _resolve(self, symbol: s.Symbol) -> Resolved:
        indices: list[s.Syntax] = []
        labels: list[str] = []
        for position, item in enumerate(symbol.sub):
            if self._is_index(symbol, item, position):
                indices.append(item)
            else:
                labels.append(_label(item))
        path = ""
        if len(labels) > 1 and labels[-1].isdigit():
            path = labels.pop()
        joined = ("," if "," in symbol.sub_text else "").join(labels)
        name = self._bold.get(symbol.name, symbol.name) + (f"_{{{joined}}}" if labels else "")
        if indices and symbol.name in self._split:
            name += "_{\\cdot}"
        power, transposed, primes = symbol.sup, False, symbol.primes
        inner = _in_round(symbol.sup)
        if isinstance(power, s.Product) and len(power.factors) == 2 and is_transpose(power.factors[1]):
            inner = _in_round(power.factors[0])
            transposed = inner is not None
        if inner is not None:
            power = None
            if letter_of(inner) in self._bound:
                indices.insert(0, inner)
            else:
                name += f"^{{({_label(inner)})}}"
        elif is_transpose(symbol.sup):
            power, transposed = None, True
        elif transposed:
            power = None
        elif symbol.sup_text in ("*", "+", "\\ast", "\\star"):
            power, name = None, f"{name}^{{{symbol.sup_text}}}"
        elif symbol.sup_text == "2" and (symbol.name, ",".join(labels)) in self.squares:
            power, name = None, f"{name}^{{2}}"
        return Resolved(name, tuple(indices), power, transposed, primes, path)

    def _is_index(self, symbol: s.Symbol, item: s.Syntax, position: int) -> bool:
        letter = letter_of(item)
        if isinstance(item, s.Number):
            beside = len(symbol.sub) > 1 and any(letter_of(i) in self._bound for i in symbol.sub)
            whole = beside and symbol.name in self._bare
            return item.value.denominator == 1 and (whole or self._has_letters(symbol, position))
        if letter is None or symbol.sub_text in _WORDS:
            return False
        entries = self._entries | self._moving
        size_like = symbol.name in _SIZE_LIKE and symbol.name not in entries
        if size_like and len(symbol.sub) == 1 and not self._varied(symbol.name):
            return False
        if len(symbol.sub) > 1 and "," not in symbol.sub_text and not self._is_label_free(symbol):
            return False
        if letter in self.letters and letter.islower():
            return True
        if len(symbol.sub) == 1 and letter in self._labels:
            return True
        return (letter in self._bound and letter.isalpha()) or (
            letter.isupper()
            and self._has_letters(symbol, position)
            and self._fixed_elsewhere(symbol, position)
        )

    def _varied(self, name: str) -> bool:
        if name not in self._variants:
            self._variants[name] = len({u.sub_text for u in self._uses[name] if u.sub})
        return self._variants[name] > 1

    def _is_label_free(self, symbol: s.Symbol) -> bool:
        """A subscript such as ``ih`` is one label unless each of its parts can be an index."""
        return all(
            isinstance(i, s.Number)
            or (letter := letter_of(i)) is None
            or letter in self.letters
            or letter.isupper()
            for i in symbol.sub
        )

    def _has_letters(self, symbol: s.Symbol, position: int) -> bool:
        """Whether this symbol carries an index letter at this place elsewhere."""
        return self._place(symbol, position)[0]

    def _fixed_elsewhere(self, symbol: s.Symbol, position: int) -> bool:
        """Whether a number stands at this place elsewhere: then a capital is the last position."""
        return self._place(symbol, position)[1]

    def _place(self, symbol: s.Symbol, position: int) -> tuple[bool, bool]:
        """Whether a letter, and whether a number, stands at this place of this symbol anywhere."""
        key = (symbol.name, len(symbol.sub), position)
        if key not in self._places:
            items = [u.sub[position] for u in self._uses[symbol.name] if len(u.sub) == len(symbol.sub)]
            letters = [x for x in map(letter_of, items) if x is not None]
            lettered = any(x in self.letters and x.islower() for x in letters)
            self._places[key] = lettered, any(isinstance(i, s.Number) for i in items)
        return self._places[key]


def is_transpose(sup: s.Syntax | None) -> bool:
    """Whether a superscript is the mark of a transpose: T, ⊤, or t set upright."""
    return isinstance(sup, s.Symbol) and sup.name in ("T", "\\top", "\\text{T}") and not sup.sub


def letter_of(item: s.Syntax | None) -> str | None:
    if isinstance(item, s.Symbol) and not item.sub and item.sup is None and not item.primes:
        return item.name if len(item.name) == 1 or item.name == "\\ell" else None
    return None


def _in_round(sup: s.Syntax | None) -> s.Syntax | None:
    """The content of a superscript in brackets, ``^{(l)}`` or ``^{[1]}``."""
    if isinstance(sup, s.Group) and sup.bracket in ("(", "[", "\\langle") and len(sup.items) == 1:
        return sup.items[0]
    return None


def _label(item: s.Syntax) -> str:
    """How a label is spelled, without positions."""
    match item:
        case s.Number():
            return str(item.value)
        case s.Symbol():
            name = (
                item.name.removeprefix("\\text{").removesuffix("}")
                if item.name.startswith("\\text{")
                else item.name
            )
            return name + ("_" + item.sub_text if item.sub_text else "")
        case s.Total():
            return "".join(
                ("-" if sign < 0 else "+" if k else "") + _label(t) for k, (sign, t) in enumerate(item.terms)
            )
        case s.Product():
            return "".join(map(_label, item.factors))
        case s.Group():
            return "(" + ",".join(map(_label, item.items)) + ")"
        case _:
            return "?"
