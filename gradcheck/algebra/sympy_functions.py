"""The functions of a formula in SymPy, kinks spelt by one step function.

SymPy's own ``Heaviside``, ``Max`` and ``Abs`` differentiate into distributions and
conditions; away from the kinks a step with derivative 0 says all there is to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp


class Step(sp.Function):  # type: ignore[misc]
    """1 for a positive argument, else 0; its derivative is taken to be 0 everywhere."""

    nargs = (1,)

    @classmethod
    def eval(cls, z: sp.Expr) -> sp.Expr | None:
        """The value where SymPy knows the sign."""
        if z.is_positive:
            return sp.S.One
        return sp.S.Zero if z.is_nonpositive else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Zero: what happens at the jump itself is left out."""
        return sp.S.Zero


def _relu(z: sp.Expr) -> sp.Expr:
    return z * Step(z)


def _sign(z: sp.Expr) -> sp.Expr:
    return Step(z) - Step(-z)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": sp.exp,
    "log": sp.log,
    "tanh": sp.tanh,
    "sigmoid": lambda z: 1 / (1 + sp.exp(-z)),
    "softplus": lambda z: sp.log(1 + sp.exp(z)),
    "erf": sp.erf,
    "sin": sp.sin,
    "cos": sp.cos,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "abs": lambda z: z * _sign(z),
    "sign": _sign,
    "relu": _relu,
    "step": Step,
    "max": lambda a, b: b + _relu(a - b),
    "min": lambda a, b: a - _relu(a - b),
}
