"""Where the vertices of a graph stand in a drawing, and the curves of its arrows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gradcheck.derive.printing.layering import Bend, Layers, Place, layered

HEIGHT = 36.0
"""Of a box."""
_BETWEEN_LAYERS, _BETWEEN_BOXES, _MARGIN = 52.0, 18.0, 8.0
_BEND_HEIGHT = 8.0
_ROUNDS = 10


@dataclass(frozen=True)
class Box:
    """A vertex by its middle and its width."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Layout:
    """A drawing of a graph; a curve leads through points from left to right, level in each of them."""

    width: float
    height: float
    boxes: dict[str, Box]
    curves: dict[tuple[str, str], tuple[tuple[float, float], ...]]


def laid_out(widths: Mapping[str, float], arrows: Iterable[tuple[str, str]]) -> Layout:
    """A drawing from left to right; ``widths`` are those of the boxes, in topological order."""
    layers = layered(tuple(widths), arrows)
    columns = _columns(layers, widths)
    heights = _heights(layers)
    height = max((y for y in heights.values()), default=0.0) + HEIGHT / 2 + _MARGIN
    boxes = {
        place: Box(columns[at][0], heights[place], widths[place])
        for at, row in enumerate(layers.rows)
        for place in row
        if isinstance(place, str)
    }
    curves = {pair: tuple(_points(route, boxes, columns, heights)) for pair, route in layers.routes.items()}
    right = max((middle + half for middle, half in columns), default=0.0)
    return Layout(right + _MARGIN, height, boxes, curves)


def _columns(layers: Layers, widths: Mapping[str, float]) -> list[tuple[float, float]]:
    """The middle of each layer and half its width."""
    found, left = [], _MARGIN
    for row in layers.rows:
        half = max((widths[place] for place in row if isinstance(place, str)), default=0.0) / 2
        found.append((left + half, half))
        left += 2 * half + _BETWEEN_LAYERS
    return found


def _heights(layers: Layers) -> dict[Place, float]:
    """The level of every place: near the middle of what it is joined to, without overlap."""
    joined: dict[Place, list[Place]] = {place: [] for row in layers.rows for place in row}
    for route in layers.routes.values():
        for one, other in pairwise(route):
            joined[one].append(other)
            joined[other].append(one)
    levels: dict[Place, float] = {}
    for row in layers.rows:
        levels |= zip(row, _apart(row, [0.0] * len(row)), strict=True)
    for _ in range(_ROUNDS):
        for row in (*layers.rows, *reversed(layers.rows)):
            wanted = [
                sum(levels[n] for n in joined[p]) / len(joined[p]) if joined[p] else levels[p] for p in row
            ]
            levels |= zip(row, _apart(row, wanted), strict=True)
    top = min(levels.values(), default=0.0) - HEIGHT / 2 - _MARGIN
    return {place: y - top for place, y in levels.items()}


def _apart(row: Sequence[Place], wanted: Sequence[float]) -> list[float]:
    """Levels in the order of the row, as near to what is wanted as the sizes of the places allow.

    Places that would overlap are joined to blocks, which stand at the mean of what their places want.
    """
    offsets = [0.0]
    for above, below in pairwise(row):
        offsets.append(offsets[-1] + (_tall(above) + _tall(below)) / 2 + _BETWEEN_BOXES)
    blocks: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        blocks.append([want - offset])
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    shifts = [_mean(block) for block in blocks for _ in block]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=False)]


def _tall(place: Place) -> float:
    return _BEND_HEIGHT if isinstance(place, Bend) else HEIGHT


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _points(
    route: Sequence[Place],
    boxes: Mapping[str, Box],
    columns: Sequence[tuple[float, float]],
    heights: Mapping[Place, float],
) -> Iterable[tuple[float, float]]:
    """From the right edge of the tail, across each layer on the way, to the left edge of the head."""
    for place in route:
        y = heights[place]
        if isinstance(place, Bend):
            middle, half = columns[place.layer]
            yield from ((middle - half, y), (middle + half, y))
        else:
            box = boxes[place]
            yield box.x + (box.width / 2 if place == route[0] else -box.width / 2), y
