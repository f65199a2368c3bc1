"""What is computed twice is computed once: repeated parts of formulas become definitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from gradcheck.algebra.expr import (
    Add,
    Delta,
    Expr,
    Fun,
    Mul,
    Num,
    Pow,
    Ref,
    Sum,
    Var,
    add,
    children,
    free_indices,
    mul,
    rename,
    walk,
)
from gradcheck.derive.code.canonical import Fresh, canonical
from gradcheck.derive.code.definitions import Definition, Program, in_order, needed
from gradcheck.derive.code.index_sizes import index_sizes
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of, tidy

PART = "part "
"""What the names of parts begin with that no document has a name for."""


def shared(program: Program, fresh: Fresh) -> Program:
    """The same program without repetitions and without what nobody needs."""
    return _Sharer(program, fresh).run()


class _Sharer:
    def __init__(self, program: Program, fresh: Fresh) -> None:
        self.program, self.fresh = program, fresh
        self.found = needed(program.definitions, program.wanted)
        self.count = 0

    def run(self) -> Program:
        """Definitions that occur in others first, then parts, the largest first, then products of two."""
        self._name_definitions()
        while any(map(self._name, (self._products, self._parts, self._powers, self._pairs))):
            self.found = needed(self.found, self.program.wanted)
        return replace(self.program, definitions=in_order(self.found.values()))

    def sizes(self, name: str) -> tuple[str, ...]:
        found = self.found.get(name)
        return self.program.sizes(name) if found is None else found.sizes

    # -- definitions that occur in others ---------------------------------------------

    def _name_definitions(self) -> None:
        for name in list(self.found):
            if self.found[name].largest or _is_small(self.found[name].body):
                continue
            definition = self.found[name]
            key, free = canonical(definition.body)
            if set(free) != set(definition.params):
                continue
            order = [free.index(p) for p in definition.params]
            self._replace(key, definition.name, order, {name} | self._above(name))

    def _above(self, name: str) -> set[str]:
        """What a definition is computed from, which cannot mention it."""
        return set(needed(self.found, (name,)))

    def _replace(self, key: str, name: str, order: list[int], spared: set[str]) -> None:
        def change(part: Expr) -> Expr | None:
            if isinstance(part, Num | Var | Ref):
                return None
            found, free = canonical(part)
            return Ref(name, tuple(free[k] for k in order)) if found == key else None

        self._rewrite(change, spared)

    def _rewrite(self, change: Callable[[Expr], Expr | None], spared: set[str]) -> None:
        for other, definition in self.found.items():
            if other not in spared:
                self.found[other] = replace(definition, body=_replaced(definition.body, change))

    # -- parts ------------------------------------------------------------------------

    def _name(self, candidates: Callable[[], Iterator[tuple[Expr, float]]]) -> bool:
        """Give the most expensive part that occurs twice a name; False if there is none."""
        seen: dict[str, list[Expr]] = defaultdict(list)
        weights: dict[str, float] = {}
        for part, weight in candidates():
            key = canonical(part)[0]
            seen[key].append(part)
            weights[key] = weight
        repeated = [key for key, parts in seen.items() if len(parts) > 1]
        if not repeated:
            return False
        best = max(repeated, key=lambda key: (weights[key], len(seen[key])))
        self._define(best, seen[best][0])
        return True

    def _define(self, key: str, part: Expr) -> None:
        self.count += 1
        name = f"{PART}{self.count}"
        free = canonical(part)[1]
        lengths = index_sizes(part, self.sizes)
        order = _natural(part, free)
        letters = {i: self.fresh.index(i) for i in free}
        body = rename(self.fresh.apart(part), dict(letters))
        places = [free.index(i) for i in order]

        def change(found: Expr) -> Expr | None:
            if isinstance(found, Num | Var | Ref):
                return None
            other, at = canonical(found)
            if other == key:
                return Ref(name, tuple(at[k] for k in places))
            return self._within_product(found, key, name, places)

        self._rewrite(change, set())
        params = tuple(letters[i] for i in order)
        self.found[name] = Definition(name, params, tuple(lengths[i] for i in order), body)
        self.found = in_order(self.found.values())

    def _within_product(self, found: Expr, key: str, name: str, places: list[int]) -> Expr | None:
        """A product or sum of which some factors or terms are the part."""
        if not isinstance(found, Mul | Add):
            return None
        join = mul if isinstance(found, Mul) else add
        for some in _combinations(found, 2):
            whole = join(*some)
            other, at = canonical(whole)
            if other == key and type(whole) is type(found):
                rest = [f for f in children(found) if not any(f is p for p in some)]
                return join(*rest, Ref(name, tuple(at[k] for k in places)))
        return None

    def _parts(self) -> Iterator[tuple[Expr, float]]:
        for definition in self.found.values():
            for part, parent in _with_parents(definition.body):
                whole = part is definition.body and definition.name.startswith(PART)
                if not whole and _is_worth_it(part) and not _is_contracted(part, parent):
                    yield part, float(sum(1 for _ in walk(part)))

    def _powers(self) -> Iterator[tuple[Expr, float]]:
        """What is raised to the third power or a higher one is multiplied by itself, and so needs a name."""
        for definition in self.found.values():
            for part in walk(definition.body):
                base, power = as_power(part)
                if power in (3, 4) and not isinstance(base, Var | Ref):
                    yield base, 1.0
                    yield base, 1.0

    def _products(self) -> Iterator[tuple[Expr, float]]:
        """Three factors and more of large arrays."""
        yield from self._combined(3)

    def _pairs(self) -> Iterator[tuple[Expr, float]]:
        yield from self._combined(2)

    def _combined(self, least: int) -> Iterator[tuple[Expr, float]]:
        """Factors of products, or terms of sums, that are an array with two axes or more."""
        for definition in self.found.values():
            for part, parent in _with_parents(definition.body):
                if not isinstance(part, Mul | Add):
                    continue
                for some in _combinations(part, least):
                    axes = [free_indices(f) for f in some]
                    every = frozenset().union(*axes)
                    whole = mul(*some) if isinstance(part, Mul) else add(*some)
                    if len(every) > 1 and every in axes and all(axes) and not _is_contracted(whole, parent):
                        yield whole, 10.0 * len(every) + len(some)


_MOST = 6


def _has_delta(expr: Expr) -> bool:
    """Whether a Kronecker delta is in it, which becomes an array only where nothing contracts it."""
    return any(isinstance(part, Delta) for part in walk(expr))


def _combinations(expr: Mul | Add, least: int) -> Iterator[tuple[Expr, ...]]:
    """So many factors or terms and more, as long as there are few."""
    parts = [p for p in children(expr) if free_indices(p) and not _has_delta(p)]
    for count in range(len(parts) if len(parts) <= _MOST else least, least - 1, -1):
        yield from combinations(parts, count)


def _with_parents(expr: Expr, parent: Expr | None = None) -> Iterator[tuple[Expr, Expr | None]]:
    yield expr, parent
    for part in children(expr):
        yield from _with_parents(part, expr)


def _replaced(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """``expr`` with the outermost parts replaced for which ``change`` has something."""
    found = change(expr)
    if found is not None:
        return found
    match expr:
        case Add(terms):
            return tidy(Add(tuple(_replaced(t, change) for t in terms)))
        case Mul(factors):
            return tidy(Mul(tuple(_replaced(f, change) for f in factors)))
        case Pow(base, exponent):
            return Pow(_replaced(base, change), _replaced(exponent, change))
        case Fun(name, args):
            return Fun(name, tuple(_replaced(a, change) for a in args))
        case Sum(index, size, body):
            return tidy(Sum(index, size, _replaced(body, change)))
        case _:
            return expr


def _is_small(expr: Expr) -> bool:
    return isinstance(coefficient(expr)[1], Num | Var | Ref) or not free_indices(expr)


def _is_worth_it(expr: Expr) -> bool:
    """Whether a part takes time: an operation on an array, more than a change of sign."""
    if not isinstance(expr, Add | Mul | Pow | Fun | Sum) or _has_delta(expr):
        return False
    if isinstance(expr, Fun) and expr.name == "step" and isinstance(expr.args[0], Var | Ref):
        return False
    if isinstance(expr, Mul) and isinstance(coefficient(expr)[1], Var | Ref):
        return False
    if isinstance(expr, Add) and len(expr.terms) == 2 and any(isinstance(t, Num) for t in expr.terms):
        # The rest is what takes time: one more or less than that is made in the memory of what it goes into.
        return False
    return any(isinstance(p, Var | Ref) and p.indices for p in walk(expr))


def _is_contracted(part: Expr, parent: Expr | None) -> bool:
    """Whether a product is summed so that one of its factors is a vector, or each has axes of its own."""
    if not isinstance(part, Mul) or not isinstance(parent, Sum):
        return False
    axes = [free_indices(f) for f in factors_of(part) if free_indices(f)]
    return any(a != axes[0] for a in axes)


def _natural(part: Expr, free: tuple[str, ...]) -> tuple[str, ...]:
    """The free indices in the order of the largest tensor."""
    entries = [p for p in walk(part) if isinstance(p, Var | Ref)]
    entries.sort(key=lambda p: -len(set(p.indices) & set(free)))
    order = dict.fromkeys(i for p in entries for i in p.indices if i in free)
    return tuple(str(i) for i in order)
