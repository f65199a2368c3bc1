"""The lengths of axes that a factor may come from, with the names under which people know them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

from gradcheck.layers.causes.evidence import View


def sizes(view: View) -> dict[str, int]:
    """Each length once, under every name that it has, then products of two axes and whole sizes."""
    lengths: dict[int, list[str]] = {}
    for place, n in _places(view):
        if n > 1 and place not in lengths.setdefault(n, []):
            lengths[n].append(place)
    return {" = ".join(places[:2]): n for n, places in lengths.items() if places}


def _places(view: View) -> Iterator[tuple[str, int]]:
    shapes = {view.name: view.point[view.name].shape, "the output": view.out_shape}
    shapes.update((n, v.shape) for n, v in view.point.items() if n != view.name)
    for name, shape in shapes.items():
        yield from (
            (f"{name}.shape[{a}]" if name != "the output" else f"axis {a} of the output", n)
            for a, n in enumerate(shape)
        )
    for name, shape in shapes.items():
        if len(shape) > 1:
            yield f"the size of {name}", prod(shape)
    if len(view.out_shape) > 2:
        for axes in combinations(range(len(view.out_shape)), 3):
            yield f"axes {axes} of the output", prod(view.out_shape[a] for a in axes)
    for name, shape in shapes.items():
        for first in range(len(shape)):
            for last in range(first + 1, len(shape)):
                yield f"axes {first} and {last} of {name}", shape[first] * shape[last]
