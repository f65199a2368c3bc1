"""Small formulas of our own: printed as LaTeX, evaluated with numpy, edited as trees.

This is the oracle of the soundness tests, so it shares nothing with gradcheck.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import erf, pi
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Scalar: TypeAlias = "Term | int | Fraction"
FUNCTIONS = {"\\ln": np.log, "\\tanh": np.tanh, "\\operatorname{erf}": np.vectorize(erf), "exp": np.exp}


@dataclass(frozen=True)
class Term:
    """A node: its kind, a name or number, printed indices, and what stands below it."""

    kind: str
    name: str = ""
    index: tuple[str, ...] = ()
    value: Fraction = Fraction(0)
    below: tuple[Term, ...] = ()
    signs: tuple[int, ...] = ()

    def __add__(self, other: Scalar) -> Term:
        return add((1, self), (1, term(other)))

    def __radd__(self, other: Scalar) -> Term:
        return term(other) + self

    def __sub__(self, other: Scalar) -> Term:
        return add((1, self), (-1, term(other)))

    def __rsub__(self, other: Scalar) -> Term:
        return term(other) - self

    def __neg__(self) -> Term:
        return add((-1, self))

    def __mul__(self, other: Scalar) -> Term:
        return mul(self, term(other))

    def __rmul__(self, other: Scalar) -> Term:
        return mul(term(other), self)

    def __truediv__(self, other: Scalar) -> Term:
        return Term("frac", below=(self, term(other)))

    def __rtruediv__(self, other: Scalar) -> Term:
        return term(other) / self

    def __pow__(self, exponent: Fraction | int) -> Term:
        return Term("pow", value=Fraction(exponent), below=(self,))


def term(value: Scalar) -> Term:
    """A term as it is, a number as a term."""
    return value if isinstance(value, Term) else Term("num", value=Fraction(value))  # type: ignore[arg-type]


def add(*parts: tuple[int, Term]) -> Term:
    """A sum of signed terms, flat."""
    flat: list[tuple[int, Term]] = []
    for sign, part in parts:
        if part.kind == "add":
            flat += [(sign * s, t) for s, t in zip(part.signs, part.below, strict=True)]
        else:
            flat.append((sign, part))
    return Term("add", below=tuple(t for _, t in flat), signs=tuple(s for s, _ in flat))


def mul(*parts: Term) -> Term:
    """A product, flat."""
    flat = [t for part in parts for t in (part.below if part.kind == "mul" else (part,))]
    return flat[0] if len(flat) == 1 else Term("mul", below=tuple(flat))


def sym(name: str, *index: str) -> Term:
    """A symbol; ``#`` in the name is where its indices go, at the end where there is none."""
    return Term("sym", name, index)


def size(name: str, less: int = 0) -> Term:
    """A size, or a size less one."""
    return Term("size", name, value=Fraction(-less))


def total(index: str, body: Term) -> Term:
    """The sum over a bound index."""
    return Term("sum", index, below=(body,))


def fun(name: str, argument: Term) -> Term:
    return Term("fun", name, below=(argument,))


def exp(argument: Term) -> Term:
    return fun("exp", argument)


def sqrt(argument: Term) -> Term:
    return Term("sqrt", below=(argument,))


PI = Term("pi")
ONE = term(1)


# -- walking ---------------------------------------------------------------------------


def walk(node: Term, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Term]]:
    """Every node with its path from the root."""
    yield path, node
    for at, child in enumerate(node.below):
        yield from walk(child, (*path, at))


def put(node: Term, path: tuple[int, ...], new: Term) -> Term:
    """The tree with another node at a path."""
    if not path:
        return new
    below = list(node.below)
    below[path[0]] = put(below[path[0]], path[1:], new)
    return tidy(replace(node, below=tuple(below)))


def tidy(node: Term) -> Term:
    """Sums and products flat again, after an edit below them."""
    if node.kind == "add":
        return add(*zip(node.signs, node.below, strict=True))
    return mul(*node.below) if node.kind == "mul" else node


def bound_at(node: Term, path: tuple[int, ...]) -> set[str]:
    """The indices that are bound where a path ends."""
    bound = set()
    for at in path:
        if node.kind == "sum":
            bound.add(node.name)
        node = node.below[at]
    return bound


def free(node: Term) -> set[str]:
    """The indices that are free in a term."""
    found = set(node.index).union(*map(free, node.below))
    return found - {node.name} if node.kind == "sum" else found


def bound(node: Term) -> set[str]:
    """Every index that some sum of the term binds."""
    return {n.name for _, n in walk(node) if n.kind == "sum"}


def rename(node: Term, names: dict[str, str]) -> Term:
    """The free indices renamed; the caller sees to it that nothing is captured."""
    if node.kind == "sum":
        names = {k: v for k, v in names.items() if k != node.name}
    index = tuple(names.get(i, i) for i in node.index)
    return replace(node, index=index, below=tuple(rename(b, names) for b in node.below))


def rename_bound(node: Term, names: dict[str, str]) -> Term:
    """Bound indices renamed, with their sums."""
    if node.kind == "sum" and node.name in names:
        new = names[node.name]
        body = rename(rename_bound(node.below[0], names), {node.name: new})
        return replace(node, name=new, below=(body,))
    return replace(node, below=tuple(rename_bound(b, names) for b in node.below))


# -- printing --------------------------------------------------------------------------


def latex(node: Term, ranges: dict[str, str]) -> str:
    """The term as LaTeX. ``ranges`` says over which size an index runs."""
    return _PRINT[node.kind](node, ranges)


def _symbol(node: Term, _: dict[str, str]) -> str:
    index = f"_{{{''.join(node.index)}}}" if node.index else ""
    return node.name.replace("#", index) if "#" in node.name else node.name + index


def _number(node: Term, _: dict[str, str]) -> str:
    value = node.value
    return str(value) if value.denominator == 1 else rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


def _size(node: Term, _: dict[str, str]) -> str:
    return f"{node.name} {node.value}".replace("-", "- ") if node.value else node.name


def _add(node: Term, ranges: dict[str, str]) -> str:
    out = ""
    for sign, part in zip(node.signs, node.below, strict=True):
        text = latex(part, ranges)
        text = (
            rf"\left( {text} \right)"
            if text.startswith("-") or (part.kind == "size" and part.value)
            else text
        )
        out += (" + " if sign > 0 else " - ") + text if out else ("" if sign > 0 else "-") + text
    return out


def _mul(node: Term, ranges: dict[str, str]) -> str:
    out = []
    for at, part in enumerate(node.below):
        text = latex(part, ranges)
        ends = at + 1 == len(node.below)
        if part.kind == "add" or (part.kind == "size" and part.value) or (_opens(part) and not ends):
            text = rf"\left( {text} \right)"
        elif part.kind == "num" and at:
            text = rf"\cdot {text}"
        out.append(text)
    return " ".join(out)


def _opens(node: Term) -> bool:
    """Whether what is printed after it would be drawn into it."""
    return node.kind == "sum"


def _atomic(node: Term) -> bool:
    return node.kind == "sym" and not any(c in node.name for c in "^\\") and "frac" not in node.name


def _power(node: Term, ranges: dict[str, str]) -> str:
    base = node.below[0]
    text = latex(base, ranges)
    if not _atomic(base):
        text = rf"\left( {text} \right)"
    value = node.value
    printed = str(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return f"{text}^{{{printed}}}"


def _function(node: Term, ranges: dict[str, str]) -> str:
    inner = latex(node.below[0], ranges)
    if node.name == "exp":
        return f"e^{{{inner}}}"
    return rf"{node.name}\left( {inner} \right)"


def _sum(node: Term, ranges: dict[str, str]) -> str:
    body = latex(node.below[0], ranges)
    if node.below[0].kind == "add":
        body = rf"\left( {body} \right)"
    return rf"\sum_{{{node.name}=1}}^{{{ranges[node.name]}}} {body}"


_PRINT = {
    "sym": _symbol,
    "num": _number,
    "size": _size,
    "add": _add,
    "mul": _mul,
    "frac": lambda n, r: rf"\frac{{{latex(n.below[0], r)}}}{{{latex(n.below[1], r)}}}",
    "pow": _power,
    "sqrt": lambda n, r: rf"\sqrt{{{latex(n.below[0], r)}}}",
    "fun": _function,
    "sum": _sum,
    "pi": lambda n, r: r"\pi",
}


# -- evaluating ------------------------------------------------------------------------


class IllTyped(Exception):
    """An index stands where one of another range belongs."""


@dataclass(frozen=True)
class World:
    """Sizes and values; every index letter has an axis of its own."""

    sizes: dict[str, int]
    ranges: dict[str, str]
    values: dict[str, Array]

    @property
    def letters(self) -> list[str]:
        return sorted(self.ranges)

    def extent(self, letter: str) -> int:
        return self.sizes[self.ranges[letter]]


def evaluate(node: Term, world: World) -> Array:
    """The value for every position of the free indices, one axis per index letter."""
    below = [evaluate(b, world) for b in node.below]
    match node.kind:
        case "sym":
            return _lookup(node, world)
        case "num":
            return np.asarray(float(node.value))
        case "size":
            return np.asarray(float(world.sizes[node.name] + node.value))
        case "pi":
            return np.asarray(pi)
        case "add":
            return sum((s * b for s, b in zip(node.signs, below, strict=True)), np.asarray(0.0))
        case "mul":
            return _product(below)
        case "frac":
            return below[0] / below[1]
        case "pow":
            return np.asarray(below[0] ** float(node.value))
        case "sqrt":
            return np.sqrt(below[0])
        case "fun":
            return np.asarray(FUNCTIONS[node.name](below[0]), dtype=np.float64)
    return _summed(below[0], node.name, world)


def _product(factors: list[Array]) -> Array:
    out = np.asarray(1.0)
    for factor in factors:
        out = out * factor
    return out


def _summed(body: Array, letter: str, world: World) -> Array:
    axis, letters = world.letters.index(letter), world.letters
    if body.ndim == 0:
        body = body.reshape((1,) * len(letters))
    if body.shape[axis] == 1:
        return body * world.extent(letter)
    return body.sum(axis=axis, keepdims=True)


def _lookup(node: Term, world: World) -> Array:
    value, letters = world.values[node.name], world.letters
    if value.shape != tuple(world.extent(i) for i in node.index):
        raise IllTyped(node.name)
    if not node.index:
        return value
    distinct = list(dict.fromkeys(node.index))
    value = np.einsum(value, [letters.index(i) for i in node.index], [letters.index(i) for i in distinct])
    order = sorted(range(len(distinct)), key=lambda at: letters.index(distinct[at]))
    shape = [world.extent(i) if i in distinct else 1 for i in letters]
    return value.transpose(order).reshape(shape)
