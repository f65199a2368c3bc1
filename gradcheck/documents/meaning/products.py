"""Products, factor by factor, with each function applied to the bracket after it."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.applied import apply_function
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.derivatives import read_adjoint
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.powers import raise_to
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal

_WEIGHTS = frozenset(["W", "U", "V", "\\Theta", "\\theta", "w", "A"])


def read_product(context: Context, tree: s.Product, frame: Frame) -> Value:
    """The product of all factors, each joined as its sign says."""
    values = read_factors(context, tree, frame)
    result, _ = values[0]
    masked = any(isinstance(f, s.Indicator) for f in tree.factors)
    weighted = isinstance(tree.factors[0], s.Symbol) and tree.factors[0].name.strip("\\mathbf{}") in _WEIGHTS
    for value, join in values[1:]:
        if join in ("/", "\\div"):
            result = context.axes.elementwise(e.divide, result, value)
        elif join == "\\otimes":
            if result.rank != 1 or value.rank != 1:
                raise Refusal("⊗ is read between vectors only", tree.start, tree.end)
            result = Value(e.mul(result.expr, value.expr), result.axes + value.axes)
        elif join in ("\\odot", "\\circ", "*") or (masked and result.rank == value.rank):
            result = context.axes.elementwise(e.mul, result, value)
        else:
            result = context.axes.product(result, value, dot=join in ("\\cdot", "@"))
    return replace(result, weighted=weighted and result.rank == 2)


def read_factors(context: Context, tree: s.Product, frame: Frame) -> list[tuple[Value, str]]:
    """The factors' values, functions applied to the bracket after them."""
    values: list[tuple[Value, str]] = []
    k = 0
    while k < len(tree.factors):
        factor = tree.factors[k]
        join = tree.joins[k - 1] if k else ""
        following = tree.factors[k + 1] if k + 1 < len(tree.factors) and tree.joins[k] == "" else None
        applied = read_applied(context, factor, following, frame)
        if applied is not None:
            values.append((applied, join))
            k += 2
            continue
        values.append((context.value(factor, frame), join))
        k += 1
    return values


def read_applied(
    context: Context, factor: s.Syntax, following: s.Syntax | None, frame: Frame
) -> Value | None:
    """``f(z)`` for a function the document defines, ``dx`` for a gradient in code's spelling."""
    if not isinstance(factor, s.Symbol) or following is None:
        return None
    if isinstance(following, s.Symbol) and is_gradient_mark(context, factor, following, frame):
        return read_code_gradient(context, following, frame)
    exponent = None
    if isinstance(following, s.Power) and isinstance(following.base, s.Group):
        exponent, following = following, following.base
    if not isinstance(following, s.Group) or following.bracket not in ("(", "["):
        return None
    value = apply_function(context, factor, following, frame)
    if value is not None and exponent is not None and isinstance(exponent, s.Power):
        value = raise_to(value, context.value(exponent.exponent, frame), exponent)
    return value


def is_gradient_mark(context: Context, factor: s.Symbol, following: s.Symbol, frame: Frame) -> bool:
    """A ``d`` or ``δ`` that is nothing by itself: ``dW``, ``δh`` are gradients."""
    if factor.sub or factor.sup is not None or factor.name not in ("d", "\\delta"):
        return False
    apart = factor.name in context.sizes.named and (frame.below or factor.end != following.start)
    known = factor.name in context.definitions or apart
    return not known and not context.names.slots.get(factor.name)


def read_code_gradient(context: Context, target: s.Symbol, frame: Frame) -> Value | None:
    """``dW`` for dL/dW, where W is known and the loss is one."""
    name = context.names.resolve(target).name
    places = (context.definitions, context.leaves, context.shapes, context.arrays)
    if not any(name in place for place in places) or "d" in context.definitions:
        return None
    if not context.losses and context.names.slots.get("d", 0) == 0 and "d" not in context.sizes.named:
        raise Refusal("which loss this is the gradient of is not said", target.start - 1, target.end)
    if len(context.losses) != 1:
        return None
    (loss,) = context.losses
    return read_adjoint(context, loss, target, frame)
