"""The search for the shortest way to write a gradient in the words of the definitions."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import Atom, Exponent
from gradcheck.algebra.poly import Poly
from gradcheck.algebra.roots import expand_roots
from gradcheck.derive.cost import cost
from gradcheck.derive.moves import Elimination, Fact, Move, moved
from gradcheck.derive.vocabulary import Vocabulary

_STALLED = 2
_WIDTH = 4
_WRITTEN = 3
_TERMS = 60
_PATIENCE = 2.5
_BRACKET = 0.6


@dataclass(frozen=True)
class Written:
    """A polynomial, how it is written, and by which facts it came about."""

    poly: Poly
    expr: e.Expr
    facts: tuple[Fact, ...] = ()

    @property
    def cost(self) -> float:
        return cost(self.expr)


@dataclass(frozen=True)
class _State:
    """A polynomial on the way, about how long it is, and the facts used so far."""

    poly: Poly
    weight: float
    facts: tuple[Fact, ...] = ()


def shortest(words: Vocabulary, poly: Poly, level: str = "facts") -> Written:
    """The shortest of the formulas that moves of the vocabulary lead to from ``poly``.

    ``level`` is how far to go: ``phrases`` and functions of the definitions only, ``names`` too,
    or ``facts``.
    """
    candidates = sorted(_reached(words, poly, level), key=lambda s: s.weight)[:_WRITTEN]
    written = [Written(s.poly, words.raiser.write(s.poly), s.facts) for s in candidates]
    return min(written, key=lambda w: w.cost - _BRACKET * _brackets(w.poly))


def _brackets(poly: Poly) -> int:
    """How many brackets of the definitions stand in the formula as they are."""
    atoms = [(h, x) for m in poly.terms for i, n in m for h, _, x in _atoms(poly, i, n)]
    return sum(h[0] == "R" and x > 0 and x.denominator == 1 for h, x in atoms)


def _atoms(poly: Poly, ident: int, exponent: Exponent) -> list[Atom]:
    """The atoms of one factor, with their powers."""
    component = poly.ring.table.by_id[ident]
    if component.sizes:
        return list(component.atoms)
    return [(component.head, component.indices, exponent)]


def _reached(words: Vocabulary, poly: Poly, level: str) -> list[_State]:
    """What a search from ``poly`` comes across that divides by nothing new and brings in no inputs."""
    own: list[Move] = [*words.moves, *words.pairs]
    moves = [m for m in own if level != "phrases" or (not isinstance(m, Fact) and m.is_phrase)]
    moves += words.facts if level == "facts" else ()
    start = _State(poly, words.weights.of(poly))
    divisors, inputs = _may_divide(moves, poly), _inputs(words, poly)
    seen, sound, frontier, least = {poly}, [start], [start], start.weight
    stalled = 0
    while stalled < _STALLED:
        found: list[_State] = []
        for state in frontier:
            for move in (*moves, None):
                after = _after(move, state.poly)
                if after is None or after in seen:
                    continue
                seen.add(after)
                used = (*state.facts, move) if isinstance(move, Fact) else state.facts
                found.append(_State(after, words.weights.of(after), used))
        found = sorted((s for s in found if s.weight <= _PATIENCE * least), key=lambda s: s.weight)
        frontier = found[:_WIDTH]
        if not frontier:
            break
        sound += (s for s in found if _divisors(s.poly) <= divisors and _inputs(words, s.poly) <= inputs)
        stalled = 0 if frontier[0].weight < least else stalled + 1
        least = min(least, frontier[0].weight)
    return sound


def _inputs(words: Vocabulary, poly: Poly) -> set[str]:
    """The inputs that the formula mentions outright: a shorter one must not bring in others."""
    heads = {h for c in poly.components() for h, _, _ in c.atoms if h[:2] == "v:"}
    return {h for h in heads if h[2:] in words.forward.graph.leaves}


def _may_divide(moves: list[Move], poly: Poly) -> set[str]:
    """What ``poly`` divides by, and the names for it: ``r`` where it is ``√(ε + Σ x²)``."""
    found = _divisors(poly)
    table = poly.ring.table
    for move in moves:
        if isinstance(move, Elimination) and move.head in found and len(move.image.terms) == 1:
            (monomial,) = move.image.terms
            factors = [(table.by_id[i], x) for i, x in monomial]
            named = [(c, x) for c, x in factors if c.head[:2] not in ("s:", "n:", "c:")]
            if len(named) == 1 and not named[0][0].sizes and named[0][1] * move.exponent > 0:
                found.add(named[0][0].head)
    return found


def _divisors(poly: Poly) -> set[str]:
    """What the formula divides by and what may be zero: a shorter formula must not add to it."""
    ring, found = poly.ring, set()
    for monomial in poly.terms:
        for ident, exponent in monomial:
            component = ring.table.by_id[ident]
            powers = (
                [(h, x) for h, _, x in component.atoms] if component.sizes else [(component.head, exponent)]
            )
            found |= {h for h, x in powers if x < 0 and h[:2] not in ("s:", "n:", "c:")}
    return {h for h in found if h not in ring.templates or ring.templates[h].kind != "exp"}


def _after(move: Move | None, poly: Poly) -> Poly | None:
    """The polynomial after a move, unless it grows too long; no move writes out the brackets."""
    after = expand_roots(poly) if move is None else moved(move, poly)
    return after if after is not None and len(after.terms) <= _TERMS else None
