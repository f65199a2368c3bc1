"""Definitions and results as NumPy expressions, a line for each."""

from __future__ import annotations

from gradcheck.algebra.expr import Adjoint, Expr, Index, Node, Ref, Var
from gradcheck.derive.code.notation import numpy_name, numpy_notation
from gradcheck.derive.derivation import CannotDerive, Chain, Forward
from gradcheck.derive.printing.code_lines import wrapped


def code_of_definition(node: Node, forward: Forward) -> str:
    """``mu = x.mean(axis=0)``"""
    return _assignment(Ref(node.name, node.params), node.body, node.params, forward)


def code_of_result(chain: Chain, forward: Forward) -> str:
    """``dx = dout @ w.T``; "" for a derivative that is no gradient, which has no name in code."""
    if not isinstance(chain.subject, Adjoint):
        return ""
    return _assignment(chain.subject, chain.result, chain.subject.indices, forward)


def _assignment(
    subject: Adjoint | Ref | Var, body: Expr, indices: tuple[Index, ...], forward: Forward
) -> str:
    name = numpy_name(subject, forward)
    try:
        return wrapped(name, numpy_notation(body, tuple(map(str, indices)), forward))
    except CannotDerive as refusal:
        return f"# {name}: {refusal.reason}"
