"""The normal form: polynomials whose variables are components.

A `Poly` maps monomials to rational coefficients; a monomial is a sorted tuple of
``(component id, exponent)``. Multiplying contracts Kronecker deltas, ``sum_over``
gathers everything that mentions an index into one connected contraction, so two
expressions that differ only by distributing, reordering, renaming or splitting sums
have the same `Poly` for every size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradcheck.algebra import budget
from gradcheck.algebra.components import (
    DELTA,
    Atom,
    Component,
    ComponentTable,
    Exponent,
    TooComplex,
)

Monomial = tuple[tuple[int, Exponent], ...]
Coefficient = int | Fraction

MAX_TERMS = 4000


@dataclass(frozen=True)
class Template:
    """A function of a polynomial, its indices abstracted to ``?0 ?1 …``.

    ``make`` rebuilds the value from a changed argument; ``kind`` names the function.
    """

    kind: str
    argument: Poly
    arity: int
    make: Callable[[Poly], Poly]
    has_delta: bool


class Ring:
    """One document's normal forms: the component table and the function templates.

    ``power`` takes general powers; it is passed in because roots build on polynomials.
    """

    def __init__(self, power: Callable[[Poly, Exponent], Poly]) -> None:
        self.power = power
        self.table = ComponentTable()
        self.templates: dict[str, Template] = {}
        self.template_heads: dict[object, str] = {}
        self.special: set[int] = set()
        self.positive: set[str] = set()
        self.roots: set[int] = set()
        self._renamed: dict[object, Poly] = {}
        self.zero = Poly(self, {})
        self.one = Poly(self, {(): 1})

    def constant(self, value: Coefficient) -> Poly:
        return Poly(self, {(): tidy(value)} if value else {})

    def component(self, component: Component, exponent: Exponent = 1) -> Poly:
        return Poly(self, {((component.id, exponent),): 1})

    def atom(self, head: str, indices: tuple[str, ...] = ()) -> Poly:
        """``head[indices]``; a delta of equal or of two different fixed indices is a number."""
        if head == DELTA:
            return self.delta(*indices)
        template = self.templates.get(head)
        if template is not None and _collides(indices, template):
            return template.make(self.instance(head, indices))
        return self.plain_atom(head, indices)

    def plain_atom(self, head: str, indices: tuple[str, ...]) -> Poly:
        """``head[indices]`` as it stands."""
        component = self.table.atom(head, indices)
        if head[0] in "nS":
            self.special.add(component.id)
        elif head[0] == "R":
            self.roots.add(component.id)
        return self.component(component)

    def delta(self, left: str, right: str) -> Poly:
        """Kronecker's delta of two indices."""
        if left == right:
            return self.one
        if left[0] == "=" and right[0] == "=":
            return self.zero
        component = self.table.atom(DELTA, tuple(sorted((left, right))))
        self.special.add(component.id)
        return self.component(component)

    def instance(self, head: str, indices: tuple[str, ...]) -> Poly:
        """The argument of the function atom ``head[indices]``."""
        template = self.templates[head]
        return template.argument.rename({f"?{k}": i for k, i in enumerate(indices)})

    def rename(self, component: Component, mapping: Mapping[str, str]) -> Poly:
        """``component`` with free indices replaced."""
        relevant = tuple(sorted((k, v) for k, v in mapping.items() if k in component.free))
        if not relevant:
            return self.component(component)
        key = (component.id, relevant)
        found = self._renamed.get(key)
        if found is None:
            found = self._renamed[key] = self._rename(component, dict(relevant))
        return found

    def _rename(self, component: Component, mapping: dict[str, str]) -> Poly:
        if not component.sizes:
            return self.atom(component.head, tuple(mapping.get(i, i) for i in component.indices))
        atoms = [(h, tuple(mapping.get(i, i) for i in idx), e) for h, idx, e in component.atoms]
        if any(h in self.templates and _collides(i, self.templates[h]) for h, i, _ in atoms):
            bound, renamed = self.unbound(component)
            return self.product(
                self.power(self.atom(h, tuple(mapping.get(i, i) for i in idx)), e) for h, idx, e in renamed
            ).sum_over_all(bound)
        bound = {f"~{k}": size for k, size in enumerate(component.sizes)}
        return self.component(self.table.contraction(bound, atoms))

    def unbound(self, component: Component) -> tuple[dict[str, str], list[Atom]]:
        """A contraction's atoms with its bound indices given fresh names, and those names' sizes."""
        names = {f"~{k}": self.table.fresh() for k in range(len(component.sizes))}
        bound = dict(zip(names.values(), component.sizes, strict=True))
        return bound, [(h, tuple(names.get(i, i) for i in idx), e) for h, idx, e in component.atoms]

    def product(self, factors: Iterable[Poly]) -> Poly:
        result = self.one
        for factor in factors:
            result = result * factor
        return result


class Poly:
    """A polynomial in components; immutable."""

    __slots__ = ("_special", "ring", "terms")

    def __init__(self, ring: Ring, terms: dict[Monomial, Coefficient]) -> None:
        self.ring = ring
        self.terms = terms
        self._special: bool | None = None

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def key(self) -> tuple[tuple[Monomial, Coefficient], ...]:
        """A sortable form, the same for equal polynomials."""
        return tuple(sorted(self.terms.items()))

    def __add__(self, other: Poly) -> Poly:
        larger, smaller = (self, other) if len(self.terms) >= len(other.terms) else (other, self)
        terms = dict(larger.terms)
        for monomial, coefficient in smaller.terms.items():
            _accumulate(terms, monomial, coefficient)
        return Poly(self.ring, terms)

    def __neg__(self) -> Poly:
        return Poly(self.ring, {m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        return self + (-other)

    def scale(self, factor: Coefficient) -> Poly:
        if not factor:
            return self.ring.zero
        return Poly(self.ring, {m: tidy(c * factor) for m, c in self.terms.items()})

    def __mul__(self, other: Poly) -> Poly:
        if len(self.terms) * len(other.terms) > MAX_TERMS * 4:
            raise TooComplex("a product with too many terms")
        budget.check()
        careful = self.special() or other.special()
        terms: dict[Monomial, Coefficient] = {}
        extra = None
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                monomial = _merge(left, right)
                if careful and self.ring.special.intersection(i for i, _ in monomial):
                    piece = _normalised(self.ring, monomial, a * b)
                    extra = piece if extra is None else extra + piece
                else:
                    _accumulate(terms, monomial, tidy(a * b))
        if len(terms) > MAX_TERMS:
            raise TooComplex("an expression with too many terms")
        result = Poly(self.ring, terms)
        return result if extra is None else result + extra

    def special(self) -> bool:
        """Whether a delta, a step or the root of a number occurs."""
        if self._special is None:
            special = self.ring.special
            self._special = any(i in special for m in self.terms for i, _ in m)
        return self._special

    def natural_power(self, exponent: int) -> Poly:
        """The power for a non-negative integer."""
        return self if exponent == 1 else self.ring.product([self] * exponent)

    def components(self) -> Iterable[Component]:
        """Every component that occurs, once."""
        by_id = self.ring.table.by_id
        return (by_id[i] for i in {i for m in self.terms for i, _ in m})

    def free(self) -> frozenset[str]:
        """The free indices."""
        return frozenset[str]().union(*(c.free for c in self.components()))

    def deps(self) -> frozenset[str]:
        """The heads that occur, also inside functions' arguments."""
        return frozenset[str]().union(*(c.deps for c in self.components()))

    def rename(self, mapping: Mapping[str, str]) -> Poly:
        """Free indices replaced, all at once."""
        touched = {c.id for c in self.components() if not c.free.isdisjoint(mapping)}
        if not touched:
            return self
        return self.replace(touched, lambda c: self.ring.rename(c, mapping))

    def replace(self, touched: set[int], image: Callable[[Component], Poly]) -> Poly:
        """Every component whose id is in ``touched`` replaced by its image."""
        ring, by_id = self.ring, self.ring.table.by_id
        total = ring.zero
        images = {i: image(by_id[i]) for i in touched}
        for monomial, coefficient in self.terms.items():
            kept = tuple((i, e) for i, e in monomial if i not in touched)
            term = _normalised(ring, kept, coefficient)
            for i, e in monomial:
                if i in touched:
                    term = term * ring.power(images[i], e)
            total = total + term
        return total

    def sum_over_all(self, bound: Mapping[str, str]) -> Poly:
        """Summed over each index of ``bound``, a map from index to size."""
        result = self
        for index, size in bound.items():
            result = result.sum_over(index, size)
        return result

    def sum_over(self, index: str, size: str) -> Poly:
        """``Σ_{index=1}^{size}`` of this polynomial."""
        total = self.ring.zero
        for monomial, coefficient in self.terms.items():
            total = total + _sum_term(self.ring, monomial, coefficient, index, size)
        return total


class _Exponent(Fraction):
    """A fraction that is hashed once: fractional exponents are hashed all the time."""

    __slots__ = ("_hash",)

    def __hash__(self) -> int:  # type: ignore[override]
        return self._hash  # type: ignore[attr-defined,no-any-return]


_EXPONENTS: dict[tuple[int, int], _Exponent] = {}


def tidy(value: Coefficient) -> Coefficient:
    """A whole number as an int; the small fractions that exponents are, interned."""
    if value.__class__ is int or value.__class__ is _Exponent:
        return value
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return numerator
    if denominator > 12 or abs(numerator) > 64:
        return value
    found = _EXPONENTS.get((numerator, denominator))
    if found is None:
        found = _EXPONENTS[numerator, denominator] = _Exponent(numerator, denominator)
        found._hash = hash(Fraction(numerator, denominator))  # type: ignore[attr-defined]
    return found


def _accumulate(terms: dict[Monomial, Coefficient], monomial: Monomial, coefficient: Coefficient) -> None:
    old = terms.get(monomial)
    if old is None:
        terms[monomial] = coefficient
    elif (total := old + coefficient) != 0:
        terms[monomial] = tidy(total)
    else:
        del terms[monomial]


def _merge(left: Monomial, right: Monomial) -> Monomial:
    if not left:
        return right
    if not right:
        return left
    exponents = dict(left)
    for i, e in right:
        exponents[i] = exponents.get(i, 0) + e
    return tuple(sorted((i, tidy(e)) for i, e in exponents.items() if e != 0))


def _collides(indices: Sequence[str], template: Template) -> bool:
    """Whether an instance at ``indices`` is special: then its argument may simplify."""
    if len(set(indices)) < len(indices):
        return True
    return template.has_delta and sum(i[0] == "=" for i in indices) > 1


def _normalised(ring: Ring, monomial: Monomial, coefficient: Coefficient) -> Poly:
    """A monomial with deltas contracted, steps idempotent and numeric roots reduced."""
    by_id, special = ring.table.by_id, ring.special
    if special.isdisjoint(i for i, _ in monomial):
        return Poly(ring, {monomial: coefficient})
    factors: list[tuple[int, Exponent]] = []
    for i, exponent in monomial:
        head, e = by_id[i].head if i in special else "", exponent
        if head == DELTA or head[:1] == "S":
            if not isinstance(e, int) or e < 0:
                raise ZeroDivisionError("division by an indicator")
            e = 1
        elif head[:1] == "n":
            whole, e = divmod(e, 1)
            coefficient = coefficient * Fraction(int(head[2:])) ** int(whole)
            if not e:
                continue
        factors.append((i, e))
    for i, _ in factors:
        if i in special and by_id[i].is_delta:
            contracted = _contract(ring, i, factors, coefficient)
            if contracted is not None:
                return contracted
    return Poly(ring, {tuple(factors): tidy(coefficient)})


def _contract(
    ring: Ring, delta: int, factors: list[tuple[int, Exponent]], coefficient: Coefficient
) -> Poly | None:
    """Write the larger index of a delta as the smaller one in all other factors."""
    by_id = ring.table.by_id
    keep, drop = by_id[delta].indices
    if keep[0] != "=" and drop[0] == "=":
        keep, drop = drop, keep
    if not any(drop in by_id[i].free for i, _ in factors if i != delta):
        return None
    result = ring.component(by_id[delta]).scale(coefficient)
    for i, e in factors:
        if i != delta:
            result = result * ring.power(ring.rename(by_id[i], {drop: keep}), e)
    return result


def _sum_term(ring: Ring, monomial: Monomial, coefficient: Coefficient, index: str, size: str) -> Poly:
    by_id = ring.table.by_id
    gathered = [(by_id[i], e) for i, e in monomial if index in by_id[i].free]
    rest = Poly(ring, {tuple((i, e) for i, e in monomial if index not in by_id[i].free): coefficient})
    if not gathered:
        return rest * ring.atom(f"s:{size}")
    for component, _ in gathered:
        if component.is_delta:
            other = next(i for i in component.indices if i != index)
            kept = ring.product(
                ring.power(ring.rename(c, {index: other}), e) for c, e in gathered if c is not component
            )
            return rest * kept
    bound, atoms = {index: size}, []
    for component, exponent in gathered:
        if not component.sizes:
            atoms.append((component.head, component.indices, exponent))
            continue
        if not isinstance(exponent, int) or exponent < 0:
            raise TooComplex("a root of a sum inside a sum")
        for _ in range(exponent):
            inner, more = ring.unbound(component)
            bound |= inner
            atoms += more
    return rest * ring.component(ring.table.contraction(bound, atoms))
