"""Powers, exp, log and the other functions of a polynomial, in normal form.

What can be split is split: ``exp`` over sums into invertible atoms, ``log`` over
products, powers over positive factors. What cannot becomes an atom whose head is a
*template*, the argument with its indices abstracted, so that ``f(P_i)`` and ``f(P_k)``
are one function at two indices. A power of a sum P is the atom ``R`` of the base:
``R^q = P^q``; `gradcheck.algebra.zero` knows that ``R^1 = P``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import gcd, lcm

from gradcheck.algebra.components import DELTA, Component, Exponent, TooComplex
from gradcheck.algebra.poly import Coefficient, Monomial, Poly, Ring, Template, tidy

MAX_POWER = 24
MAX_EXPONENT = 400
_PREFIX = {"root": "R", "step": "S"}


def new_ring() -> Ring:
    """An empty ring whose powers are the ones of this module."""
    return Ring(power)


def function_atom(kind: str, argument: Poly, make: Callable[[Poly], Poly]) -> Poly:
    """The atom ``kind(argument)``, its argument abstracted to a canonical template."""
    template, order = _abstracted(argument, signed=False)[1:]
    return _template_atom(kind, template, order, make)


def signed_atom(kind: str, argument: Poly, make: Callable[[Poly], Poly]) -> tuple[int, Poly]:
    """``(sign, atom)`` with ``argument = sign · (the atom's argument)``, the sign canonical."""
    sign, template, order = _abstracted(argument, signed=True)
    return sign, _template_atom(kind, template, order, make)


def _abstracted(argument: Poly, signed: bool) -> tuple[int, Poly, tuple[str, ...]]:
    """The argument with its indices named ``?0 ?1 …`` in the order that reads smallest."""
    indices = sorted(argument.free())
    if len(indices) > 5:
        raise TooComplex("a function of an argument with too many free indices")
    candidates = []
    for order in permutations(indices):
        template = argument.rename({i: f"?{k}" for k, i in enumerate(order)})
        sign = _orientation(template) if signed else 1
        template = template.scale(sign)
        candidates.append((template.key(), sign, order, template))
    _, sign, order, template = min(candidates, key=lambda c: c[:3])
    return sign, template, order


def _orientation(template: Poly) -> int:
    """The canonical sign: a polynomial in sizes is positive for large ones, others start with a plus."""
    if all(head[:2] == "s:" for head in template.deps()):
        large = sum(c * 10**6 ** sum(e for _, e in m) for m, c in template.terms.items())
        return 1 if large > 0 else -1
    return 1 if template.key()[0][1] > 0 else -1


def _template_atom(kind: str, template: Poly, order: tuple[str, ...], make: Callable[[Poly], Poly]) -> Poly:
    ring, key = template.ring, (kind, template.key())
    head = ring.template_heads.get(key)
    if head is None:
        head = f"{_PREFIX.get(kind, 'F')}{len(ring.templates)}"
        ring.template_heads[key] = head
        deps = template.deps()
        ring.templates[head] = Template(kind, template, len(order), make, DELTA in deps)
        ring.table.deps_of_head[head] = deps
    return ring.plain_atom(head, order)


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
        for prime, times in _factorised(value):
            whole, part = divmod(exponent * times * sign, 1)
            result = result.scale(Fraction(prime) ** int(whole))
            if part:
                atom = ring.atom(f"n:{prime}")
                ((monomial, _),) = atom.terms.items()
                result = result * Poly(ring, {((monomial[0][0], part),): 1})
    return result


def _factorised(value: int) -> list[tuple[int, int]]:
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


def exp(argument: Poly) -> Poly:
    """``exp`` split over the terms of its argument."""
    ring = argument.ring
    result = ring.one
    for monomial, coefficient in argument.terms.items():
        result = result * _exp_of(ring, monomial, coefficient)
    return result


def _exp_of(ring: Ring, monomial: Monomial, coefficient: Coefficient) -> Poly:
    """``exp`` of one term; ``exp(c log P) = P^c``, and an indicator's exp is linear in it."""
    for i, e in monomial:
        component = ring.table.by_id[i]
        template = ring.templates.get(component.head)
        if len(monomial) == 1 and e == 1 and template and template.kind == "log":
            return power(ring.instance(component.head, component.indices), coefficient)
        if i in ring.special and component.head[0] in "dS":
            rest = tuple(f for f in monomial if f[0] != i)
            indicator = ring.component(component)
            return ring.one - indicator + indicator * _exp_of(ring, rest, coefficient)
    return power(function_atom("exp", Poly(ring, {monomial: 1}), exp), coefficient)


def log(argument: Poly) -> Poly:
    """``log`` split over the factors of its argument, where both sides are defined."""
    ring = argument.ring
    if not argument:
        raise ZeroDivisionError("the logarithm of zero")
    coefficient, monomial, rest = content(argument)
    if len(rest.terms) == 1:
        ((monomial, coefficient),) = (Poly(ring, {monomial: coefficient}) * rest).terms.items()
        rest = ring.one
    if coefficient < 0:
        coefficient, rest = -coefficient, -rest
    total = _log_number(ring, Fraction(coefficient))
    for i, e in monomial:
        total = total + _log_component(ring, ring.table.by_id[i]).scale(e)
    return total if rest == ring.one else total + function_atom("log", rest, log)


def _log_component(ring: Ring, component: Component) -> Poly:
    template = ring.templates.get(component.head)
    if not component.sizes and template is not None:
        inner = ring.instance(component.head, component.indices)
        if template.kind == "exp":
            return inner
        if template.kind == "root":
            return log(inner)
    if component.head[:2] == "n:":
        return _log_number(ring, Fraction(int(component.head[2:])))
    if component.head == "c:e":
        return ring.one
    return function_atom("log", ring.component(component), log)


def _log_number(ring: Ring, value: Fraction) -> Poly:
    total = ring.zero
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in _factorised(number):
            total = total + function_atom("log", ring.constant(prime), log).scale(sign * times)
    return total


def step(argument: Poly) -> Poly:
    """1 where the argument is positive, else 0; ``step(-u) = 1 - step(u)`` almost everywhere."""
    ring = argument.ring
    if not argument:
        return ring.zero
    indicators = _common_indicators(argument)
    if indicators:
        kept = {tuple(f for f in m if f[0] not in indicators): c for m, c in argument.terms.items()}
        outer = ring.product(ring.component(ring.table.by_id[i]) for i in indicators)
        return outer * step(Poly(ring, kept))
    coefficient, _, rest = content(argument, keep_signs=True)
    if len(rest.terms) == 1:
        ((monomial, number),) = rest.terms.items()
        signed = tuple((i, x) for i, x in monomial if not is_positive(ring, ring.table.by_id[i]))
        coefficient, rest = coefficient * number, Poly(ring, {signed: 1})
    if rest == ring.one:
        return ring.one if coefficient > 0 else ring.zero
    sign, atom = signed_atom("step", rest.scale(1 if coefficient > 0 else -1), step)
    return atom if sign > 0 else ring.one - atom


def _common_indicators(poly: Poly) -> set[int]:
    """The steps that every term carries: ``step(s·u) = s·step(u)``."""
    ids = [{i for i, _ in m if poly.ring.table.by_id[i].head[0] == "S"} for m in poly.terms]
    return set.intersection(*ids)


def _odd(kind: str) -> Callable[[Poly], Poly]:
    """An odd function: the sign of the argument is taken out."""

    def apply(argument: Poly) -> Poly:
        if not argument:
            return argument
        sign, atom = signed_atom(kind, argument, apply)
        return atom.scale(sign)

    return apply


erf = _odd("erf")
sin = _odd("sin")
atan = _odd("atan")


def cos(argument: Poly) -> Poly:
    """The cosine, an even function."""
    return signed_atom("cos", argument, cos)[1] if argument else argument.ring.one
