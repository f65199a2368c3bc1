"""Polynomials as lists of terms: common factors, products of two sums, sums that are alike."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from gradcheck.algebra.components import Component, Exponent
from gradcheck.algebra.poly import Coefficient
from gradcheck.derive.cost import magnitude

_READABLE = 12
_EVERY = 4

Powers = dict[int, Exponent]
Term = tuple[Coefficient, Powers]
"""A number, and the exponents of components by their ids."""


def without_common(terms: list[Term]) -> tuple[Coefficient, Powers, list[Term]]:
    """The number and the factors that all terms have, and the terms without them.

    >>> without_common([(2, {1: 1, 2: 1}), (-4, {1: 2})])
    (Fraction(2, 1), {1: 1}, [(Fraction(1, 1), {2: 1}), (Fraction(-2, 1), {1: 1})])
    """
    common: Powers = {}
    for i in set(terms[0][1]).intersection(*(p for _, p in terms[1:])):
        exponents = [p[i] for _, p in terms]
        if min(exponents) > 0 or max(exponents) < 0:
            common[i] = min(exponents, key=magnitude)
    number = _content([c for c, _ in terms])
    if all(c < 0 for c, _ in terms):
        number = -number
    rest: list[Term] = []
    for coefficient, powers in terms:
        left = {i: x - common.get(i, 0) for i, x in powers.items()}
        rest.append((Fraction(coefficient) / number, {i: x for i, x in left.items() if x != 0}))
    return number, common, rest


def product_of_sums(terms: list[Term]) -> tuple[list[Term], list[Term]] | None:
    """``a c + a d + b c + b d`` as ``(a + b) (c + d)``, if a and b are powers of one component.

    >>> product_of_sums([(1, {1: 1}), (2, {1: 1, 3: 1}), (3, {}), (6, {3: 1})])
    ([(Fraction(1, 1), {1: 1}), (Fraction(3, 1), {})], [(Fraction(1, 1), {}), (Fraction(2, 1), {3: 1})])
    """
    if len(terms) < _EVERY:
        return None
    for i in sorted({i for _, p in terms for i in p}):
        parts: dict[Exponent, list[Term]] = {}
        for coefficient, powers in terms:
            rest = {k: x for k, x in powers.items() if k != i}
            parts.setdefault(powers.get(i, 0), []).append((coefficient, rest))
        lengths = {len(part) for part in parts.values()}
        if len(parts) < 2 or len(lengths) != 1 or lengths == {1}:
            continue
        shapes = {x: _normalised(part) for x, part in parts.items()}
        first = next(iter(shapes.values()))
        if all(shape[1] == first[1] for shape in shapes.values()):
            outer: list[Term] = [(s[0], {i: x} if x else {}) for x, s in shapes.items()]
            return outer, [(c, dict(p)) for p, c in first[1]]
    return None


def alike(members: list[tuple[Term, Component]]) -> list[list[tuple[Term, Component]]]:
    """Sums in groups: each shares at least half of its factors with the first of its group."""
    groups: list[list[tuple[Term, Component]]] = []
    for member in members:
        own = {head for head, _, _ in member[1].atoms}
        for group in groups:
            first = {head for head, _, _ in group[0][1].atoms}
            if 2 * len(own & first) >= min(len(own), len(first)):
                group.append(member)
                break
        else:
            groups.append([member])
    return groups


def _content(numbers: list[Coefficient]) -> Fraction:
    """The positive number that leaves whole numbers without a common divisor, unless all are alike."""
    values = [abs(Fraction(n)) for n in numbers]
    if len(set(values)) == 1:
        return values[0]
    top = gcd(*(v.numerator for v in values))
    bottom = lcm(*(v.denominator for v in values))
    return Fraction(top, bottom) if bottom <= _READABLE else Fraction(1)


def _normalised(
    terms: list[Term],
) -> tuple[Coefficient, tuple[tuple[frozenset[tuple[int, Exponent]], Coefficient], ...]]:
    """A number, and the terms divided by it in a fixed order."""
    listed = sorted(((tuple(sorted(p.items())), c) for c, p in terms), key=lambda t: t[0])
    first = Fraction(listed[0][1])
    return first, tuple((frozenset(p), Fraction(c) / first) for p, c in listed)
