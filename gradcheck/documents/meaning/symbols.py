"""A symbol in a formula: a constant, a size, a defined quantity or an input; and its primes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.indices import read_entry, read_index, read_leaf
from gradcheck.documents.meaning.powers import raise_to, transposed
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Resolved

IDENTITIES = frozenset(["I", "\\mathbf{I}", "\\mathbb{I}"])
SIGMOIDS = frozenset(["\\sigma", "\\text{sigmoid}", "\\text{Sigmoid}", "S"])


def read_symbol(context: Context, tree: s.Symbol, frame: Frame) -> Value:
    """A symbol in an expression."""
    resolved = context.names.resolve(tree)
    primed = resolved.name + "'" * resolved.primes
    if resolved.primes and is_own_name(context, resolved):
        resolved = replace(resolved, name=primed, primes=0)
    if resolved.primes:
        base = read_named(context, replace(resolved, primes=0, power=None), tree, frame)
        value = read_prime(context, base, tree, frame)
    else:
        value = read_named(context, resolved, tree, frame)
    if resolved.transposed:
        value = transposed(value)
    if resolved.power is not None:
        value = raise_to(value, context.value(resolved.power, frame), tree)
    return value


def is_own_name(context: Context, resolved: Resolved) -> bool:
    """Whether a prime belongs to the name: ``h'`` beside an h that nothing defines."""
    if resolved.name + "'" * resolved.primes in context.definitions:
        return True
    return resolved.name not in context.definitions and resolved.name not in SIGMOIDS


def read_named(context: Context, resolved: Resolved, tree: s.Symbol, frame: Frame) -> Value:
    """A symbol by its name alone, primes and power apart."""
    name = resolved.name
    if name == "\\mathbf{1}" and not resolved.indices:
        axis = context.axes.fresh(context.sizes.fresh("1"))
        return Value(e.ONE, (axis,), ones=True)
    special = read_special(context, resolved, tree, frame)
    if special is not None:
        return special
    defined = context.ensure(name)
    if defined is not None:
        return read_entry(context, name, defined, resolved.indices, tree, frame)
    return read_leaf(context, name, resolved.indices, tree, frame)


def read_special(context: Context, resolved: Resolved, tree: s.Symbol, frame: Frame) -> Value | None:
    """Deltas, constants, sizes, and σ where σ² is what is defined."""
    name, known = resolved.name, resolved.name in context.definitions
    if name == "e" and not resolved.indices and resolved.power is not None:
        known = known and not context.definitions["e"].letters
    if name in context.names.deltas and len(resolved.indices) == 2:
        left, right = (read_index(context, i, frame) for i in resolved.indices)
        return Value(e.Delta(left, right))
    if known or name in context.shapes:
        return None
    if name in IDENTITIES and context.matrix_mode and not resolved.indices:
        rows, columns = (context.axes.fresh(context.sizes.fresh("I")) for _ in range(2))
        context.axes.unify(rows, columns)
        return Value(e.Delta(rows, columns), (rows, columns))
    if name == "\\pi" and not resolved.indices:
        return Value(e.Constant("pi"))
    if name == "e" and not resolved.indices:
        return Value(e.Constant("e"))
    if name in context.sizes.named and not resolved.indices and context.names.slots.get(name, 0) == 0:
        return Value(e.Size(context.sizes.name(context.sizes.named[name])))
    if name + "^{2}" in context.definitions or is_square_leaf(context, name):
        square = read_named(context, replace(resolved, name=name + "^{2}"), tree, frame)
        return replace(square, expr=e.power(square.expr, Fraction(1, 2)))
    if name == "\\partial":
        raise Refusal("a lone ∂", tree.start, tree.end)
    return None


def is_square_leaf(context: Context, name: str) -> bool:
    """Whether the input is called σ² here, so that σ is its root."""
    return (name, "") in context.names.squares and name not in context.definitions


def read_prime(context: Context, value: Value, tree: s.Syntax, frame: Frame) -> Value:
    """``u'``: the derivative by what the chain differentiates by."""
    name, indices = frame.prime or only_input(context, value, tree)
    return Value(e.Partial(value.expr, name, indices, frame.mode), value.axes)


def only_input(context: Context, value: Value, tree: s.Syntax) -> tuple[str, tuple[e.Index, ...]]:
    """What ``y'`` differentiates by where only one scalar input can be meant."""
    found: set[str] = set()
    stack = [value.expr]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.Ref):
                stack.append(context.defined[node.name].node.body)
            elif isinstance(node, e.Var):
                found.add(node.name)
    if len(found) != 1 or value.rank or context.leaves.get(next(iter(found))):
        raise Refusal("a prime, and nothing says what it differentiates by", tree.start, tree.end)
    return next(iter(found)), ()
