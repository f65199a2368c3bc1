"""The spots of a formula where a quantity stands, each with the role it plays there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import Names, is_transpose


@dataclass(frozen=True)
class Spot:
    """``node`` as its parent's child; ``role`` is root, term, factor, numerator, denominator, base,

    exponent, radicand, body, item, argument, value or bars. ``above`` are its ancestors, the root first.
    """

    node: s.Syntax
    role: str
    above: tuple[s.Syntax, ...] = ()

    @property
    def parent(self) -> s.Syntax | None:
        return self.above[-1] if self.above else None


def spots(tree: s.Syntax, names: Names) -> Iterator[Spot]:
    """Every quantity in ``tree``, parents first; what is differentiated, indices and conditions are none."""
    stack = [Spot(tree, "root")]
    while stack:
        spot = stack.pop()
        yield spot
        above = (*spot.above, spot.node)
        stack.extend(reversed([Spot(child, role, above) for role, child in _children(spot.node, names)]))


def _children(node: s.Syntax, names: Names) -> Iterator[tuple[str, s.Syntax]]:
    match node:
        case s.Total():
            yield from (("term", t) for _, t in node.terms if not isinstance(t, s.Dots))
        case s.Product():
            yield from (("factor", f) for f in node.factors)
        case s.Fraction_():
            yield from (("numerator", node.numerator), ("denominator", node.denominator))
        case s.Power():
            yield "base", node.base
            if not is_transpose(node.exponent):
                yield "exponent", node.exponent
        case s.Symbol():
            resolved = names.resolve(node)
            if resolved.power is not None:
                yield "exponent", resolved.power
        case s.Root():
            yield "radicand", node.radicand
        case s.Big():
            yield "body", node.body
        case s.Group(items=(item,)):
            yield "item", item
        case s.Group():
            yield from (("argument", i) for i in node.items)
        case s.Call():
            yield from (("argument", a) for a in node.args)
        case s.Matrix():
            yield from (("value", cell) for row in node.rows for cell in row if cell is not None)
        case s.Cases():
            yield from (("value", v) for v, _ in node.rows)
        case s.Norm():
            yield "bars", node.body
        case s.Primed():
            yield "base", node.base


def quantities(tree: s.Syntax) -> Iterator[s.Symbol]:
    """The symbols that are no indices, bounds or exponents of others."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Symbol):
            yield node
        elif not isinstance(node, s.Binder):
            stack.extend(reversed(list(s.parts(node))))


def is_differentiated(tree: s.Syntax, node: s.Syntax) -> bool:
    """Whether a node of ``tree`` is what a derivative is of, or by."""
    return any(isinstance(n, s.Derivative) and node in (n.of, *n.wrt) for n in s.walk(tree))


def rebuilt(tree: s.Syntax, change: Callable[[s.Syntax], s.Syntax | None]) -> s.Syntax:
    """``tree`` with every node for which ``change`` gives another replaced by that."""
    found = change(tree)
    if found is not None:
        return found
    changed: dict[str, Any] = {}
    for field in fields(tree):
        value = getattr(tree, field.name)
        new = _rebuilt_value(value, change)
        if new is not value:
            changed[field.name] = new
    return replace(tree, **changed) if changed else tree


def _rebuilt_value(value: object, change: Callable[[s.Syntax], s.Syntax | None]) -> object:
    if isinstance(value, s.Syntax):
        return rebuilt(value, change)
    if isinstance(value, tuple):
        new = tuple(_rebuilt_value(v, change) for v in value)
        return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
    return value


def is_simple(node: s.Syntax) -> bool:
    """Whether a quantity needs no brackets as a factor."""
    return not isinstance(node, (s.Total, s.Big)) and not (
        isinstance(node, s.Product) and any(isinstance(f, s.Big) for f in node.factors)
    )
