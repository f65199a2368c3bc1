"""The rules of differentiation, one application at a time, on expressions as the definitions write them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.derive.tidying import tidied

_HALF = Fraction(1, 2)


def mentions(expr: e.Expr, name: str) -> bool:
    """Whether an expression depends on a tensor directly; definitions are not looked into."""
    return any(isinstance(part, (e.Var, e.Ref)) and part.name == name for part in e.walk(expr))


def moves(expr: e.Expr, name: str) -> bool:
    """Whether an expression changes with a tensor: a step does not, wherever it has a derivative."""
    match expr:
        case e.Var(own) | e.Ref(own):
            return own == name
        case e.Fun("step" | "sign"):
            return False
        case _:
            return any(moves(child, name) for child in e.children(expr))


def applied(pending: e.Partial) -> tuple[str, e.Expr]:
    """The name of the rule for the outermost operation of ``pending.body``, and what it gives.

    Raises ValueError for a function whose derivative is not known.
    """
    body = pending.body
    if not moves(body, pending.wrt):
        return "constant", e.ZERO
    match body:
        case e.Var(_, indices) | e.Ref(_, indices):
            pairs = zip(indices, pending.indices, strict=True)
            return "entry", e.mul(*(e.ONE if a == b else e.Delta(a, b) for a, b in pairs))
        case e.Add(terms):
            moving = (t for t in terms if moves(t, pending.wrt))
            return "sum", e.add(*(_again(t, pending) for t in moving))
        case e.Mul(factors):
            return "product", _product(factors, pending)
        case e.Pow(base, e.Num(exponent)):
            return "power", e.mul(e.Num(exponent), e.power(base, exponent - 1), _again(base, pending))
        case e.Pow(base, exponent):
            rewritten = e.mul(exponent, e.Fun("log", (base,)))
            return "function", e.mul(body, _again(rewritten, pending))
        case e.Fun(name, args):
            return "function", _function(name, args, pending)
        case e.Sum(index, size, inner):
            return "sum", e.Sum(index, size, _again(inner, pending))
        case _:
            raise ValueError(f"no rule for the derivative of {body}")


def _again(body: e.Expr, pending: e.Partial) -> e.Partial:
    return e.Partial(body, pending.wrt, pending.indices, pending.mode)


def _product(factors: tuple[e.Expr, ...], pending: e.Partial) -> e.Expr:
    """Each moving factor differentiated in its place."""
    terms = []
    for k, factor in enumerate(factors):
        if moves(factor, pending.wrt):
            terms.append(e.mul(*factors[:k], *factors[k + 1 :], _again(factor, pending)))
    return e.add(*terms)


def _function(name: str, args: tuple[e.Expr, ...], pending: e.Partial) -> e.Expr:
    if name in ("max", "min"):
        return _extremum(name, args, pending)
    (argument,) = args
    if name not in _SLOPES:
        raise ValueError(f"no rule for the derivative of {name}")
    return e.mul(_SLOPES[name](argument), _again(argument, pending))


def _extremum(name: str, args: tuple[e.Expr, ...], pending: e.Partial) -> e.Expr:
    """``max(a, b)`` moves with the larger of the two, ``min`` with the smaller."""
    if len(args) != 2:
        raise ValueError(f"no rule for the derivative of {name} of {len(args)} arguments")
    first, second = args
    kept = [(a, b) for a, b in ((first, second), (second, first)) if moves(a, pending.wrt)]
    if len(kept) == 1:
        return e.mul(_is_chosen(name, *kept[0]), _again(kept[0][0], pending))
    chosen = _is_chosen(name, first, second)
    return e.add(
        e.mul(chosen, _again(first, pending)),
        e.mul(e.add(e.ONE, e.neg(chosen)), _again(second, pending)),
    )


def _is_chosen(name: str, argument: e.Expr, other: e.Expr) -> e.Expr:
    """1 where ``argument`` is the extremum, else 0."""
    larger, smaller = (argument, other) if name == "max" else (other, argument)
    return e.Fun("step", (tidied(e.add(larger, e.neg(smaller))),))


def _fun(name: str) -> Callable[[e.Expr], e.Expr]:
    return lambda z: e.Fun(name, (z,))


def _square(z: e.Expr) -> e.Expr:
    return e.power(z, 2)


_SLOPES: dict[str, Callable[[e.Expr], e.Expr]] = {
    "exp": _fun("exp"),
    "log": lambda z: e.power(z, -1),
    "tanh": lambda z: e.add(e.ONE, e.neg(_square(e.Fun("tanh", (z,))))),
    "sigmoid": lambda z: e.mul(e.Fun("sigmoid", (z,)), e.add(e.ONE, e.neg(e.Fun("sigmoid", (z,))))),
    "softplus": _fun("sigmoid"),
    "erf": lambda z: e.mul(
        e.number(2), e.power(e.Constant("pi"), -_HALF), e.Fun("exp", (e.neg(_square(z)),))
    ),
    "sin": _fun("cos"),
    "cos": lambda z: e.neg(e.Fun("sin", (z,))),
    "sinh": _fun("cosh"),
    "cosh": _fun("sinh"),
    "atan": lambda z: e.power(e.add(e.ONE, _square(z)), -1),
    "abs": _fun("sign"),
    "relu": _fun("step"),
}
