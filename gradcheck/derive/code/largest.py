"""Sums of exponentials with the largest exponent taken out: Σ_k e^{u_k} = e^M Σ_k e^{u_k − M}."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.algebra.expr import ONE, ZERO, Expr, Fun, Mul, Ref, Sum, Var, add, mul, neg, rename
from gradcheck.derive.code.canonical import Fresh, canonical
from gradcheck.derive.code.definitions import Definition
from gradcheck.derive.code.index_sizes import Sizes, index_sizes
from gradcheck.derive.code.tidying import coefficient, factors_of, terms_of, tidy


@dataclass(frozen=True)
class Term:
    """``outer · Σ over bounds of e^exponent · inner``; without an exponential the exponent is None."""

    outer: Expr
    bounds: tuple[tuple[str, str], ...]
    exponent: Expr | None
    inner: Expr


def as_term(expr: Expr) -> Term:
    """A term of a sum, its summation signs and its exponential apart."""
    sums = [f for f in factors_of(expr) if isinstance(f, Sum)]
    if len(sums) != 1:
        return Term(ONE, (), *_exponential(expr))
    outer = mul(*(f for f in factors_of(expr) if f is not sums[0]))
    body: Expr = sums[0]
    bounds = []
    while isinstance(body, Sum):
        bounds.append((body.index, body.size))
        body = body.body
    return Term(outer, tuple(bounds), *_exponential(body))


def _exponential(expr: Expr) -> tuple[Expr | None, Expr]:
    found = [f for f in factors_of(expr) if isinstance(f, Fun) and f.name == "exp"]
    if len(found) != 1:
        return None, expr
    return found[0].args[0], mul(*(f for f in factors_of(expr) if f is not found[0]))


class Maxima:
    """The maxima that a program has to take, each once, as definitions."""

    def __init__(self, sizes: Sizes, fresh: Fresh) -> None:
        self.sizes, self.fresh = sizes, fresh
        self.definitions: dict[str, Definition] = {}
        self._known: dict[str, str] = {}

    def split(self, expr: Expr) -> tuple[Expr, Expr] | None:
        """M and the rest of a sum that is e^M · rest; None if it has no sum of exponentials that is open."""
        terms = [as_term(t) for t in terms_of(expr)]
        exponents = [t.exponent for t in terms if t.exponent is not None and not self.is_shifted(t.exponent)]
        summed = any(t.bounds and t.exponent in exponents for t in terms)
        if not exponents or not (summed or len(exponents) > 2):
            return None
        shifts = [self._shift(t) for t in terms]
        shift = shifts[0] if len(shifts) == 1 else Fun("max", tuple(shifts))
        return shift, tidy(add(*(self._shifted(t, shift) for t in terms)))

    def taken_in(self, expr: Expr) -> Expr:
        """A product whose sums of exponentials take in the e^{−M} that stands before them."""
        factors = factors_of(expr)
        outer = next((f for f in factors if isinstance(f, Fun) and f.name == "exp"), None)
        if outer is None or not isinstance(expr, Mul):
            return expr
        for factor in factors:
            term = as_term(factor)
            if not isinstance(factor, Sum) or term.exponent is None or self.is_shifted(term.exponent):
                continue
            shift = self._shift(term)
            for part in terms_of(outer.args[0]):
                value, rest = coefficient(part)
                if rest == shift and value < 0:
                    others = [f for f in factors if f is not factor and f is not outer]
                    left = Fun("exp", (add(outer.args[0], shift),))
                    return self.taken_in(tidy(mul(left, self._shifted(term, shift), *others)))
        return expr

    def is_shifted(self, exponent: Expr) -> bool:
        """Whether the maximum of just this exponent is taken off, so that it is never above 0."""
        terms = terms_of(exponent)
        for place, term in enumerate(terms):
            value, ref = coefficient(term)
            if value == -1 and isinstance(ref, Ref) and ref.name in self.definitions:
                found = self.definitions[ref.name]
                rest = tidy(add(*terms[:place], *terms[place + 1 :]))
                wanted = mul(found.body, Var("", found.params))
                if canonical(mul(rest, Var("", ref.indices)))[0] == canonical(wanted)[0]:
                    return True
            if value == -1 and isinstance(ref, Fun) and ref.name == "max":
                return True
        return False

    def _shift(self, term: Term) -> Expr:
        """The largest exponent of a term; of a term without one that is 0."""
        if term.exponent is None:
            return ZERO
        if not term.bounds:
            return term.exponent
        whole: Expr = term.exponent
        for index, size in reversed(term.bounds):
            whole = Sum(index, size, whole)
        key, free = canonical(whole)
        if key not in self._known:
            self._known[key] = self._defined(term, free)
        return Ref(self._known[key], free)

    def _defined(self, term: Term, free: tuple[str, ...]) -> str:
        assert term.exponent is not None
        name = f"largest {len(self.definitions) + 1}"
        lengths = index_sizes(term.exponent, self.sizes)
        letters = {i: self.fresh.index(i) for i in (*free, *(i for i, _ in term.bounds))}
        self.definitions[name] = Definition(
            name,
            tuple(letters[i] for i in free),
            tuple(lengths[i] for i in free),
            rename(self.fresh.apart(term.exponent), dict(letters)),
            tuple((letters[i], size) for i, size in term.bounds),
        )
        return name

    def _shifted(self, term: Term, shift: Expr) -> Expr:
        exponent = ZERO if term.exponent is None else term.exponent
        body = mul(Fun("exp", (tidy(add(exponent, neg(shift))),)), term.inner)
        for index, size in reversed(term.bounds):
            body = Sum(index, size, body)
        return mul(term.outer, body)
