"""The links of a chain rule: what one child of a quantity contributes to its gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.algebra.calculus import derive as differentiate
from gradcheck.algebra.lowering import Algebra, substitute
from gradcheck.algebra.poly import Poly, Ring
from gradcheck.derive.collecting import shortest
from gradcheck.derive.derivation import Forward
from gradcheck.derive.differentiating import mentions
from gradcheck.derive.rebinding import rebound
from gradcheck.derive.tidying import tidied, times
from gradcheck.derive.vocabulary import Vocabulary

_FAMILIAR = 1.6
"""How much longer a derivative may be in the words of its definition than in other names."""


@dataclass
class Work:
    """What a derivation works with, and the gradients ``found`` so far, in normal form, in their order."""

    forward: Forward
    algebra: Algebra
    words: Vocabulary
    found: dict[str, Poly] = field(default_factory=dict)

    @property
    def ring(self) -> Ring:
        return self.algebra.ring

    def known(self, name: str) -> Poly:
        """The gradient that was found for ``name``, those of simple form in it put in as well."""
        poly, nodes = self.found[name], self.forward.graph.nodes
        for other, found in reversed(self.found.items()):
            if other in nodes and is_simple(found):
                head = f"v:{e.upstream(self.forward.loss, other)}"
                poly = substitute(poly, head, _at(found, nodes[other].params))
        return poly


class Link:
    """The way of ``name`` to the loss through one child: ``Σ ∂L/∂child · ∂child/∂name``."""

    def __init__(self, work: Work, name: str, own: tuple[e.Index, ...], child: str) -> None:
        self.work, self.child = work, child
        self.is_loss = child == work.forward.loss
        node = work.forward.graph.nodes[child]
        taken = {str(i) for i in own}
        self.own = frozenset(taken)
        letters: list[str] = []
        for letter, size in zip(node.params, node.sizes, strict=True):
            pool = (letter, *work.forward.letters.get(size, ()))
            letters.append(next(x for x in pool if x not in taken and x not in letters))
        self.bound = dict(zip(letters, node.sizes, strict=True))
        body = work.algebra.definition(child, tuple(letters))
        fresh = tuple(f"@{k}" for k in range(len(own)))
        raw = differentiate(body, f"v:{name}", fresh).rename(dict(zip(fresh, map(str, own), strict=True)))
        plain, named = (shortest(work.words, raw, level) for level in ("phrases", "names"))
        self.written = plain if plain.cost < _FAMILIAR * named.cost else named
        self.derivative = self.written.poly
        self.reduces = len(node.params) < len(own)
        self.partial = self._partial(e.Ref(child, tuple(letters)), name, own)
        self.gradient = work.forward.gradient(child, tuple(letters))
        self.diagonal = self._diagonal()

    def _partial(self, child: e.Ref, name: str, own: tuple[e.Index, ...]) -> e.Partial:
        """``∂child/∂name``; where the child is the loss, of its definition, as ``∂L/∂name`` means more."""
        if not self.is_loss:
            return e.Partial(child, name, own)
        body = e.mapped(self.work.forward.graph.nodes[child.name].body, tidied)
        terms = body.terms if isinstance(body, e.Add) else (body,)
        moving = e.add(*(t for t in terms if mentions(t, name)))
        return e.Partial(rebound(moving, set(self.own), self.work.forward.letters), name, own)

    def _diagonal(self) -> dict[str, str]:
        """Letters of the child that every term ties to one of ``name``: ``δ_ij`` in all of them."""
        ties: dict[str, str] | None = None
        table = self.work.ring.table
        for monomial in self.derivative.terms:
            deltas = [table.by_id[i].indices for i, _ in monomial if table.by_id[i].is_delta]
            pairs = {}
            for a, b in deltas:
                if a in self.bound and b not in self.bound:
                    pairs[a] = b
                elif b in self.bound and a not in self.bound:
                    pairs[b] = a
            ties = pairs if ties is None else {k: v for k, v in ties.items() if pairs.get(k) == v}
        return ties or {}

    def _summed(self, body: e.Expr) -> e.Expr:
        """Over the letters of the child that no delta ties to one of ``name``."""
        for letter, size in reversed(self.bound.items()):
            if letter not in self.diagonal:
                body = e.Sum(letter, size, body)
        return body

    def formal(self) -> e.Expr:
        """The term of the chain rule, summed over the entries that there are to depend on."""
        ties: dict[str, e.Index] = dict(self.diagonal)
        gradient, partial = e.rename(self.gradient, ties), e.rename(self.partial, ties)
        return self._summed(partial if self.is_loss else e.mul(gradient, partial))

    def local(self) -> e.Expr:
        """The same with the local derivative written out, Kronecker deltas and all."""
        raiser, ties = self.work.words.raiser, dict(self.diagonal)
        slope = self.derivative.rename(ties)
        if len(ties) == len(self.bound):
            outer = self._outer(frozenset()).rename(ties)
            return raiser.write(outer * slope, self.own)
        written = raiser.write(slope, self.own | frozenset(self.bound))
        gradient = e.rename(self.gradient, dict[str, e.Index](ties))
        if self.is_loss:
            return self._summed(written)
        pair = (gradient, written) if isinstance(written, e.Add) else (written, gradient)
        return self._summed(times(Fraction(1), *pair))

    def _outer(self, names: frozenset[str]) -> Poly:
        """The gradient of the child: what was found if it is among ``names``, else by its name."""
        work, letters = self.work, tuple(self.bound)
        if self.is_loss:
            return work.ring.one
        if self.child in names:
            own = work.forward.graph.nodes[self.child].params
            return work.known(self.child).rename(dict(zip(own, letters, strict=True)))
        return work.ring.atom(f"v:{e.upstream(work.forward.loss, self.child)}", letters)

    def total(self, names: frozenset[str]) -> Poly:
        """The contribution in normal form, the gradients of ``names`` put in."""
        return (self._outer(names) * self.derivative).sum_over_all(self.bound)

    def contracted(self, names: frozenset[str] = frozenset()) -> e.Expr:
        """The contribution as an expression, sums over Kronecker deltas carried out."""
        return self.work.words.raiser.write(self.total(names), self.own)


def _at(poly: Poly, params: tuple[str, ...]) -> Callable[[tuple[str, ...]], Poly]:
    """A polynomial over ``params`` as a function of its indices."""
    return lambda indices: poly.rename(dict(zip(params, indices, strict=True)))


def is_simple(poly: Poly) -> bool:
    """One product without a sum in it."""
    return len(poly.terms) == 1 and not any(c.sizes for c in poly.components())
