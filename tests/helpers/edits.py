"""Single edits that may spoil a formula, and identities that may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

from layers import Layer
from terms import Term, add, bound, bound_at, free, mul, put, rename, rename_bound, size, term, total, walk

Edit = Callable[[Term, Layer, Random], "Term | None"]
Spot = tuple[tuple[int, ...], Term]


def spots(node: Term, *kinds: str) -> list[Spot]:
    """The nodes of some kinds, with their paths."""
    return [(path, n) for path, n in walk(node) if n.kind in kinds]


def chosen(found: list[Spot], random: Random) -> Spot | None:
    return random.choice(found) if found else None


# -- edits that may spoil ----------------------------------------------------------------


def flip_sign(node: Term, layer: Layer, random: Random) -> Term | None:
    """Another sign before one term, or before the whole."""
    spot = chosen(spots(node, "add"), random)
    if spot is None or random.random() < 0.2:
        return add((-1, node))
    path, found = spot
    at = random.randrange(len(found.signs))
    signs = tuple(-s if n == at else s for n, s in enumerate(found.signs))
    return put(node, path, replace(found, signs=signs))


def change_exponent(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "pow"), random)
    if spot is None:
        return None
    path, found = spot
    step = random.choice([-2, -1, 1, 2, Fraction(1, 2) if found.value.denominator == 2 else 3])
    if found.value + step == 0:
        return None
    return put(node, path, replace(found, value=found.value + step))


def change_number(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "num"), random)
    if spot is None:
        return None
    path, found = spot
    return put(node, path, term(random.choice([found.value + 1, found.value * 2, found.value / 2])))


def swap_index(node: Term, layer: Layer, random: Random) -> Term | None:
    """One printed index becomes another that is in scope and has the same range."""
    found = [(p, n) for p, n in walk(node) if n.kind == "sym" and n.index]
    spot = chosen(found, random)
    if spot is None:
        return None
    path, symbol = spot
    at = random.randrange(len(symbol.index))
    scope = (bound_at(node, path) | free(node)) - {symbol.index[at]}
    others = [i for i in sorted(scope) if layer.ranges[i] == layer.ranges[symbol.index[at]]]
    if not others:
        return None
    index = tuple(random.choice(others) if n == at else i for n, i in enumerate(symbol.index))
    return put(node, path, replace(symbol, index=index))


def transpose(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen([(p, n) for p, n in walk(node) if n.kind == "sym" and len(n.index) == 2], random)
    return put(node, spot[0], replace(spot[1], index=spot[1].index[::-1])) if spot else None


def drop_factor(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "mul"), random)
    if spot is None:
        return None
    path, found = spot
    at = random.randrange(len(found.below))
    return put(node, path, mul(*found.below[:at], *found.below[at + 1 :]))


def repeat_factor(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "mul"), random)
    if spot is None:
        return None
    path, found = spot
    return put(node, path, mul(*found.below, random.choice(found.below)))


def drop_term(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen([s for s in spots(node, "add") if len(s[1].below) > 1], random)
    if spot is None:
        return None
    path, found = spot
    at = random.randrange(len(found.below))
    kept = [p for n, p in enumerate(zip(found.signs, found.below, strict=True)) if n != at]
    return put(node, path, add(*kept))


def drop_sum(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "sum"), random)
    return put(node, spot[0], spot[1].below[0]) if spot else None


def size_less_one(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "size"), random)
    if spot is None:
        return None
    path, found = spot
    return put(node, path, size(found.name, 0 if found.value else 1))


def swap_symbol(node: Term, layer: Layer, random: Random) -> Term | None:
    """A symbol becomes another of the same shape."""
    spot = chosen(spots(node, "sym"), random)
    if spot is None:
        return None
    path, found = spot
    shape = [layer.ranges[i] for i in found.index]
    known = {s.name: [layer.ranges[i] for i in s.index] for s in layer.forward}
    known |= {name: list(sizes) for name, sizes in layer.inputs.items()}
    others = [name for name, of in sorted(known.items()) if of == shape and name != found.name]
    return put(node, path, replace(found, name=random.choice(others))) if others else None


def drop_root(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "sqrt"), random)
    return put(node, spot[0], spot[1].below[0]) if spot else None


def upside_down(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "frac"), random)
    return put(node, spot[0], spot[1].below[1] / spot[1].below[0]) if spot else None


SPOILING: dict[str, Edit] = {
    f.__name__: f
    for f in (
        flip_sign, change_exponent, change_number, swap_index, transpose, drop_factor,
        repeat_factor, drop_term,
        drop_sum, size_less_one, swap_symbol, drop_root, upside_down,
    )
}  # fmt: skip


# -- identities --------------------------------------------------------------------------


def fresh(node: Term, path: tuple[int, ...], like: str, layer: Layer) -> str | None:
    """An index letter of the same range that nothing near a place uses."""
    used = free(node) | bound(node)
    spare = [i for i in sorted(layer.ranges) if layer.ranges[i] == layer.ranges[like] and i not in used]
    return spare[0] if spare else None


def commute(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "mul", "add"), random)
    if spot is None:
        return None
    path, found = spot
    order = list(range(len(found.below)))
    random.shuffle(order)
    signs = tuple(found.signs[n] for n in order) if found.signs else ()
    return put(node, path, replace(found, below=tuple(found.below[n] for n in order), signs=signs))


def distribute(node: Term, layer: Layer, random: Random) -> Term | None:
    """A product with a sum of terms becomes a sum of products."""
    spot = chosen([s for s in spots(node, "mul") if any(b.kind == "add" for b in s[1].below)], random)
    if spot is None:
        return None
    path, found = spot
    at = next(n for n, b in enumerate(found.below) if b.kind == "add")
    inner, rest = found.below[at], (*found.below[:at], *found.below[at + 1 :])
    parts = [(s, mul(*rest, t)) for s, t in zip(inner.signs, inner.below, strict=True)]
    return put(node, path, add(*parts))


def multiply_and_divide(node: Term, layer: Layer, random: Random) -> Term | None:
    """An expression over and times one of the symbols, or a number."""
    path, found = random.choice([s for s in walk(node) if s[1].kind not in ("num", "size", "pi")])
    names = [n for n in spots(node, "sym") if not n[1].index or set(n[1].index) <= free(node)]
    by = random.choice(names)[1] if names and random.random() < 0.6 else term(random.choice([2, 3, 5]))
    if set(by.index) & bound_at(node, path):
        return None
    return put(node, path, mul(by, found) / by)


def rename_a_sum(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "sum"), random)
    if spot is None:
        return None
    path, found = spot
    new = fresh(node, path, found.name, layer)
    return put(node, path, rename_bound(found, {found.name: new})) if new else None


def split_sum(node: Term, layer: Layer, random: Random) -> Term | None:
    """The sum of several terms, one sum each."""
    spot = chosen([s for s in spots(node, "sum") if s[1].below[0].kind == "add"], random)
    if spot is None:
        return None
    path, found = spot
    body = found.below[0]
    parts = [(s, total(found.name, t)) for s, t in zip(body.signs, body.below, strict=True)]
    return put(node, path, add(*parts))


def factor_out(node: Term, layer: Layer, random: Random) -> Term | None:
    """Factors that do not know the bound index stand before the sum."""
    spot = chosen([s for s in spots(node, "sum") if s[1].below[0].kind == "mul"], random)
    if spot is None:
        return None
    path, found = spot
    out = [b for b in found.below[0].below if found.name not in free(b)]
    kept = [b for b in found.below[0].below if found.name in free(b)]
    return put(node, path, mul(*out, total(found.name, mul(*kept)))) if out and kept else None


def factor_in(node: Term, layer: Layer, random: Random) -> Term | None:
    """A factor beside a sum stands inside it."""
    spot = chosen([s for s in spots(node, "mul") if any(b.kind == "sum" for b in s[1].below)], random)
    if spot is None:
        return None
    path, found = spot
    at = next(n for n, b in enumerate(found.below) if b.kind == "sum")
    inner, rest = found.below[at], (*found.below[:at], *found.below[at + 1 :])
    safe = [b for b in rest if inner.name not in free(b)]
    kept = [b for b in rest if inner.name in free(b)]
    return put(node, path, mul(*kept, total(inner.name, mul(*safe, inner.below[0])))) if safe else None


def root_as_power(node: Term, layer: Layer, random: Random) -> Term | None:
    spot = chosen(spots(node, "sqrt"), random)
    return put(node, spot[0], spot[1].below[0] ** Fraction(1, 2)) if spot else None


def quotient_as_power(node: Term, layer: Layer, random: Random) -> Term | None:
    """a / sqrt(b) becomes a b^{-1/2}, a / b becomes a b^{-1}."""
    spot = chosen(spots(node, "frac"), random)
    if spot is None:
        return None
    path, found = spot
    above, under = found.below
    half = under.kind == "sqrt"
    return put(node, path, mul(above, (under.below[0] ** Fraction(-1, 2)) if half else under**-1))


def power_as_root(node: Term, layer: Layer, random: Random) -> Term | None:
    """b^{-3/2} becomes 1 / (b sqrt b), b^2 becomes b b."""
    spot = chosen([s for s in spots(node, "pow") if s[1].value in (2, Fraction(-3, 2))], random)
    if spot is None:
        return None
    path, found = spot
    base = found.below[0]
    root = Term("sqrt", below=(base,))
    return put(node, path, mul(base, base) if found.value == 2 else 1 / mul(base, root))


def add_and_subtract(node: Term, layer: Layer, random: Random) -> Term | None:
    path, found = random.choice([s for s in walk(node) if s[1].kind in ("add", "mul", "frac", "sum", "sym")])
    pool = [n for _, n in walk(node) if n.kind in ("sym", "mul", "frac") and free(n) <= free(node)]
    if not pool or free(pool[0]) & bound_at(node, path):
        return None
    extra = random.choice(pool)
    if free(extra) & bound_at(node, path):
        return None
    return put(node, path, add((1, found), (1, extra), (-1, extra)))


def expand_definition(node: Term, layer: Layer, random: Random) -> Term | None:
    """A defined symbol becomes what it is defined as."""
    found = [
        (p, n) for p, n in walk(node) if n.kind == "sym" and any(n.name == d.name for d in layer.forward)
    ]
    spot = chosen(found, random)
    if spot is None:
        return None
    path, symbol = spot
    left, right = next((a, b) for a, b in layer.forward.items() if a.name == symbol.name)
    taken = free(node) | bound(node) | set(left.index)
    names = {}
    for letter in sorted(bound(right)):
        spare = [i for i in sorted(layer.ranges) if layer.ranges[i] == layer.ranges[letter]]
        free_ones = [i for i in spare if i not in taken | set(names.values())]
        if not free_ones:
            return None
        names[letter] = free_ones[0]
    body = rename_bound(right, names)
    return put(node, path, rename(body, dict(zip(left.index, symbol.index, strict=True))))


def turn_difference(node: Term, layer: Layer, random: Random) -> Term | None:
    """a - b becomes -(b - a)."""
    spot = chosen([s for s in spots(node, "add") if len(s[1].below) == 2], random)
    if spot is None:
        return None
    path, found = spot
    turned = replace(found, signs=tuple(-s for s in found.signs))
    return put(node, path, mul(term(-1), turned)) if path else add((-1, mul(turned)))


def split_exponential(node: Term, layer: Layer, random: Random) -> Term | None:
    """e^a becomes e^{a/2} e^{a/2}."""
    spot = chosen([s for s in spots(node, "fun") if s[1].name == "exp"], random)
    if spot is None:
        return None
    path, found = spot
    half = replace(found, below=(found.below[0] / 2,))
    return put(node, path, mul(half, half))


IDENTITIES: dict[str, Edit] = {
    f.__name__: f
    for f in (
        commute, distribute, multiply_and_divide, rename_a_sum, split_sum, factor_out, factor_in,
        root_as_power,
        quotient_as_power, power_as_root, add_and_subtract, expand_definition, turn_difference,
        split_exponential,
    )
}  # fmt: skip
