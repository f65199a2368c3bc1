r"""A symbol applied to the bracket after it: ``f(z)`` of a defined function, ``\sigma(z)``."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Definition, Frame
from gradcheck.documents.meaning.powers import raise_to
from gradcheck.documents.meaning.slopes import formal_derivative, sigmoid_slope, substitute_leaf
from gradcheck.documents.meaning.symbols import SIGMOIDS, read_symbol
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Resolved


def apply_function(context: Context, factor: s.Symbol, group: s.Group, frame: Frame) -> Value | None:
    """``factor(group)``; None where the two are only multiplied."""
    resolved = context.names.resolve(factor)
    definition = context.definitions.get(resolved.name)
    if definition is not None and definition.formal is not None:
        return apply_defined(context, definition, resolved, group, frame)
    if definition is not None:
        if is_dependence(context, resolved.name, group):
            return read_symbol(context, factor, frame)
        return None
    if resolved.name in SIGMOIDS and not resolved.indices and len(group.items) == 1:
        argument = context.value(group.items[0], frame)
        if resolved.primes:
            return replace(argument, expr=sigmoid_slope(argument.expr))
        result = replace(argument, expr=e.Fun("sigmoid", (argument.expr,)))
        if resolved.power is not None:
            result = raise_to(result, context.value(resolved.power, frame), factor)
        return result
    return None


def is_dependence(context: Context, name: str, group: s.Group) -> bool:
    """``f(x)`` where f was defined as ``f(x) = …`` or depends on what stands in the brackets."""
    if group.bracket != "(" or not all(isinstance(i, s.Symbol) for i in group.items):
        return False
    if name not in context.dependent:
        return len(group.items) > 1
    items = [context.names.resolve(i) for i in group.items if isinstance(i, s.Symbol)]
    written = tuple((i.name, len(i.indices)) for i in items)
    if written not in context.dependent[name] and any(i.indices for i in items):
        raise Refusal(f"{name} is applied to something else than it was defined with", group.start, group.end)
    return True


def apply_defined(
    context: Context, definition: Definition, resolved: Resolved, group: s.Group, frame: Frame
) -> Value:
    """``f(z)`` for ``f`` defined by a formula in its parameter: the body at the argument."""
    if len(group.items) != 1:
        raise Refusal(f"{resolved.name} takes one argument", group.start, group.end)
    argument = context.value(group.items[0], frame)
    assert definition.formal is not None
    inner = Frame(dict(definition.scope), mode="local")
    hidden = context.leaves.pop(definition.formal, None)
    saved = context.definitions.pop(definition.formal, None)
    context.leaves[definition.formal] = ()
    try:
        body = context.value(definition.tree, inner).expr
    finally:
        del context.leaves[definition.formal]
        if hidden is not None:
            context.leaves[definition.formal] = hidden
        if saved is not None:
            context.definitions[definition.formal] = saved
    for _ in range(resolved.primes):
        body = formal_derivative(body, definition.formal)
    result = replace(argument, expr=substitute_leaf(body, definition.formal, argument.expr))
    if resolved.power is not None:
        result = raise_to(result, context.value(resolved.power, frame), group)
    return result
