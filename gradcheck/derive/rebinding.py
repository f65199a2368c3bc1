"""Summation letters that can be printed, and that nothing around a sum uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcheck.algebra import expr as e

Letters = Mapping[str, Sequence[str]]
"""The letters of each size."""


def rebound(expr: e.Expr, taken: set[str], letters: Letters) -> e.Expr:
    """``expr`` with summation letters that are not ``taken``, and that can be printed."""
    match expr:
        case e.Sum(index, size, body):
            letter = index
            if index in taken or index not in letters.get(size, ()):
                free = e.free_indices(body) - {index}
                pool = letters.get(size, ())
                letter = next((x for x in pool if x not in taken and x not in free), index)
            inner = e.rename(body, {index: letter}) if letter != index else body
            return e.Sum(letter, size, rebound(inner, taken | {letter}, letters))
        case e.Add(terms):
            return e.Add(tuple(rebound(t, taken, letters) for t in terms))
        case e.Mul(factors):
            return e.Mul(tuple(rebound(f, taken, letters) for f in factors))
        case e.Pow(base, exponent):
            return e.Pow(rebound(base, taken, letters), rebound(exponent, taken, letters))
        case e.Fun(name, args):
            return e.Fun(name, tuple(rebound(a, taken, letters) for a in args))
        case _:
            return expr
