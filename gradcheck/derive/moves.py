"""Rewritings of a normal form by what the definitions say: an atom as a name has it, a sum as a fact has it.

``x̂ = (x − μ) R^{-1/2}`` is solved for x, and x is replaced by ``x̂ R^{1/2} + μ``; what then cancels
makes the formula shorter. Nothing here needs to be right: whatever comes of it is proved afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from gradcheck.algebra.components import Component, Exponent, TooComplex
from gradcheck.algebra.poly import Monomial, Poly, Ring, tidy
from gradcheck.algebra.roots import expand_roots, power


@dataclass(frozen=True, eq=False)
class Elimination:
    """``head[letters]^exponent = image``: entries of ``head`` are written so.

    A *phrase* brings in no name of the document, only a bracket or a function that it writes.
    Roots of the image that hold ``head`` themselves, ``(x − μ)`` or ``Σ_k e^{x_k}``, are
    ``closed``: they stand for one quantity, and nothing is replaced inside them.
    """

    head: str
    letters: tuple[str, ...]
    exponent: Exponent
    image: Poly
    closed: frozenset[str] = frozenset()
    is_phrase: bool = False

    def apply(self, poly: Poly) -> Poly | None:
        """The rewritten polynomial; None where nothing changes."""
        touched = {c.id for c in poly.components() if any(self._holds(h) for h, _, _ in c.atoms)}
        if not touched:
            return None
        ring = poly.ring
        total = ring.zero
        for monomial, coefficient in poly.terms.items():
            factors = [Poly(ring, {tuple(f for f in monomial if f[0] not in touched): coefficient})]
            for ident, power_ in monomial:
                if ident in touched:
                    factors.append(self._component(ring.table.by_id[ident], power_))
            total = total + ring.product(factors)
        return total

    def _holds(self, head: str) -> bool:
        if head == self.head or self.head[0] == "S":  # a step inside of a step stays: (c - |r|) does
            return head == self.head
        inside = self.image.ring.table.deps_of_head.get(head, frozenset())
        return self.head in inside and head not in self.closed

    def _component(self, component: Component, exponent: Exponent) -> Poly:
        if not component.sizes:
            return self._atom(component.head, component.indices, exponent)
        ring = self.image.ring
        bound, atoms = ring.unbound(component)
        whole = ring.product(self._atom(h, i, x) for h, i, x in atoms)
        return ring.power(whole.sum_over_all(bound), exponent)

    def _atom(self, head: str, indices: tuple[str, ...], exponent: Exponent) -> Poly:
        ring = self.image.ring
        if head == self.head:
            image = self.image.rename(dict(zip(self.letters, indices, strict=True)))
            times = tidy(Fraction(exponent) / self.exponent)
            if times.denominator != 1 and self.exponent % 2 == 0:
                raise TooComplex("a root of a square, whose sign is not known")
            return power(image, times)
        if not self._holds(head):
            return ring.power(ring.atom(head, indices), exponent)
        inner = self.apply(ring.instance(head, indices))
        changed = ring.atom(head, indices) if inner is None else ring.templates[head].make(inner)
        return ring.power(changed, exponent)


@dataclass(frozen=True, eq=False)
class Both:
    """Two eliminations as one move: ``e^u`` as ``R − 1``, then R by its name; in between all is longer."""

    first: Elimination
    second: Elimination

    @property
    def is_phrase(self) -> bool:
        return self.first.is_phrase and self.second.is_phrase

    def apply(self, poly: Poly) -> Poly | None:
        """The rewritten polynomial; None where nothing changes."""
        between = self.first.apply(poly)
        return None if between is None else self.second.apply(between)


@dataclass(frozen=True, eq=False)
class Fact:
    """``contraction = value``, an identity that follows from the definitions."""

    contraction: Component
    letters: tuple[str, ...]
    value: Poly

    def apply(self, poly: Poly) -> Poly | None:
        """The polynomial with every sum that is an instance of the contraction replaced."""
        images: dict[int, Poly] = {}
        for component in poly.components():
            image = self.image_of(component) if component.sizes else None
            if image is not None:
                images[component.id] = image
        if not images:
            return None
        return poly.replace(set(images), lambda c: images[c.id])

    def image_of(self, component: Component) -> Poly | None:
        """What a contraction equals, if it is an instance of the fact or one index of it is."""
        whole = self._instance(component)
        if whole is not None:
            return whole
        if len(component.sizes) < 2 or len(component.sizes) > 4:
            return None
        ring = self.value.ring
        bound, atoms = ring.unbound(component)
        for index, size in bound.items():
            inside = [a for a in atoms if index in a[1]]
            if len(inside) != len(self.contraction.atoms) or size != self.contraction.sizes[0]:
                continue
            factors = (ring.power(ring.atom(h, i), x) for h, i, x in inside)
            (part,) = ring.product(factors).sum_over(index, size).components()
            image = self._instance(part)
            if image is not None:
                rest = ring.product(ring.power(ring.atom(h, i), x) for h, i, x in atoms if index not in i)
                return (rest * image).sum_over_all({i: n for i, n in bound.items() if i != index})
        return None

    def _instance(self, component: Component) -> Poly | None:
        if component.sizes != self.contraction.sizes or len(component.atoms) != len(self.contraction.atoms):
            return None
        if len(component.free) != len(self.letters):
            return None
        ring = self.value.ring
        for order in permutations(sorted(component.free)):
            mapping = dict(zip(self.letters, order, strict=True))
            renamed = ring.rename(self.contraction, mapping)
            if renamed == ring.component(component):
                return self.value.rename(mapping)
        return None


Move = Elimination | Both | Fact


def moved(move: Move, poly: Poly) -> Poly | None:
    """The polynomial after a move; None where it changes nothing or does not apply."""
    try:
        return move.apply(poly)
    except (TooComplex, ZeroDivisionError):
        return None


def eliminations(
    target: Poly, letters: Iterable[str], body: Poly, is_phrase: bool = False
) -> list[Elimination]:
    """The ways to solve ``target = body`` for one atom of the body that has exactly the same letters."""
    wanted, found = frozenset(letters), []
    for monomial in body.terms:
        for ident, exponent in monomial:
            atom = body.ring.table.by_id[ident]
            if not _may_go(atom, wanted, body, monomial):
                continue
            image = _solved(target, body, monomial, ident)
            if image is None or _divides_by_a_name(image):
                continue
            heads = {h for c in image.components() for h, _, _ in c.atoms}
            if atom.head in heads:
                continue
            inside = body.ring.table.deps_of_head
            closed = frozenset(h for h in heads if atom.head in inside.get(h, frozenset()))
            if all(body.ring.templates[h].kind == "root" for h in closed):
                found.append(Elimination(atom.head, atom.indices, exponent, image, closed, is_phrase))
    return found


def _divides_by_a_name(image: Poly) -> bool:
    """Whether an image divides by what may be zero; nothing good comes of ``o = h / tanh c``."""
    by_id = image.ring.table.by_id
    return any(x < 0 and by_id[i].head[:2] == "v:" for m in image.terms for i, x in m)


def _may_go(atom: Component, wanted: frozenset[str], body: Poly, monomial: Monomial) -> bool:
    if atom.sizes or atom.head[:2] in ("s:", "c:", "n:") or atom.is_delta:
        return False
    if frozenset(atom.indices) != wanted or len(atom.indices) != len(wanted):
        return False
    table = body.ring.table
    others = [table.by_id[i] for m in body.terms for i, _ in m if (m, i) != (monomial, atom.id)]
    return not any(atom.head == h for c in others for h, _, _ in c.atoms)


def _solved(target: Poly, body: Poly, monomial: Monomial, ident: int) -> Poly | None:
    """The power of the atom, from ``target = coefficient · others · power + rest``."""
    ring = body.ring
    rest = Poly(ring, {m: c for m, c in body.terms.items() if m != monomial})
    others = Poly(ring, {tuple(f for f in monomial if f[0] != ident): body.terms[monomial]})
    try:
        return (target - rest) * power(others, -1)
    except (ZeroDivisionError, TooComplex):
        return None


def facts(ring: Ring, zero: Poly) -> list[Fact]:
    """``zero = 0`` solved for each sum that occurs in it alone and once."""
    found = []
    for monomial, coefficient in zero.terms.items():
        for ident, exponent in monomial:
            component = ring.table.by_id[ident]
            if not component.sizes or exponent != 1:
                continue
            if any(i == ident for m in zero.terms if m != monomial for i, _ in m):
                continue
            others = Poly(ring, {tuple(f for f in monomial if f[0] != ident): coefficient})
            if len([i for i, _ in monomial if ring.table.by_id[i].sizes]) > 1:
                continue
            rest = Poly(ring, {m: c for m, c in zero.terms.items() if m != monomial})
            if any(c.sizes for c in rest.components()):
                continue
            try:
                value = expand_roots(-rest * power(others, -1)) if rest else ring.zero
            except (TooComplex, ZeroDivisionError):
                continue
            letters = tuple(sorted(component.free))
            if value.free() <= set(letters):
                found.append(Fact(component, letters, value))
    return found
