"""How far each index of a formula runs."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.algebra.expr import Delta, Expr, Ref, Sum, Var, walk

Sizes = Callable[[str], tuple[str, ...]]
"""The sizes of the axes of a tensor, by its name."""


def index_sizes(expr: Expr, sizes: Sizes) -> dict[str, str]:
    """The size of each index, bound or free, from the tensors that have it and the sums that bind it.

    >>> index_sizes(Sum("i", "m", Var("x", ("i", "j"))), lambda name: ("m", "d"))
    {'i': 'm', 'j': 'd'}
    """
    found: dict[str, str] = {}
    deltas = []
    for part in walk(expr):
        if isinstance(part, Sum):
            found[part.index] = part.size
        elif isinstance(part, Var | Ref):
            for index, size in zip(part.indices, sizes(part.name), strict=True):
                if isinstance(index, str):
                    found.setdefault(index, size)
        elif isinstance(part, Delta):
            deltas.append((part.left, part.right))
    for left, right in [*deltas, *((b, a) for a, b in deltas)]:
        if isinstance(left, str) and isinstance(right, str) and left in found:
            found.setdefault(right, found[left])
    return found
