"""The syntax tree of a formula: what is written, before anyone says what it means.

Every node keeps the stretch ``start … end`` of the source file that it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Syntax:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol(Syntax):
    """``name`` with its scripts: ``sub`` item by item, ``sup`` as one expression.

    ``sub_text`` and ``sup_text`` are the scripts' bare spelling, for labels.
    """

    name: str
    sub: tuple[Syntax, ...] = ()
    sub_text: str = ""
    sup: Syntax | None = None
    sup_text: str = ""
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Group(Syntax):
    """Something in brackets; ``items`` are its parts between commas."""

    bracket: str
    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Power(Syntax):
    base: Syntax
    exponent: Syntax
    exponent_text: str


@dataclass(frozen=True, slots=True)
class Primed(Syntax):
    """``(…)'``."""

    base: Syntax
    primes: int


@dataclass(frozen=True, slots=True)
class Total(Syntax):
    """A sum of signed terms; a term may be `Dots`."""

    terms: tuple[tuple[int, Syntax], ...]


@dataclass(frozen=True, slots=True)
class Product(Syntax):
    """``joins[k]`` stands between factors k and k+1; "" is juxtaposition."""

    factors: tuple[Syntax, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fraction_(Syntax):
    numerator: Syntax
    denominator: Syntax


@dataclass(frozen=True, slots=True)
class Root(Syntax):
    radicand: Syntax
    degree: Syntax | None


@dataclass(frozen=True, slots=True)
class Binder(Syntax):
    """One index of a sum: its letter, bounds, the indices it must differ from, its set."""

    letter: str
    lower: Syntax | None = None
    upper: Syntax | None = None
    excluded: tuple[Syntax, ...] = ()
    domain: Syntax | None = None


@dataclass(frozen=True, slots=True)
class Big(Syntax):
    """``\\sum``, ``\\prod``, ``\\max`` over binders; no binders at all for a bare sum."""

    kind: str
    binders: tuple[Binder, ...]
    body: Syntax


@dataclass(frozen=True, slots=True)
class Call(Syntax):
    """A named function applied; ``sub`` is the subscript on its name or its result."""

    name: str
    args: tuple[Syntax, ...]
    sub: tuple[Syntax, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivative(Syntax):
    """``d of / d wrt``; ``of`` is None for an operator that met no operand.

    ``sign`` is ``d``, ``partial`` or ``nabla``.
    """

    sign: str
    of: Syntax | None
    wrt: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Syntax):
    rows: tuple[tuple[Syntax | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Compare(Syntax):
    """``left sign right`` used as a condition; sign is one of ``= != < > <= >= in``."""

    sign: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Cases(Syntax):
    """Rows of (value, conditions); no conditions means otherwise."""

    rows: tuple[tuple[Syntax, tuple[Compare, ...]], ...]


@dataclass(frozen=True, slots=True)
class Indicator(Syntax):
    conditions: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Norm(Syntax):
    """``‖body‖_p`` (``kind`` "norm") or ``|body|`` ("abs")."""

    kind: str
    body: Syntax
    order: str = ""


@dataclass(frozen=True, slots=True)
class Dots(Syntax):
    """``⋯`` between terms, or in a matrix (``kind`` is the command)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Placeholder(Syntax):
    """``???``: a value that is asked for, not given."""


@dataclass(frozen=True, slots=True)
class Hole(Syntax):
    """A place kept open in a formula: ``body`` stood there, the free tensor ``name`` stands there now.

    ``letters`` are the indices it may depend on besides those that sums around it bind. What it was
    found to depend on is left in ``opened`` by the reader.
    """

    name: str
    body: Syntax
    letters: tuple[str, ...]
    opened: list[object]


_PART_NAMES: dict[type[Syntax], tuple[str, ...]] = {}


def _part_names(kind: type[Syntax]) -> tuple[str, ...]:
    found = _PART_NAMES.get(kind)
    if found is None:
        found = _PART_NAMES[kind] = _find_part_names(kind)
    return found


def _find_part_names(kind: type[Syntax]) -> tuple[str, ...]:
    plain = {"start", "end", "name", "sub_text", "sup_text", "primes", "value", "kind", "sign", "letter"}
    return tuple(f.name for f in fields(kind) if f.name not in plain)


def parts(node: Syntax) -> Iterator[Syntax]:
    """The direct children of ``node``."""
    for name in _part_names(type(node)):
        value = getattr(node, name)
        if value.__class__ is tuple:
            yield from _syntax_in(value)
        elif isinstance(value, Syntax):
            yield value


def _syntax_in(items: tuple[object, ...]) -> Iterator[Syntax]:
    for item in items:
        if isinstance(item, Syntax):
            yield item
        elif item.__class__ is tuple:
            yield from _syntax_in(item)


def walk(node: Syntax) -> Iterator[Syntax]:
    """``node`` and all below it, parents first, in reading order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(parts(current))))
