"""Elementary differentiation: the slopes of the functions that a document defines itself."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents.reading.tokens import Refusal


def formal_derivative(body: e.Expr, formal: str) -> e.Expr:
    """``d body / d formal`` for a scalar formal parameter."""
    return e.Partial(body, formal, (), "local")


def substitute_leaf(body: e.Expr, name: str, image: e.Expr) -> e.Expr:
    """``body`` with the scalar leaf ``name`` replaced; a derivative by it is taken at ``image``."""
    if isinstance(body, e.Var) and body.name == name:
        return image
    match body:
        case e.Add(terms):
            return e.Add(tuple(substitute_leaf(t, name, image) for t in terms))
        case e.Mul(factors):
            return e.Mul(tuple(substitute_leaf(f, name, image) for f in factors))
        case e.Pow(base, exponent):
            return e.Pow(substitute_leaf(base, name, image), substitute_leaf(exponent, name, image))
        case e.Fun(fun, args):
            return e.Fun(fun, tuple(substitute_leaf(a, name, image) for a in args))
        case e.Sum(index, size, inner):
            return e.Sum(index, size, substitute_leaf(inner, name, image))
        case e.Partial(inner, wrt, _, _) if wrt == name:
            return substitute_leaf(scalar_derivative(inner, name), name, image)
        case _:
            return body


def scalar_derivative(body: e.Expr, name: str) -> e.Expr:
    """Elementary differentiation, for the slope of a function the document defines."""
    match body:
        case e.Var(own) if own == name:
            return e.ONE
        case e.Add(terms):
            return e.add(*(scalar_derivative(t, name) for t in terms))
        case e.Mul(factors):
            return e.add(
                *(
                    e.mul(*factors[:k], scalar_derivative(f, name), *factors[k + 1 :])
                    for k, f in enumerate(factors)
                )
            )
        case e.Pow(base, e.Num(exponent)):
            return e.mul(e.Num(exponent), e.power(base, exponent - 1), scalar_derivative(base, name))
        case e.Fun(fun, (argument,)) if fun in _SLOPES:
            return e.mul(_SLOPES[fun](argument), scalar_derivative(argument, name))
        case e.Fun("max", (left, right)):
            above = e.Fun("step", (e.add(left, e.neg(right)),))
            return e.add(
                e.mul(above, scalar_derivative(left, name)),
                e.mul(e.add(e.ONE, e.neg(above)), scalar_derivative(right, name)),
            )
        case e.Partial(inner, wrt) if wrt == name:
            return scalar_derivative(scalar_derivative(inner, name), name)
        case _ if any(isinstance(n, e.Var) and n.name == name for n in e.walk(body)):
            raise Refusal("the slope of this function is not known here", 0, 0)
        case _:
            return e.ZERO


def sigmoid_slope(z: e.Expr) -> e.Expr:
    value = e.Fun("sigmoid", (z,))
    return e.mul(value, e.add(e.ONE, e.neg(value)))


def _one_minus_square(z: e.Expr) -> e.Expr:
    return e.add(e.ONE, e.neg(e.power(e.Fun("tanh", (z,)), 2)))


def _gauss(z: e.Expr) -> e.Expr:
    return e.mul(
        e.number(2),
        e.power(e.Constant("pi"), Fraction(-1, 2)),
        e.Fun("exp", (e.neg(e.power(z, 2)),)),
    )


_SLOPES: dict[str, Callable[[e.Expr], e.Expr]] = {
    "exp": lambda z: e.Fun("exp", (z,)),
    "log": lambda z: e.power(z, -1),
    "sigmoid": sigmoid_slope,
    "tanh": _one_minus_square,
    "softplus": lambda z: e.Fun("sigmoid", (z,)),
    "erf": _gauss,
    "sin": lambda z: e.Fun("cos", (z,)),
    "cos": lambda z: e.neg(e.Fun("sin", (z,))),
    "sinh": lambda z: e.Fun("cosh", (z,)),
    "cosh": lambda z: e.Fun("sinh", (z,)),
    "relu": lambda z: e.Fun("step", (z,)),
    "abs": lambda z: e.Fun("sign", (z,)),
    "step": lambda z: e.ZERO,
    "sign": lambda z: e.ZERO,
}
