"""A formula taken apart: every place of it holds an array, and candidates for a place are carried upwards.

The formula is read once with a hole at every place, so that each place's value is one small formula
over the holes right below it. What a change of one place does to the whole is then a few array
operations, for thousands of candidates side by side along the last axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric_arrays import Array
from gradcheck.algebra.numeric_worlds import World
from gradcheck.algebra.structure import SizeTooSmall, Unbound
from gradcheck.documents.correcting.offers import Offer
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.judging.chain_reading import with_mode
from gradcheck.documents.judging.equations import Equation
from gradcheck.documents.meaning.holes import Opening
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal

_LARGEST = 3_000_000
"""Numbers in one batch of candidates."""
UNREAD = (
    Refusal,
    Unbound,
    SizeTooSmall,
    KeyError,
    ValueError,
    IndexError,
    RecursionError,
    ZeroDivisionError,
)


@dataclass(eq=False)
class Place:
    """One place: its slots, their sizes and lengths, its value as printed, and what it is part of."""

    spot: Spot
    name: str
    parent: Place | None
    opening: Opening
    sizes: tuple[str, ...]
    lengths: tuple[int, ...]
    body: e.Expr
    printed: Array

    @property
    def node(self) -> s.Syntax:
        return self.spot.node

    @property
    def rank(self) -> int:
        return self.opening.value.rank

    @property
    def letters(self) -> tuple[str, ...]:
        """The index letters among the slots."""
        return self.opening.slots[: len(self.opening.slots) - self.rank]

    @property
    def scope(self) -> dict[str, str]:
        """The letters in scope, with their sizes."""
        return dict(zip(self.letters, self.sizes, strict=False))

    def ancestors(self) -> Iterator[Place]:
        """The places that this one is part of, the nearest first."""
        place = self.parent
        while place is not None:
            yield place
            place = place.parent


class Scaffold:
    """The places of one claim's right side over one world of values."""

    def __init__(
        self, bench: Workbench, world: World, equations: tuple[Equation, ...], places: list[Place]
    ) -> None:
        self.bench, self.world, self.equations, self.places = bench, world, equations, places
        self.by_node = {id(p.node): p for p in places}
        self._flipped: Place | None = None
        self._tail = (1,) * len(world.setting.ambient)

    @cached_property
    def vanishes(self) -> bool:
        """Whether the left side is zero."""
        targets = [self.bench.points.target(q, self.world) for q in self.equations]
        return all(t is not None and np.abs(t).max(initial=0.0) < 1e-9 for t in targets)

    def at(self, node: s.Syntax) -> Place | None:
        """The place of a node, through the brackets around it."""
        while isinstance(node, s.Group) and len(node.items) == 1:
            node = node.items[0]
        return self.by_node.get(id(node))

    # -- carrying upwards --------------------------------------------------------------

    def fits(self, place: Place, candidates: Array) -> Array:
        """For each candidate, the last axis, whether the claim is true with it in the place."""
        result = np.zeros(candidates.shape[-1], bool)
        path = max((int(np.prod(p.lengths)) for p in (place, *place.ancestors())), default=1)
        width = max(1, _LARGEST // max(1, path))
        for first in range(0, len(result), width):
            part = candidates[..., first : first + width]
            result[first : first + width] = self.agreement(place, part)
        return result

    def agreement(self, place: Place, candidates: Array) -> Array:
        """The same for candidates that are not too many."""
        top, values = place, self._signed(place, candidates)
        for above in place.ancestors():
            top, values = above, self._signed(above, self.carried({top: values}, above))
        return self._true(top, values)

    def _signed(self, place: Place, values: Array) -> Array:
        return -values if place is self._flipped else values

    def weight(self, place: Place) -> int:
        """How many numbers one candidate for a place takes on its way up."""
        return sum(int(np.prod(p.lengths)) for p in (place, *place.ancestors())) + 1

    def fit_together(self, fillings: dict[Place, Array]) -> Array:
        """The same for several places that are filled side by side, none of them part of another."""
        changed = dict(fillings)
        for place in reversed(self.places):
            below = {p: v for p, v in changed.items() if p.parent is place}
            if below and place not in fillings:
                changed[place] = self.carried(below, place)
        return self._true(self.places[0], changed[self.places[0]])

    def carried(self, fillings: dict[Place, Array], above: Place) -> Array:
        """The value of a place with others in the holes right below it."""
        world = self.world
        with self._filling(fillings), np.errstate(all="ignore"):
            return self._untailed(world.over(above.body, above.opening.slots, above.lengths), above)

    @contextmanager
    def with_printed(self, others: dict[Place, Array]) -> Iterator[None]:
        """Within this block, other values stand where some places are printed."""
        kept = {p: p.printed for p in self.places}
        changed = {p: v[..., None] for p, v in others.items()}
        for place in reversed(self.places):
            below = {p: v for p, v in changed.items() if p.parent is place}
            if below and place not in others:
                changed[place] = self.carried(below, place)
        try:
            for place, values in changed.items():
                place.printed = values[..., 0]
                self.world.values[place.name] = self.tailed(values)
            yield
        finally:
            for place, printed in kept.items():
                place.printed = printed
                self.world.values[place.name] = self.tailed(printed[..., None])

    @contextmanager
    def flipped(self, place: Place) -> Iterator[None]:
        """Within this block, what is carried through a place has the opposite sign there."""
        self._flipped = place
        try:
            yield
        finally:
            self._flipped = None

    def _true(self, root: Place, values: Array) -> Array:
        with self._filling({root: values}):
            result = np.ones(1, bool)
            for equation in self.equations:
                result = result & self.bench.points.agreement(equation)
        return result

    def _filling(self, fillings: dict[Place, Array]) -> _Filled:
        arrays = {p.name: self.tailed(a) for p, a in fillings.items()}
        return _Filled(self.world, arrays)

    def tailed(self, values: Array) -> Array:
        """An array with the axes of the ambient indices, before the last one."""
        return values.reshape(*values.shape[:-1], *self._tail, values.shape[-1])

    def _untailed(self, values: Array, place: Place) -> Array:
        return values.reshape(*place.lengths, values.shape[-1])

    # -- other formulas at a place -----------------------------------------------------

    def offered(
        self, place: Place, offers: Sequence[Offer], scalar: bool = False
    ) -> list[tuple[Offer, Array]]:
        """The offers that can be read at the place and do not vanish, each with its values there.

        They have the axes of what is printed there, or none if ``scalar``.
        """
        known = self.bench.known.setdefault((place.letters, place.sizes, place.rank, scalar), {})
        unread = [o for o in offers if o.latex not in known]
        if unread:
            with self.bench.trial():
                for offer in unread:
                    known[offer.latex] = self._read(place, offer, scalar)
        return [(o, a) for o in offers if (a := known[o.latex]) is not None]

    def _read(self, place: Place, offer: Offer, scalar: bool) -> Array | None:
        frame, wanted, bench = place.opening.frame, place.opening.value, self.bench
        here = type(frame)(
            dict(frame.scope), frame.mode, frame.prime, frame.bound, [], frame.outside, frame.below
        )
        try:
            value = bench.meaning.value(offer.tree, here)
            axes = bench.meaning.axes
            if value.rank != (0 if scalar else wanted.rank) or here.implicit:
                return None
            if value.rank and tuple(map(axes.size, value.axes)) != place.sizes[-value.rank :]:
                return None
            if not scalar:
                value = axes.renamed(value, wanted.axes)
            found = evaluated(bench, value, place.opening, place.lengths, self.world)
            return found if found is not None and np.abs(found).max(initial=0.0) > 1e-12 else None
        except UNREAD:
            return None


class _Filled:
    """Arrays in the holes of a world, for a while."""

    def __init__(self, world: World, arrays: dict[str, Array]) -> None:
        self.world, self.arrays = world, arrays
        self.before: dict[str, Array] = {}

    def __enter__(self) -> None:
        for name, array in self.arrays.items():
            if name in self.world.values:
                self.before[name] = self.world.values[name]
            self.world.values[name] = array

    def __exit__(self, *_: object) -> None:
        for name in self.arrays:
            if name in self.before:
                self.world.values[name] = self.before[name]
            else:
                del self.world.values[name]


def evaluated(
    bench: Workbench, value: Value, opening: Opening, lengths: Sequence[int], world: World
) -> Array | None:
    """A value at every position of the slots; None if it also depends on an ambient index."""
    with np.errstate(all="ignore"):
        array = world.over(with_mode(value.expr, bench.mode[1]), opening.slots, lengths)
    if array.shape[len(lengths) :] != (1,) * (array.ndim - len(lengths)):
        return None
    return np.broadcast_to(array.reshape(array.shape[: len(lengths)]), tuple(lengths))
