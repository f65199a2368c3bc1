"""Formulas up to the order of terms and factors: two edits that amount to the same are one."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra import expr as e

Key = tuple[object, ...]


def canonical(expr: e.Expr) -> Key:
    """Equal for formulas that differ in the order of terms and factors, in brackets, or in how numbers stand.

    >>> x, y = e.Var("x"), e.Var("y")
    >>> canonical(e.mul(x, e.neg(y))) == canonical(e.neg(e.mul(y, x)))
    True
    >>> canonical(e.divide(x, y)) == canonical(e.divide(y, x))
    False
    """
    return _form(expr, ())


def _form(expr: e.Expr, bound: tuple[str, ...]) -> Key:
    match expr:
        case e.Add(terms):
            return ("+", *sorted((_form(t, bound) for t in terms), key=repr))
        case e.Mul() | e.Pow():
            return _product(expr, bound)
        case e.Num(value):
            return ("number", value)
        case e.Sum(index, size, body):
            return ("sum", size, _form(body, (*bound, index)))
        case e.Fun(name, args):
            return (name, *(_form(a, bound) for a in args))
        case e.Partial(body, wrt, indices, mode):
            return ("partial", _form(body, bound), wrt, _indices(indices, bound), mode)
        case e.Adjoint(loss, node, indices, via):
            return ("adjoint", loss, node, _indices(indices, bound), via)
        case e.Var(name, indices) | e.Ref(name, indices):
            return ("entry", name, _indices(indices, bound))
        case e.Delta(left, right):
            return ("delta", *sorted(_indices((left, right), bound), key=repr))
        case _:
            return (type(expr).__name__, getattr(expr, "name", ""))


def _indices(indices: tuple[e.Index, ...], bound: tuple[str, ...]) -> tuple[object, ...]:
    """Bound letters by how far out they are bound; free ones by name."""
    return tuple(
        ("bound", len(bound) - 1 - bound[::-1].index(i)) if i in bound else ("free", repr(i)) for i in indices
    )


def _product(expr: e.Expr, bound: tuple[str, ...]) -> Key:
    number = Fraction(1)
    powers: dict[Key, Fraction] = {}
    odd: list[Key] = []
    stack: list[tuple[e.Expr, Fraction]] = [(expr, Fraction(1))]
    while stack:
        part, power = stack.pop()
        match part:
            case e.Mul(factors):
                stack += [(f, power) for f in factors]
            case e.Pow(base, e.Num(exponent)):
                stack.append((base, power * exponent))
            case e.Num(value) if power.denominator == 1 and value:
                number *= value ** int(power)
            case e.Pow(base, exponent):
                odd.append(("^", _form(base, bound), _form(exponent, bound), power))
            case _:
                key = _form(part, bound)
                powers[key] = powers.get(key, Fraction(0)) + power
    kept = sorted(((k, p) for k, p in powers.items() if p), key=repr)
    if number == 1 and not odd and len(kept) == 1 and kept[0][1] == 1:
        return kept[0][0]
    return ("*", number, *kept, *sorted(odd, key=repr))
