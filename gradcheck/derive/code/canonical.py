"""When two formulas are the same but for the letters of their indices: a key that ignores them."""

from __future__ import annotations

from itertools import count

from gradcheck.algebra.expr import (
    Add,
    Constant,
    Delta,
    Expr,
    Fun,
    Index,
    Last,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    children,
    free_indices,
    mapped,
    rename,
)


def canonical(expr: Expr) -> tuple[str, tuple[str, ...]]:
    """A key, and the free indices in the order in which the key counts them.

    >>> canonical(Sum("i", "m", Var("x", ("i", "j")))) == canonical(Sum("k", "m", Var("x", ("k", "j"))))
    True
    >>> canonical(Var("x", ("b", "a")))
    ('x[0,1]', ('b', 'a'))
    """
    free: dict[str, int] = {}
    return _Writer(free).write(expr, {}), tuple(free)


def same(left: Expr, right: Expr) -> bool:
    """Whether two formulas agree but for the names of bound indices and the order of terms and factors."""
    return canonical(left) == canonical(right)


class Fresh:
    """Index names that nothing else has."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def index(self, like: str) -> str:
        """A new name that keeps the letter of an old one."""
        return f"{like.partition('~')[0]}~{next(self._numbers)}"

    def apart(self, expr: Expr) -> Expr:
        """``expr`` with a new name for every bound index, so that formulas can be put into each other."""

        def change(part: Expr) -> Expr:
            if not isinstance(part, Sum):
                return part
            new = self.index(part.index)
            return Sum(new, part.size, rename(part.body, {part.index: new}))

        return mapped(expr, change)


class _Writer:
    """Writes a formula, its free indices numbered in the order in which they come up."""

    def __init__(self, free: dict[str, int] | None) -> None:
        self.free = free

    def write(self, expr: Expr, bound: dict[str, int]) -> str:
        match expr:
            case Num(value):
                return str(value)
            case Constant(name) | Size(name):
                return f"{type(expr).__name__}:{name}"
            case Var(name, indices) | Ref(name, indices):
                return f"{name}[{','.join(self._index(i, bound) for i in indices)}]"
            case Add() | Mul():
                return f"{type(expr).__name__}({','.join(self._in_order(children(expr), bound))})"
            case Pow(base, exponent):
                return f"({self.write(base, bound)})^({self.write(exponent, bound)})"
            case Fun(name, args):
                return f"{name}({','.join(self.write(a, bound) for a in args)})"
            case Sum(index, size, body):
                return f"Sum{size}({self.write(body, {**bound, index: len(bound)})})"
            case Delta(left, right):
                pair = (self._index(left, bound), self._index(right, bound))
                return f"Delta({','.join(sorted(pair))})"
            case _:
                raise TypeError(f"{type(expr).__name__} stands for a derivative")

    def _in_order(self, parts: tuple[Expr, ...], bound: dict[str, int]) -> list[str]:
        """The parts, sorted by what they are apart from the letters of their free indices."""
        blind = _Writer(None)
        ordered = sorted(parts, key=lambda p: (-len(free_indices(p)), blind.write(p, bound)))
        return [self.write(part, bound) for part in ordered]

    def _index(self, index: Index, bound: dict[str, int]) -> str:
        if isinstance(index, Last):
            return f"last {index.size}"
        if isinstance(index, int):
            return f"#{index}"
        if index in bound:
            return f"~{bound[index]}"
        return "?" if self.free is None else str(self.free.setdefault(index, len(self.free)))
