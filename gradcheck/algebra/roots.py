"""Powers of a polynomial: what can be split is split, a power of a sum is one atom.

A power of a sum P is the atom ``R`` of the base, ``R^q = P^q``; `gradcheck.algebra.zero`
knows that ``R^1 = P``. Only positive factors leave a fractional power.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from gradcheck.algebra.components import Component, Exponent, TooComplex
from gradcheck.algebra.poly import Coefficient, Monomial, Poly, Ring, tidy
from gradcheck.algebra.templates import function_atom, signed_atom

MAX_POWER = 24


MAX_EXPONENT = 400


def power(base: Poly, exponent: Exponent) -> Poly:
    """``base ** exponent`` for a rational exponent.

    Raises `ZeroDivisionError` for a power of zero that is not positive, `TooComplex`
    beyond the ``MAX_POWER``-th power of a sum.
    """
    ring = base.ring
    if exponent == 0:
        return ring.one
    if exponent == 1:
        return base
    if not base:
        if exponent < 0:
            raise ZeroDivisionError("division by zero")
        return base
    if len(base.terms) == 1:
        return _monomial_power(base, exponent)
    if isinstance(exponent, int) and exponent > 0:
        if exponent > MAX_POWER:
            raise TooComplex(f"power {exponent} of a sum")
        return base.natural_power(exponent)
    return _sum_power(base, exponent)


def _monomial_power(base: Poly, exponent: Exponent) -> Poly:
    """Split off the factors that may be split off; the rest stays one root."""
    ring = base.ring
    ((monomial, coefficient),) = base.terms.items()
    split: list[tuple[int, Exponent]] = []
    kept: list[tuple[int, Exponent]] = []
    for i, e in monomial:
        component = ring.table.by_id[i]
        splits = _splits(ring, component, exponent)
        (split if splits else kept).append((i, tidy(e * exponent) if splits else e))
    if coefficient not in (1, -1) and not -MAX_EXPONENT < exponent < MAX_EXPONENT:
        raise TooComplex("a very large power of a number")
    result = Poly(ring, {tuple(split): 1})
    if any(i in ring.special for i, _ in split):
        result = ring.product(Poly(ring, {((i, e),): 1}) for i, e in split)
    if isinstance(exponent, int):
        result = result.scale(Fraction(coefficient) ** exponent)
        coefficient = 1
    elif coefficient > 0:
        result = result * _number_power(ring, Fraction(coefficient), Fraction(exponent))
        coefficient = 1
    if kept or coefficient != 1:
        result = result * _root(Poly(ring, {tuple(kept): coefficient}), exponent)
    return result


def _splits(ring: Ring, component: Component, exponent: Exponent) -> bool:
    if component.sizes:
        return isinstance(exponent, int) and exponent > 0
    if component.head[0] in "dS":
        if exponent < 0:
            raise ZeroDivisionError("division by an indicator")
        return True
    return isinstance(exponent, int) or is_positive(ring, component)


def is_positive(ring: Ring, component: Component) -> bool:
    """Whether an atom is positive wherever the formula is defined.

    Sizes, numbers and exponentials are; a root is if its base stands under a fractional
    power somewhere, or is visibly positive.
    """
    head = component.head
    if component.sizes:
        return False
    if head[0] in "snc" or head in ring.positive:
        return True
    template = ring.templates.get(head)
    if template is None or template.kind not in ("exp", "root"):
        return False
    return template.kind == "exp" or _visibly_positive(ring, template.argument)


def _visibly_positive(ring: Ring, poly: Poly) -> bool:
    """A sum of positive terms, or a polynomial in sizes alone (kept positive for large ones)."""
    if all(head[:2] == "s:" for head in poly.deps()):
        return True
    return all(
        c > 0 and all(_positive_factor(ring, ring.table.by_id[i], e) for i, e in m)
        for m, c in poly.terms.items()
    )


def _positive_factor(ring: Ring, component: Component, exponent: Exponent) -> bool:
    if not component.sizes:
        return exponent % 2 == 0 or is_positive(ring, component)
    return all(e % 2 == 0 or is_positive(ring, ring.table.atom(h, idx)) for h, idx, e in component.atoms)


def _number_power(ring: Ring, base: Fraction, exponent: Fraction) -> Poly:
    """A positive rational to a fractional power, by prime factors."""
    result = ring.one
    for value, sign in ((base.numerator, 1), (base.denominator, -1)):
        for prime, times in factorised(value):
            whole, part = divmod(exponent * times * sign, 1)
            result = result.scale(Fraction(prime) ** int(whole))
            if part:
                atom = ring.atom(f"n:{prime}")
                ((monomial, _),) = atom.terms.items()
                result = result * Poly(ring, {((monomial[0][0], part),): 1})
    return result


def factorised(value: int) -> list[tuple[int, int]]:
    factors, prime = [], 2
    while value > 1 and prime < 1000:
        times = 0
        while value % prime == 0:
            value //= prime
            times += 1
        if times:
            factors.append((prime, times))
        prime += 1
    return factors + ([(value, 1)] if value > 1 else [])


def _sum_power(base: Poly, exponent: Exponent) -> Poly:
    coefficient, monomial, rest = content(base, keep_signs=not isinstance(exponent, int))
    outer = Poly(base.ring, {monomial: coefficient})
    if len(rest.terms) == 1:
        return power(outer * rest, exponent)
    return _monomial_power(outer, exponent) * _root(rest, exponent)


def _root(base: Poly, exponent: Exponent) -> Poly:
    """The atom R of ``base`` to a power; for a whole power the base's sign is taken out."""
    sign = 1
    if isinstance(exponent, int):
        sign, atom = signed_atom("root", base, _itself)
    else:
        atom = function_atom("root", base, _itself)
        base.ring.positive.add(next(iter(atom.components())).head)
    ((((ident, _),), _),) = atom.terms.items()
    return Poly(base.ring, {((ident, exponent),): 1}).scale(sign if exponent % 2 else 1)


def _itself(argument: Poly) -> Poly:
    return argument


def content(poly: Poly, keep_signs: bool = False) -> tuple[Coefficient, Monomial, Poly]:
    """``poly = coefficient · monomial · rest``, the rest primitive and free of divisions.

    The monomial takes sizes, exponentials and roots with their lowest exponents (and,
    unless ``keep_signs``, variables too), after which positive whole powers of roots are
    written out; with ``keep_signs`` only positive factors are taken.
    """
    ring, outer = poly.ring, poly.ring.one
    while len(poly.terms) > 1:
        monomial = _common(poly, keep_signs)
        if monomial:
            outer = outer * Poly(ring, {monomial: 1})
            poly = Poly(ring, _divided(poly, monomial))
        expanded = expand_roots(poly)
        if expanded is poly:
            break
        poly = expanded
    scale = _rational_content(poly)
    ((monomial, coefficient),) = outer.terms.items()
    return tidy(coefficient * scale), monomial, poly.scale(Fraction(1) / scale)


def _common(poly: Poly, keep_signs: bool) -> Monomial:
    """The factors that every term has, with their lowest exponents."""
    ring, lowest = poly.ring, {}
    ids = {i for m in poly.terms for i, _ in m}
    for i in ids:
        component = ring.table.by_id[i]
        if i in ring.special or not (is_positive(ring, component) or not keep_signs):
            continue
        least = min(dict(m).get(i, 0) for m in poly.terms)
        if least != 0 and not (component.sizes and least < 0):
            lowest[i] = least
    return tuple(sorted(lowest.items()))


def _divided(poly: Poly, monomial: Monomial) -> dict[Monomial, Coefficient]:
    down = dict(monomial)
    terms: dict[Monomial, Coefficient] = {}
    for term, coefficient in poly.terms.items():
        exponents = dict(term)
        for i, e in down.items():
            exponents[i] = tidy(exponents.get(i, 0) - e)
        terms[tuple(sorted((i, e) for i, e in exponents.items() if e != 0))] = coefficient
    return terms


def expand_roots(poly: Poly) -> Poly:
    """Whole positive powers of roots written out: ``R^(n+f) = P^n R^f``; itself if there are none."""
    ring, roots = poly.ring, poly.ring.roots
    while True:
        grown = next(((m, i, e) for m in poly.terms for i, e in m if i in roots and e >= 1), None)
        if grown is None:
            return poly
        monomial, i, e = grown
        component = ring.table.by_id[i]
        whole = int(e // 1)
        if whole > MAX_POWER:
            raise TooComplex(f"power {whole} of a sum")
        rest = tuple((k, x) for k, x in monomial if k != i)
        if e - whole:
            rest = tuple(sorted((*rest, (i, tidy(e - whole)))))
        coefficient = poly.terms[monomial]
        base = ring.instance(component.head, component.indices)
        others = Poly(ring, {m: c for m, c in poly.terms.items() if m != monomial})
        poly = others + Poly(ring, {rest: coefficient}) * base.natural_power(whole)


def _rational_content(poly: Poly) -> Fraction:
    if not poly.terms:
        return Fraction(1)
    values = [Fraction(c) for c in poly.terms.values()]
    numerator = gcd(*(v.numerator for v in values))
    return Fraction(numerator, lcm(*(v.denominator for v in values)))
