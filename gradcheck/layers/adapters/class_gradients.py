"""Where the gradients are after a backward that did not return them: found once, then read again."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_parameters import Held
from gradcheck.layers.adapters.gradient_places import input_of, numbers, place_of
from gradcheck.layers.adapters.listed_gradients import listed
from gradcheck.layers.adapters.places import ABSENT, Place, read, walk
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer


class Way(enum.Enum):
    """How the gradient of a parameter is got."""

    PLACE = "read where it is kept"
    OPTIMIZER = "seen by the optimizer"
    UPDATE = "told from how the parameter was changed"
    LISTED = "listed by a method of the layer"


@dataclass
class GradientFinder:
    """The gradients of the parameters and inputs of one instance.

    ``ways`` and ``places`` tell how each was found the first time.
    """

    instance: Any
    held: Sequence[Held]
    inputs: Sequence[str]
    spy: SpyOptimizer
    ways: dict[str, Way] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def search(
        self, before: Snapshot, rate: float, caches: Collection[Place], missing: Collection[str]
    ) -> dict[str, Any]:
        """Look everywhere, in the surest kind of place first.

        ``before`` is the object before its backward, ``rate`` the learning rate of updates, ``caches``
        what the forward writes: a gradient only if its name says so. ``missing`` are the inputs whose
        gradients were not returned.
        """
        written = before.written()
        self._note_named(written)
        self._note_inputs(written, missing)
        for way in (Way.OPTIMIZER, Way.UPDATE, Way.LISTED):
            for name in self._by(way, before, rate):
                self.ways.setdefault(name, way)
        self._note_alike(written - set(caches))
        self._note_named({place for place, _ in numbers(self.instance)})
        self._note_named({place for place, value in walk(self.instance) if value is None})
        return self.recall(before, rate)

    def recall(self, before: Snapshot, rate: float) -> dict[str, Any]:
        """The gradients after another backward, got in the same ways."""
        found = {name: read(self.instance, place) for name, place in self.places.items()}
        for way in set(self.ways.values()) - {Way.PLACE}:
            values = self._by(way, before, rate)
            found |= {name: value for name, value in values.items() if self.ways.get(name) is way}
        return {name: value for name, value in found.items() if value is not ABSENT}

    def _by(self, way: Way, before: Snapshot, rate: float) -> Mapping[str, Any]:
        if way is Way.OPTIMIZER:
            return self.spy.gradients({h.name: before.kept[h.places[0]].value for h in self.held})
        if way is Way.UPDATE:
            return self._updates(before, rate)
        pairs = listed(self.instance)
        return {h.name: slope for h in self.held for value, slope in pairs if value is h.value(self.instance)}

    def _updates(self, before: Snapshot, rate: float) -> dict[str, Any]:
        """What each parameter was changed by, over the learning rate."""
        found: dict[str, Any] = {}
        for held in self.held:
            was = before.kept[held.places[0]].content
            now = [v for p in held.places if (v := read(self.instance, p)) is not ABSENT]
            changed = [v for v in now if was is not None and not np.array_equal(v, was)]
            if changed and rate:
                step = was - changed[0]
                alone = [g for g in self.spy.lone_gradients() if _is_step(step, g)]
                found[held.name] = alone[0] if alone else step / rate
        return found

    def _note_named(self, candidates: Collection[Place]) -> None:
        """Note gradients in places that are called or arranged after their parameter."""
        free = [p for p, _ in walk(self.instance) if p in candidates and p not in self._taken()]
        for held in self.held:
            if held.name not in self.ways and (place := place_of(held, free, self.instance)) is not None:
                self._note(held.name, place)

    def _note_alike(self, fresh: Collection[Place]) -> None:
        """Note the only new array with the shape of the only parameter of that shape."""
        due = {h.name: np.shape(h.value(self.instance)) for h in self.held if h.name not in self.ways}
        free = {p: v for p, v in numbers(self.instance, fresh) if p not in self._taken()}
        for name, shape in due.items():
            fits = {id(v): p for p, v in free.items() if np.shape(v) == shape}
            if len(fits) == 1 and list(due.values()).count(shape) == 1:
                self._note(name, next(iter(fits.values())))

    def _note_inputs(self, written: Collection[Place], missing: Collection[str]) -> None:
        for place, _ in numbers(self.instance, written):
            name = input_of(place, self.inputs)
            is_due = name in missing and name not in self.ways
            if name is not None and is_due and place not in self._taken():
                self._note(name, place)

    def _note(self, name: str, place: Place) -> None:
        self.ways[name] = Way.PLACE
        self.places[name] = place

    def _taken(self) -> set[Place]:
        """The places of the parameters themselves, and of the gradients found so far."""
        return {p for h in self.held for p in h.places} | set(self.places.values())


def _is_step(step: Any, gradient: Any) -> bool:
    """Whether a parameter was changed by this gradient, added or subtracted."""
    if np.shape(step) != np.shape(gradient):
        return False
    return bool(np.allclose(step, gradient) or np.allclose(step, -gradient))
