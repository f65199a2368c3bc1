"""A loss that is averaged where the document sums, halved where it is whole, or the reverse.

A loss is a sum of terms, and a term a product of numbers, sizes and sums inside sums. The
other readings multiply some of the terms by a size, by one over it, by 2 or by ½.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from gradcheck.algebra import expr as e

_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class OtherLoss:
    """One loss scaled otherwise: what is said of a line that needs it, and how to repair that."""

    code: str
    message: str
    repair: str


@dataclass(frozen=True)
class Term:
    """A term of a loss: its sums from the outside in, and everything that is multiplied."""

    expr: e.Expr
    sums: tuple[tuple[str, str], ...]
    factors: tuple[e.Expr, ...]
    innermost: e.Expr

    def degree(self, size: str) -> int:
        """How often the term is multiplied by a size; -1 for a mean over it."""
        return sum(_degree(f, size) for f in self.factors)

    def coefficient(self) -> Fraction:
        """The number that the term is multiplied by."""
        return prod(map(_number, self.factors), start=Fraction(1))


def other_losses(graph: e.Graph, loss: str) -> Iterator[tuple[OtherLoss, e.Graph]]:
    """The graph with every other scale of ``loss``, or of a part that it is linear in."""
    for name in _parts(graph, loss):
        terms = terms_of(graph.nodes[name].body)
        for other, factors in (*_means(name, terms), *_halves(graph, name, terms)):
            scaled = (e.mul(f, t.expr) for f, t in zip(factors, terms, strict=True))
            node = replace(graph.nodes[name], body=e.add(*scaled))
            yield other, e.Graph({**graph.nodes, name: node}, graph.leaves, graph.roots)


def terms_of(body: e.Expr) -> list[Term]:
    """A loss as its terms; a factor before a bracket is multiplied out.

    >>> half = e.Num(Fraction(1, 2))
    >>> [t.coefficient() for t in terms_of(e.mul(half, e.Add((e.Var("a"), e.mul(e.number(3), e.Var("b"))))))]
    [Fraction(1, 2), Fraction(3, 2)]
    """
    if isinstance(body, e.Add):
        return [t for term in body.terms for t in terms_of(term)]
    if isinstance(body, e.Mul):
        brackets = [f for f in body.factors if isinstance(f, e.Add)]
        others = [f for f in body.factors if f not in brackets]
        if len(brackets) == 1 and not any(isinstance(f, e.Sum) for f in others):
            return [t for term in brackets[0].terms for t in terms_of(e.mul(*others, term))]
    return [_term(body)]


def _term(expr: e.Expr) -> Term:
    sums: list[tuple[str, str]] = []
    factors: list[e.Expr] = []
    inner = expr
    while True:
        here = inner.factors if isinstance(inner, e.Mul) else (inner,)
        deeper = [f for f in here if isinstance(f, e.Sum)]
        factors += [f for f in here if not isinstance(f, e.Sum)]
        if len(deeper) != 1:
            return Term(expr, tuple(sums), tuple(factors), inner)
        sums.append((deeper[0].index, deeper[0].size))
        inner = deeper[0].body


def _parts(graph: e.Graph, loss: str) -> list[str]:
    """The loss and the nodes that its terms are multiples or sums of."""
    found: list[str] = []
    waiting = [loss]
    while waiting:
        name = waiting.pop(0)
        if name in graph.nodes and name not in found:
            found.append(name)
            for term in terms_of(graph.nodes[name].body):
                own = [f for f in term.factors if isinstance(f, e.Ref)]
                waiting += [f.name for f in own if len(own) == 1]
    return found


# -- mean and sum ----------------------------------------------------------------------


def _means(name: str, terms: list[Term]) -> Iterator[tuple[OtherLoss, list[e.Expr]]]:
    for sizes in _averaged_sizes(terms):
        having = [t for t in terms if {s for _, s in t.sums} >= set(sizes)]
        averaged = having[0].degree(sizes[0]) < 0
        if any((t.degree(s) < 0) != averaged for t in having for s in sizes):
            continue
        factor = e.mul(*(e.power(e.Size(s), 1 if averaged else -1) for s in sizes))
        over = _over(having[0], sizes)
        for chosen in (having, terms) if len(having) < len(terms) else (terms,):
            whole = len(chosen) == len(terms)
            other = _other_mean(name, over, sizes, averaged, whole)
            yield other, [factor if t in chosen else e.ONE for t in terms]


def _other_mean(name: str, over: str, sizes: tuple[str, ...], averaged: bool, whole: bool) -> OtherLoss:
    size = sizes[0] if len(sizes) == 1 else f"({'·'.join(sizes)})"
    meant, written = ("sum", "mean") if averaged else ("mean", "sum")
    what = name if whole else f"the part of {name} that runs over {over}"
    message = f"right if {what} is the {meant} over {over}; the document defines it as the {written}"
    if averaged:
        return OtherLoss("D307", message, f"define {name} without the 1/{size}, or multiply by 1/{size} here")
    return OtherLoss("D307", message, f"define {name} with 1/{size}, or leave the 1/{size} out here")


def _averaged_sizes(terms: list[Term]) -> list[tuple[str, ...]]:
    """Each size that a term sums over, and all of a term's together."""
    found: list[tuple[str, ...]] = []
    for term in terms:
        own = tuple(dict.fromkeys(size for _, size in term.sums if not size.isdigit()))
        found += [(size,) for size in own]
        found += [own] if len(own) > 1 else []
    return list(dict.fromkeys(found))


def _over(term: Term, sizes: tuple[str, ...]) -> str:
    """``i and k`` for sums over letters, ``its m terms`` where none is written."""
    letters = [index for index, size in term.sums if size in sizes]
    if all(x.isascii() for x in letters):
        return " and ".join(letters)
    return f"its {'·'.join(sizes)} terms"


# -- squares and half of them ----------------------------------------------------------


def _halves(graph: e.Graph, name: str, terms: list[Term]) -> Iterator[tuple[OtherLoss, list[e.Expr]]]:
    """All squares halved or doubled, or those with the same sums: the data's, or a penalty's."""
    squares = [t for t in terms if _is_square(t.innermost, graph)]
    kinds = [[t for t in squares if t.sums == sums] for sums in dict.fromkeys(t.sums for t in squares)]
    for chosen in [squares, *kinds] if len(kinds) > 1 else kinds:
        halved = [t.coefficient().denominator % 2 == 0 for t in chosen]
        if len(set(halved)) == 1:
            what = name if len(chosen) == len(terms) else _squares_in(name, chosen)
            factor = e.number(2 if halved[0] else _HALF)
            yield _other_half(name, what, halved[0]), [factor if t in chosen else e.ONE for t in terms]


def _squares_in(name: str, chosen: list[Term]) -> str:
    """Which squares of a loss are meant."""
    sums = {t.sums for t in chosen}
    if len(sums) > 1:
        return f"every square in {name}"
    over = _over(chosen[0], tuple(size for _, size in chosen[0].sums))
    return f"the part of {name} with the squares summed over {over}" if over else f"the penalty in {name}"


def _other_half(name: str, what: str, halved: bool) -> OtherLoss:
    if halved:
        message = f"right if {what} has no factor ½; the document defines it with one"
        return OtherLoss("D309", message, f"define {name} without the ½, or leave the 2 out here")
    message = f"right if {what} has a factor ½; the document defines it without"
    return OtherLoss("D309", message, f"define {name} with ½, or multiply by 2 here")


def _is_square(expr: e.Expr, graph: e.Graph) -> bool:
    """Whether a summed quantity is a square, up to factors, or a sum of squares."""
    factors = expr.factors if isinstance(expr, e.Mul) else (expr,)
    if any(isinstance(f, e.Pow) and f.exponent == e.number(2) for f in factors):
        return True
    if isinstance(expr, e.Add):
        return all(_is_square(t, graph) for t in expr.terms)
    named = [f.name for f in factors if isinstance(f, e.Ref)]
    return len(named) == 1 and named[0] in graph.nodes and _is_square(graph.nodes[named[0]].body, graph)


# -- numbers and sizes in a product ----------------------------------------------------


def _degree(factor: e.Expr, size: str) -> int:
    match factor:
        case e.Size(name):
            return int(name == size)
        case e.Mul(factors):
            return sum(_degree(f, size) for f in factors)
        case e.Pow(base, e.Num(exponent)) if exponent.denominator == 1:
            return int(exponent) * _degree(base, size)
        case _:
            return 0


def _number(factor: e.Expr) -> Fraction:
    match factor:
        case e.Num(value):
            return value
        case e.Mul(factors):
            return prod(map(_number, factors), start=Fraction(1))
        case e.Pow(base, e.Num(exponent)) if exponent.denominator == 1 and _number(base):
            return Fraction(_number(base)) ** int(exponent)
        case _:
            return Fraction(1)
