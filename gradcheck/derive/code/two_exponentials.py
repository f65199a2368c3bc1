"""Sigmoids, hyperbolic tangents and softplus, however they are written out with exponentials.

With σ(u) = 1/(1 + e^{−u}):  1/(e^a + e^b) = e^{−a} σ(a − b),  e^{−u} σ(u) = σ(−u),
(e^a − e^b) e^{−a} σ(a − b) = tanh((a − b)/2),  log(e^a + e^b) = a + softplus(b − a).
"""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra.expr import ONE, ZERO, Add, Expr, Fun, Num, Pow, add, mul, neg, number
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of, terms_of, tidy


def exponent_of(term: Expr) -> Expr | None:
    """The u of a term that is e^u, of 1 too; None for any other.

    >>> exponent_of(ONE)
    Num(value=Fraction(0, 1))
    """
    if term == ONE:
        return ZERO
    return term.args[0] if isinstance(term, Fun) and term.name == "exp" else None


def as_pair(expr: Expr) -> tuple[Expr, Expr, int] | None:
    """The a, b and s of e^a + s·e^b, where s is 1 or −1; None for anything else."""
    terms = terms_of(expr)
    if len(terms) != 2:
        return None
    (first, left), (second, right) = map(coefficient, terms)
    if first == -1:
        (first, left), (second, right) = (second, right), (first, left)
    a, b = exponent_of(left), exponent_of(right)
    if first != 1 or abs(second) != 1 or a is None or b is None:
        return None
    return a, b, int(second)


def quotient(base: Expr, power: Fraction) -> Expr | None:
    """A negative power of a sum of two exponentials, as sigmoids; None for anything else.

    >>> u = Fun("log", (number(3),))
    >>> quotient(Add((ONE, Fun("exp", (u,)))), Fraction(-1)) == Fun("sigmoid", (tidy(neg(u)),))
    True
    """
    pair = as_pair(base)
    if pair is None or pair[2] != 1 or power.denominator != 1 or power >= 0:
        return None
    a, b, _ = pair
    outer = Fun("exp", (mul(number(power), a),))
    return tidy(mul(outer, Pow(Fun("sigmoid", (difference(a, b),)), number(-power))))


def merged(expr: Expr) -> Expr:
    """A product in which sigmoids take in the exponentials that belong to them."""
    factors = list(factors_of(expr))
    for place, factor in enumerate(factors):
        base, power = as_power(factor)
        if not isinstance(base, Fun) or base.name != "sigmoid" or power.denominator != 1 or power < 1:
            continue
        rest = factors[:place] + factors[place + 1 :]
        found = _cancelled(rest, base.args[0], int(power)) or _turned(rest, base.args[0], int(power))
        if found is not None:
            return merged(found)
    return expr


def _cancelled(rest: list[Expr], u: Expr, power: int) -> Expr | None:
    """With u = a − b: (e^a + e^b) σ(u)^n = e^a σ(u)^{n−1}, (e^a − e^b) σ(u)^n the same times tanh(u/2)."""
    for place, factor in enumerate(rest):
        pair = as_pair(factor)
        if pair is None:
            continue
        a, b, sign = pair
        for high, low, turned in ((a, b, 1), (b, a, sign)):
            if difference(u, difference(high, low)) == ZERO:
                tanh = Fun("tanh", (tidy(mul(number(Fraction(1, 2)), u)),)) if sign < 0 else ONE
                others = rest[:place] + rest[place + 1 :]
                left = Pow(Fun("sigmoid", (u,)), number(power - 1))
                return tidy(mul(number(turned), tanh, Fun("exp", (high,)), left, *others))
    return None


def _turned(rest: list[Expr], u: Expr, power: int) -> Expr | None:
    """e^{−k u} σ(u)^n = σ(−u)^k σ(u)^{n−k}."""
    for place, factor in enumerate(rest):
        exponent = exponent_of(factor)
        for count in range(1, power + 1) if exponent is not None else ():
            if tidy(add(exponent or ZERO, mul(number(count), u))) == ZERO:
                falling = Pow(Fun("sigmoid", (tidy(neg(u)),)), number(count))
                rising = Pow(Fun("sigmoid", (u,)), number(power - count))
                return tidy(mul(falling, rising, *rest[:place], *rest[place + 1 :]))
    return None


def difference(left: Expr, right: Expr) -> Expr:
    """``left - right``, plain."""
    return tidy(add(left, neg(right)))


def log_of_pair(expr: Expr) -> Expr | None:
    """The logarithm of a sum of two exponentials; None for anything else."""
    pair = as_pair(expr)
    if pair is None or pair[2] != 1:
        return None
    a, b = pair[:2] if pair[0] == ZERO else (pair[1], pair[0])
    return tidy(add(a, Fun("softplus", (difference(b, a),))))


def log_of_sigmoid(expr: Expr) -> Expr | None:
    """``log σ(u) = −softplus(−u)`` and ``log(1 − σ(u)) = −softplus(u)``; None for anything else."""
    if isinstance(expr, Fun) and expr.name == "sigmoid":
        return neg(Fun("softplus", (tidy(neg(expr.args[0])),)))
    if isinstance(expr, Add) and len(expr.terms) == 2 and ONE in expr.terms:
        value, rest = coefficient(next(t for t in expr.terms if t != ONE))
        if value == -1 and isinstance(rest, Fun) and rest.name == "sigmoid":
            return neg(Fun("softplus", rest.args))
    return None


def joined(expr: Expr) -> Expr:
    """A sum in which a number and a term are one function: 2σ(u) − 1 is tanh(u/2), 1 + erf(u) is erfc(−u).

    >>> joined(Add((number(1), neg(Fun("erf", (number(2),))))))
    Fun(name='erfc', args=(Num(value=Fraction(2, 1)),))
    """
    terms = terms_of(_without_opposite(expr))
    constant = next((t.value for t in terms if isinstance(t, Num)), None)
    for term in terms:
        found = None if constant is None else _joined_with(constant, term)
        if found is not None:
            return add(found, *(t for t in terms if t is not term and not isinstance(t, Num)))
    return add(*terms)


def _without_opposite(expr: Expr) -> Expr:
    """softplus(u) − u as softplus(−u)."""
    for term in terms_of(expr):
        if isinstance(term, Fun) and term.name == "softplus":
            u = term.args[0]
            rest = [t for t in terms_of(expr) if t is not term]
            taken = [t for t in terms_of(tidy(neg(u))) if t in rest]
            if len(taken) == len(terms_of(u)):
                left = (t for t in rest if t not in taken)
                return add(Fun("softplus", (tidy(neg(u)),)), *left)
    return expr


def _joined_with(constant: Fraction, term: Expr) -> Expr | None:
    value, rest = coefficient(term)
    if not isinstance(rest, Fun):
        return None
    if rest.name == "sigmoid" and value == -2 * constant:
        half = tidy(mul(number(Fraction(1, 2)), rest.args[0]))
        return mul(number(-constant), Fun("tanh", (half,)))
    if rest.name == "erf" and abs(value) == abs(constant):
        argument = tidy(neg(rest.args[0])) if value == constant else rest.args[0]
        return mul(number(constant), Fun("erfc", (argument,)))
    return None


def complemented(expr: Expr) -> Expr:
    """1 − σ(u) as σ(−u), which keeps its digits where the first cancels; anything else as it is."""
    log = log_of_sigmoid(expr) if isinstance(expr, Add) else None
    if log is None:
        return expr
    softplus = coefficient(log)[1]
    assert isinstance(softplus, Fun)
    return Fun("sigmoid", (tidy(neg(softplus.args[0])),))
