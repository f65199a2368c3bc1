"""Arrays for parameters whose axes are named by their annotations: one name, one size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.layers.sampling.annotations import Hint, hint_of
from gradcheck.layers.sampling.roles import roles_of
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.sampling.templates import shape_of
from gradcheck.layers.target import MISSING, Parameter

ORDERS = ((4, 3, 5, 7, 6, 8, 9, 10, 11, 12), (2, 3, 6, 4, 8, 10, 12, 14, 16, 18))
"""The sizes that names get, in order of appearance; the second for layers that halve an axis."""

_DIM = re.compile(r"(?P<marks>[*#?]*)(?:\w+=)?(?P<body>\.\.\.|.+)")
_SUM = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<sign>[-+*])(?P<number>\d+)")


@dataclass
class Names:
    """The sizes of the names met so far. ``rank`` is how many axes ``*name`` and ``...`` stand for."""

    order: Sequence[int]
    rank: int
    sizes: dict[str, int] = field(default_factory=dict)

    def size(self, name: str) -> int:
        """The size of a name, which it gets now if it has none."""
        if name not in self.sizes:
            free = (n for n in (*self.order, *range(20, 200)) if n not in self.sizes.values())
            self.sizes[name] = next(free)
        return self.sizes[name]

    def shape(self, dims: Sequence[str]) -> tuple[int, ...]:
        """The shape that axes have.

        >>> Names(ORDERS[0], rank=2).shape(("n", "3", "*rest", "n+1"))
        (4, 3, 3, 5, 5)
        """
        return tuple(size for place, dim in enumerate(dims) for size in self._sizes(dim, place))

    def learn(self, dims: Sequence[str], shape: Sequence[int]) -> None:
        """Take over the sizes of an array that is given; ``*name`` stands for what is left over."""
        stars = [i for i, dim in enumerate(dims) if _is_variadic(dim)]
        if stars:
            self.rank = max(len(shape) - len(dims) + 1, 0)
        for dim, size in zip(_spread(dims, self.rank), shape, strict=False):
            if _parts(dim)[1].isidentifier():
                self.sizes.setdefault(_parts(dim)[1], size)

    def _sizes(self, dim: str, place: int) -> list[int]:
        if _is_variadic(dim):
            return [self.size(name) for name in _spread([dim], self.rank)]
        body = _parts(dim)[1]
        if body.isdigit():
            return [int(body)]
        if found := _SUM.fullmatch(body):
            base, number = self.size(found["name"]), int(found["number"])
            return [max({"+": base + number, "-": base - number, "*": base * number}[found["sign"]], 0)]
        return [self.size(body if body.isidentifier() and not body.startswith("_") else f"axis {place}")]


def annotated(
    parameters: Sequence[Parameter], given: Mapping[str, Spec | Fixed]
) -> Iterator[dict[str, Spec | Fixed]]:
    """The arrays that annotations ask for, in each way of choosing the sizes; nothing if there are none.

    >>> n_d, d_m = "Float[Array, 'n d']", "Float[Array, 'd m']"
    >>> next(annotated([Parameter("x", annotation=n_d), Parameter("w", annotation=d_m)], {}))
    {'x': normal(4, 3), 'w': normal(3, 5)}
    """
    hints = {p.name: hint for p in parameters if (hint := hint_of(p.annotation)) and hint.dims is not None}
    wanted = [p for p in parameters if p.name in hints and p.name not in given and _is_wanted(p)]
    ranks = (1, 0, 2) if any(_is_variadic(d) for h in hints.values() for d in h.dims or ()) else (0,)
    for rank, order in [(r, o) for r in ranks for o in ORDERS] if wanted else []:
        names = Names(order, rank)
        for name in hints.keys() & given.keys():
            names.learn(hints[name].dims or (), shape_of(given[name]) or ())
        try:
            shapes = {p.name: names.shape(hints[p.name].dims or ()) for p in wanted}
            yield {p.name: _spec(p, hints[p.name], shapes[p.name], names) for p in wanted}
        except SpecError:
            return


def _is_wanted(parameter: Parameter) -> bool:
    return parameter.default is MISSING or parameter.default is None


def _spec(parameter: Parameter, hint: Hint, shape: tuple[int, ...], names: Names) -> Spec:
    roles, dtype = roles_of(parameter), (("dtype", hint.dtype),)
    if hint.kind == "integers":
        return Spec("integers", shape, (("low", 0), ("high", min(names.sizes.values(), default=2)), *dtype))
    if hint.kind == "booleans":
        return Spec("bernoulli", shape, (("p", 0.8), *dtype))
    if "prediction" in roles[:1]:
        return Spec("uniform", shape, (("low", 0.05), ("high", 0.95), *dtype))
    return Spec("positive" if "var" in roles[:1] else "normal", shape, dtype)


def _parts(dim: str) -> tuple[str, str]:
    found = _DIM.fullmatch(dim)
    return (found["marks"], found["body"]) if found else ("", "_")


def _is_variadic(dim: str) -> bool:
    marks, body = _parts(dim)
    return "*" in marks or body == "..."


def _spread(dims: Sequence[str], rank: int) -> list[str]:
    """Axes with ``*rest`` replaced by as many names as it stands for."""
    found: list[str] = []
    for dim in dims:
        body = _parts(dim)[1].replace("...", "ellipsis").lstrip("_") or "any"
        found += [f"{body}_{i}" for i in range(rank)] if _is_variadic(dim) else [dim]
    return found
