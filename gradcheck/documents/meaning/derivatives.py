"""Derivatives as written: of a loss an adjoint, of anything else a partial."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.applied import apply_function
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.layout import Layout
from gradcheck.documents.meaning.symbols import SIGMOIDS, is_own_name, is_square_leaf, read_named, read_symbol
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal


def read_derivative(context: Context, tree: s.Derivative, frame: Frame) -> Value:
    """A derivative of a loss, or of anything else."""
    if tree.of is None:
        raise Refusal("an operator with nothing to act on", tree.start, tree.end)
    if len(tree.wrt) != 1:
        return read_second(context, tree, frame)
    wrt = unwrapped(tree.wrt[0])
    if not isinstance(wrt, s.Symbol):
        raise Refusal("a derivative by something that is not a symbol", wrt.start, wrt.end)
    of = unwrapped(tree.of)
    loss, via = loss_of(context, of)
    if loss is not None:
        return read_adjoint(context, loss, wrt, frame, via)
    return read_partial(context, of, wrt, frame, tree)


def loss_of(context: Context, of: s.Syntax) -> tuple[str | None, str | None]:
    """The loss a numerator names, and the one path it names: ``L(\\hat x_i)``."""
    if isinstance(of, s.Symbol):
        name = context.names.resolve(of).name
        return (name, None) if name in context.losses else (None, None)
    if isinstance(of, s.Product) and len(of.factors) == 2 and isinstance(of.factors[0], s.Symbol):
        loss, _ = loss_of(context, of.factors[0])
        group = of.factors[1]
        if loss is not None and isinstance(group, s.Group):
            inner = [i for i in group.items if isinstance(i, s.Symbol)]
            if len(inner) == 1 and len(group.items) == 1:
                name = context.names.resolve(inner[0]).name
                return loss, name if name in context.definitions else None
            return loss, None
    return None, None


def read_target(
    context: Context, wrt: s.Symbol, frame: Frame
) -> tuple[str, tuple[e.Index, ...], tuple[str, ...]]:
    """What is differentiated by: its name, its indices, and its axes if it is a whole array."""
    resolved = context.names.resolve(wrt)
    name = resolved.name + "'" * resolved.primes
    if resolved.primes and not is_own_name(context, resolved):
        raise Refusal("a derivative by a derivative", wrt.start, wrt.end)
    resolved = replace(resolved, name=name, power=None, transposed=False, primes=0)
    value = read_named(context, resolved, wrt, frame)
    if isinstance(value.expr, (e.Var, e.Ref)):
        return value.expr.name, value.expr.indices, value.axes
    raise Refusal("a derivative by something that is not a variable", wrt.start, wrt.end)


def read_adjoint(context: Context, loss: str, wrt: s.Symbol, frame: Frame, via: str | None = None) -> Value:
    """``∂L/∂x``; by σ where σ² is what is defined, ``2σ ∂L/∂σ²``."""
    square = squared_symbol(context, wrt)
    if square is not None:
        inner = read_adjoint(context, loss, square, frame, via)
        return replace(inner, expr=e.mul(e.number(2), read_symbol(context, wrt, frame).expr, inner.expr))
    name, indices, axes = read_target(context, wrt, frame)
    if via == name:
        via = None
    row = context.names.resolve(wrt).transposed and len(axes) == 1
    if len(axes) == 2 and context.names.resolve(wrt).transposed != (context.transposed is Layout.GRADIENT):
        axes = axes[::-1]
    return Value(e.Adjoint(loss, name, indices, via), axes, row)


def squared_symbol(context: Context, wrt: s.Symbol) -> s.Symbol | None:
    """The symbol σ² where σ is differentiated by but σ² is what is defined."""
    name = context.names.resolve(wrt).name
    squared = name + "^{2}" in context.definitions or is_square_leaf(context, name)
    if wrt.sup is None and name not in context.definitions and squared:
        two = s.Number(wrt.start, wrt.end, Fraction(2))
        return replace(wrt, sup=two, sup_text="2")
    return None


def read_partial(context: Context, of: s.Syntax, wrt: s.Symbol, frame: Frame, tree: s.Derivative) -> Value:
    """``∂u/∂x`` of anything but a loss: the axes of u first, then those of x."""
    body = read_function_body(context, of, wrt, frame) or context.value(of, frame)
    square = squared_symbol(context, wrt)
    if square is not None:
        inner = read_partial(context, of, square, frame, tree)
        return replace(inner, expr=e.mul(e.number(2), read_symbol(context, wrt, frame).expr, inner.expr))
    name, indices, axes = read_target(context, wrt, frame)
    if frame.prime is None:
        frame.prime = (name, indices)
    mode = "total" if frame.mode == "total" or tree.sign == "d" else "local"
    if context.transposed is Layout.JACOBIAN and body.rank == len(axes) == 1:
        return Value(e.Partial(body.expr, name, indices, mode), axes + body.axes)
    if context.transposed is Layout.GRADIENT and not body.rank and len(axes) == 2:
        axes = axes[::-1]
    return Value(e.Partial(body.expr, name, indices, mode), body.axes + axes, outer=body.rank)


def read_function_body(context: Context, of: s.Syntax, wrt: s.Symbol, frame: Frame) -> Value | None:
    """``dσ/dz`` for a function σ(z): its body at the variable it is differentiated by."""
    if not isinstance(of, s.Symbol):
        return None
    definition = context.definitions.get(context.names.resolve(of).name)
    is_sigmoid = of.name in SIGMOIDS and definition is None and not of.sub and of.sup is None
    if (definition is None or definition.formal is None) and not (
        is_sigmoid and of.name + "^{2}" not in context.definitions and of.name not in context.leaves
    ):
        return None
    return apply_function(context, of, s.Group(wrt.start, wrt.end, "(", (wrt,)), frame)


def read_second(context: Context, tree: s.Derivative, frame: Frame) -> Value:
    """``∂²u/∂x∂y``: the derivative of a derivative."""
    inner: s.Syntax = s.Derivative(tree.start, tree.end, tree.sign, tree.of, tree.wrt[1:])
    total = replace(frame, mode="total")
    return read_partial(context, inner, as_symbol(tree.wrt[0]), total, tree)


def unwrapped(tree: s.Syntax) -> s.Syntax:
    """A tree without the brackets around it."""
    while isinstance(tree, s.Group) and len(tree.items) == 1 and tree.bracket != "\\langle":
        tree = tree.items[0]
    return tree


def as_symbol(tree: s.Syntax) -> s.Symbol:
    tree = unwrapped(tree)
    if not isinstance(tree, s.Symbol):
        raise Refusal("a derivative by something that is not a symbol", tree.start, tree.end)
    return tree
