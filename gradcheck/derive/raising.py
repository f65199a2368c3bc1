"""From the normal form back to a formula that a person would write.

Common factors are taken out, what is left is grouped by the factors that most terms share,
sums over the same index with the same factors are united, and what the definitions write as
one phrase, ``(x_i - μ)`` or ``(σ² + ε)``, is written in their words.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, permutations

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import Component, Exponent, TooComplex
from gradcheck.algebra.poly import Coefficient, Poly, Ring, tidy
from gradcheck.algebra.roots import content
from gradcheck.algebra.templates import function_atom
from gradcheck.derive.cost import cost
from gradcheck.derive.rebinding import rebound
from gradcheck.derive.terms import Powers, Term, alike, product_of_sums, without_common
from gradcheck.derive.tidying import summed, tidied, times, without_minus

_FEW = 4


@dataclass(frozen=True)
class Phrase:
    """An expression of the definitions with its free letters; written wherever its value occurs."""

    value: e.Expr
    letters: tuple[str, ...]

    def at(self, indices: Sequence[e.Index]) -> e.Expr:
        return e.rename(self.value, dict(zip(self.letters, indices, strict=True)))


class Raiser:
    """Writes polynomials of one ring as expressions.

    ``atom`` writes an entry ``name[indices]``; the names in ``last`` stand behind the others of a product;
    ``letters`` are the index letters of each size; ``phrases`` are keyed by the head that `function_atom`
    gives their value.
    """

    def __init__(
        self,
        ring: Ring,
        atom: Callable[[str, tuple[e.Index, ...]], e.Expr],
        last: Container[str],
        letters: Mapping[str, Sequence[str]],
    ) -> None:
        self.ring, self.atom, self.last, self.letters = ring, atom, last, letters
        self.phrases: dict[str, Phrase] = {}
        self._turns: dict[int, bool] = {}

    def remember(self, value: e.Expr, lowered: Poly) -> None:
        """Write ``value`` wherever ``lowered``, or its primitive part, is an argument or under a root."""
        coefficient, monomial, rest = content(lowered)
        outer = Poly(self.ring, {monomial: coefficient})
        pairs = [(lowered, value)]
        if all(head[:2] in ("s:", "n:") for head in outer.deps()):
            pairs.append((rest, e.divide(value, self.write(outer))))
        for poly, written in pairs:
            head, indices = self._shape(poly)
            if set(indices) == e.free_indices(written):
                self.phrases.setdefault(head, Phrase(e.mapped(written, tidied), indices))

    def _shape(self, poly: Poly) -> tuple[str, tuple[str, ...]]:
        """A name for the polynomial up to its indices, and these in a canonical order."""
        component = next(iter(function_atom("phrase", poly, lambda p: p).components()))
        return component.head, component.indices

    def write(self, poly: Poly, taken: frozenset[str] = frozenset()) -> e.Expr:
        """``poly`` as an expression; bound letters avoid ``taken`` and what is free in ``poly``."""
        terms: list[Term] = [(c, dict(m)) for m, c in poly.terms.items()]
        return self._sum(terms, taken | {i for i in poly.free() if i[0] != "="})

    def argument(self, poly: Poly, taken: frozenset[str]) -> e.Expr:
        """``poly`` in the words of the definitions, if it stands there."""
        written = self.phrase(poly)
        if written is None or (taken | poly.free()) & _bound_letters(written):
            return self.write(poly, taken)
        return written

    def phrase(self, poly: Poly) -> e.Expr | None:
        """The phrase of the definitions that says ``poly``, with its indices put in."""
        try:
            head, indices = self._shape(poly)
        except TooComplex:
            return None
        phrase = self.phrases.get(head)
        if phrase is None:
            return None
        return rebound(phrase.at(tuple(map(index_of, indices))), set(indices), self.letters)

    # -- sums ---------------------------------------------------------------------------

    def _sum(self, terms: list[Term], taken: frozenset[str]) -> e.Expr:
        if not terms:
            return e.ZERO
        if len(terms) == 1:
            return self._product(*terms[0], taken)
        number, common, inner = without_common(terms)
        if common or number != 1:
            return self._product(number, common, taken, self._sum(inner, taken))
        phrase = self._as_phrase(inner, taken)
        if phrase is not None:
            return phrase
        options = [self._flat(inner, taken)]
        parts = product_of_sums(inner)
        if parts is not None:
            return e.mul(*(self._sum(part, taken) for part in parts))
        options += self._grouped(inner, taken)
        return min(options, key=cost)

    def _as_phrase(self, terms: list[Term], taken: frozenset[str]) -> e.Expr | None:
        """The sum, or its negative, as the definitions have it."""
        poly = Poly(self.ring, {tuple(sorted(p.items())): tidy(c) for c, p in terms})
        for sign in (1, -1):
            written = self.phrase(poly.scale(sign))
            if written is not None and not (taken | poly.free()) & _bound_letters(written):
                return times(Fraction(sign), written)
        return None

    def _flat(self, terms: list[Term], taken: frozenset[str]) -> e.Expr:
        """The terms side by side, those that sum over the same index with the same factors united."""
        united, left = self._united(terms, taken)
        written = [(c, self._product(c, p, taken)) for c, p in left] + united
        written.sort(key=lambda pair: (pair[0] < 0, _has_sum(pair[1]), cost(pair[1])))
        return e.add(*(w for _, w in written))

    def _grouped(self, terms: list[Term], taken: frozenset[str]) -> Iterator[e.Expr]:
        """``a b + a c + d`` as ``a (b + c) + d``, a being a factor that most terms have."""
        counts: dict[int, int] = {}
        for _, powers in terms:
            for i in powers:
                component = self.ring.table.by_id[i]
                if component.head[:2] not in ("s:", "n:", "c:"):
                    counts[i] = counts.get(i, 0) + 1
        shared = [i for i, n in counts.items() if 1 < n < len(terms)]
        wide = 3 if len(terms) <= _FEW else 1
        for i in sorted(shared, key=lambda i: (-counts[i], i))[:wide]:
            left = self._sum([t for t in terms if i not in t[1]], taken)
            right = self._sum([t for t in terms if i in t[1]], taken)
            yield e.add(right, left) if _is_negative(left) else e.add(left, right)

    def _united(
        self, terms: list[Term], taken: frozenset[str]
    ) -> tuple[list[tuple[Coefficient, e.Expr]], list[Term]]:
        """``Σ_j a_j x_j - Σ_j b_j x_j`` as ``Σ_j x_j (a_j - b_j)``; and the terms that stay alone."""
        groups: dict[object, list[tuple[Term, Component]]] = {}
        left: list[Term] = []
        for term in terms:
            sums = [i for i in term[1] if self.ring.table.by_id[i].sizes and term[1][i] == 1]
            component = self.ring.table.by_id[sums[0]] if len(sums) == 1 else None
            if component is None or len(component.sizes) > 2:
                left.append(term)
                continue
            outer = frozenset((i, x) for i, x in term[1].items() if i != component.id)
            groups.setdefault((outer, tuple(sorted(component.sizes))), []).append((term, component))
        united: list[tuple[Coefficient, e.Expr]] = []
        for members in chain.from_iterable(map(alike, groups.values())):
            together = self._one_sum(members, taken) if len(members) > 1 else None
            if together is None:
                left += [term for term, _ in members]
            else:
                united.append(together)
        return united, left

    def _one_sum(
        self, members: list[tuple[Term, Component]], taken: frozenset[str]
    ) -> tuple[Coefficient, e.Expr] | None:
        first = members[0][1]
        letters = self._fresh(first.sizes, taken)
        inside: list[Term] = []
        shared: set[int] | None = None
        for (coefficient, _), component in members:
            best = None
            for order in permutations(range(len(letters))):
                if any(component.sizes[k] != first.sizes[order[k]] for k in range(len(order))):
                    continue
                powers = self._opened(component, [letters[order[k]] for k in range(len(order))])
                overlap = len(powers) if shared is None else len(shared & set(powers))
                if best is None or overlap > best[0]:
                    best = (overlap, powers)
            assert best is not None
            inside.append((coefficient, best[1]))
            shared = set(best[1]) if shared is None else shared & set(best[1])
        if not any(self.ring.table.by_id[i].free & set(letters) for i in shared or ()):
            return None
        number, common, rest = without_common(inside)
        body = self._product(1, common, taken | set(letters), self._sum(rest, taken | set(letters)))
        for letter, size in zip(reversed(letters), reversed(first.sizes), strict=True):
            body = summed(letter, size, body)
        outer = {i: x for i, x in members[0][0][1].items() if i != first.id}
        return number, self._product(number, outer, taken, body)

    def _opened(self, component: Component, letters: list[str]) -> Powers:
        """The atoms of a contraction as factors, its bound indices called ``letters``."""
        names = {f"~{k}": letter for k, letter in enumerate(letters)}
        powers: Powers = {}
        for head, indices, exponent in component.atoms:
            atom = self.ring.table.atom(head, tuple(names.get(i, i) for i in indices))
            powers[atom.id] = powers.get(atom.id, 0) + exponent
        return powers

    # -- products -----------------------------------------------------------------------

    def _product(
        self, number: Coefficient, powers: Powers, taken: frozenset[str], last: e.Expr | None = None
    ) -> e.Expr:
        """Number, sizes, scalars, entries, sums: in the order in which people write factors."""
        by_id = self.ring.table.by_id
        exponential = self._exponential(powers, taken)
        number = number * self._turned(powers)
        factors = [
            (self._rank(by_id[i], x), self._factor(by_id[i], x, taken))
            for i, x in powers.items()
            if self._kind(by_id[i]) != "exp"
        ]
        if exponential is not None:
            factors.append(((5, 0, "", 0), exponential))
        factors.sort(key=lambda pair: pair[0])
        written = [w for _, w in factors]
        tail = [] if last is None else [last]
        return times(Fraction(number), *written, *tail)

    def _turned(self, powers: Powers) -> int:
        """-1 if an odd number of brackets is written the other way round by the definitions."""
        sign = 1
        for i, x in powers.items():
            component = self.ring.table.by_id[i]
            if self._kind(component) == "root" and x % 2 == 1 and self._is_turned(component):
                sign = -sign
        return sign

    def _is_turned(self, component: Component) -> bool:
        """Whether the definitions write ``(x - μ)`` for a bracket that is ``(μ - x)`` here."""
        found = self._turns.get(component.id)
        if found is None:
            base = self.ring.instance(component.head, component.indices)
            found = self.phrase(base) is None and self.phrase(-base) is not None
            self._turns[component.id] = found
        return found

    def _exponential(self, powers: Powers, taken: frozenset[str]) -> e.Expr | None:
        """All exponentials of a product as one."""
        by_id = self.ring.table.by_id
        total = self.ring.zero
        for i, x in powers.items():
            if self._kind(by_id[i]) == "exp":
                total = total + self.ring.instance(by_id[i].head, by_id[i].indices).scale(x)
        return e.Fun("exp", (self.argument(total, taken),)) if total else None

    def _kind(self, component: Component) -> str:
        template = None if component.sizes else self.ring.templates.get(component.head)
        return template.kind if template is not None else ""

    def _rank(self, component: Component, exponent: Exponent) -> tuple[int, int, str, int]:
        head = component.head
        if component.sizes:
            group = 8
        elif head[0] == "S":
            group = 7
        elif head[2:] in self.last:
            group = 6
        elif head[:2] in ("s:", "n:", "c:"):
            group = 0
        elif exponent < 0:
            group = 3
        elif self._kind(component) == "root":
            group = 5
        else:
            group = 4 if component.indices else 2
        return group, len(component.indices), component.head, component.id

    def _factor(self, component: Component, exponent: Exponent, taken: frozenset[str]) -> e.Expr:
        if component.sizes:
            base = self._contraction(component, taken)
        elif exponent.denominator == 1 and self._kind(component) == "root" and self._is_turned(component):
            base = self.argument(-self.ring.instance(component.head, component.indices), taken)
        else:
            base = self._atom(component, taken)
        return e.power(base, Fraction(exponent))

    def _atom(self, component: Component, taken: frozenset[str]) -> e.Expr:
        head, indices = component.head, tuple(map(index_of, component.indices))
        prefix, name = head[:2], head[2:]
        if component.is_delta:
            return e.Delta(*indices)
        if prefix == "v:":
            return self.atom(name, indices)
        if prefix == "s:":
            return e.Size(name)
        if prefix == "c:":
            return e.Constant(name)
        if prefix == "n:":
            return e.number(int(name))
        template = self.ring.templates[head]
        inner = self.argument(self.ring.instance(head, component.indices), taken)
        return inner if template.kind == "root" else e.Fun(template.kind, (without_minus(inner),))

    def _contraction(self, component: Component, taken: frozenset[str]) -> e.Expr:
        """A sum, factors as far outside as they may stand."""
        letters = self._fresh(component.sizes, taken)
        sizes = dict(zip(letters, component.sizes, strict=True))
        by_id = self.ring.table.by_id
        powers = self._opened(component, letters)
        within = taken | set(letters)
        order = sorted(letters, key=lambda x: (-sum(x in by_id[i].free for i in powers), letters.index(x)))
        body: e.Expr | None = None
        for letter in reversed(order):
            touching = {i: x for i, x in powers.items() if letter in by_id[i].free}
            powers = {i: x for i, x in powers.items() if i not in touching}
            body = summed(letter, sizes[letter], self._product(1, touching, within, body))
        assert body is not None
        return self._product(1, powers, within, body) if powers else body

    def _fresh(self, sizes: Sequence[str], taken: frozenset[str]) -> list[str]:
        letters: list[str] = []
        for size in sizes:
            free = (x for x in self.letters.get(size, ()) if x not in taken and x not in letters)
            letters.append(next(free, None) or e.fresh_index("i", taken | set(letters)))
        return letters


def index_of(name: str) -> e.Index:
    """An index of the normal form as an expression spells it."""
    if name.startswith("=$"):
        return e.Last(name[2:])
    return int(name[1:]) if name.startswith("=") else name


def _has_sum(written: e.Expr) -> bool:
    return any(isinstance(part, e.Sum) for part in e.walk(written))


def _is_negative(written: e.Expr) -> bool:
    match written:
        case e.Num(value):
            return value < 0
        case e.Mul(factors):
            return _is_negative(factors[0])
        case e.Add(terms):
            return _is_negative(terms[0])
        case _:
            return False


def _bound_letters(written: e.Expr) -> set[str]:
    return {part.index for part in e.walk(written) if isinstance(part, e.Sum)}
