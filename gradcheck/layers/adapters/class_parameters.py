"""Which of the arrays that an object holds are its parameters, and what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.boxes import is_box, is_gradient_in_box, token
from gradcheck.layers.adapters.class_names import (
    is_declared,
    is_gradients,
    is_of_optimizer,
    is_passing,
    is_running_statistic,
    is_usual,
)
from gradcheck.layers.adapters.class_source import ClassSource
from gradcheck.layers.adapters.listed_gradients import Listed
from gradcheck.layers.adapters.places import ABSENT, Place, read, shown, walk, write
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class Held:
    """A parameter: its name and the places where the object holds the very same array, or a number."""

    name: str
    places: tuple[Place, ...]
    is_number: bool = False

    def value(self, root: object) -> Any:
        """The array or the number that the object holds now."""
        return read(root, self.places[0])

    def put(self, root: object, value: Array) -> None:
        """Make the object hold another value in all these places."""
        for place in self.places:
            write(root, place, value[()] if self.is_number else value)


def is_running(place: Place) -> bool:
    """Whether a place is called like a statistic that is carried from call to call."""
    return any(is_running_statistic(step.name) for step in place)


def is_number(value: object) -> bool:
    """Whether a value is a number that may be a parameter."""
    return isinstance(value, int | float | np.floating) and not isinstance(value, bool)


def held_parameters(
    root: object,
    source: ClassSource,
    inputs: Collection[str],
    given: Mapping[str, Any],
    listed: Listed,
    caches: Collection[Place] = (),
    numbers: Collection[str] = (),
) -> tuple[Held, ...]:
    """The parameters of an object, in the order in which it holds them.

    ``inputs`` are the names of the forward's own arguments, ``given`` what the constructor was given,
    ``listed`` what the object itself says of its arrays, ``caches`` the places of those that are none,
    ``numbers`` the names of those that are no arrays.
    """
    groups: dict[int, list[Place]] = {}
    arrays: dict[int, Any] = {}
    for place, value in walk(root):
        is_cache = any(place[:n] in caches for n in range(1, len(place) + 1))
        if isinstance(value, np.ndarray) and is_float(value) and value.size and not is_cache:
            groups.setdefault(id(value), []).append(place)
            arrays[id(value)] = value
        elif len(place) <= 2 and place[-1].name in numbers and is_number(value):
            key = -len(arrays) - 1  # equal numbers may be one object
            groups[key], arrays[key] = [place], value
    tokens = {token(p, root) for places in groups.values() for p in places}
    chosen = [
        (key, places)
        for key, places in groups.items()
        if not listed.is_gradient(arrays[key])
        and not any(_is_other(p, root, tokens, inputs) for p in places)
        and (
            key < 0 or any(_is_parameter(p, root, source) for p in places) or listed.is_parameter(arrays[key])
        )
    ]
    return _named([(places, arrays[key]) for key, places in chosen], root, source, inputs, given)


def _is_other(place: Place, root: object, tokens: Collection[str], inputs: Collection[str]) -> bool:
    """Whether a place holds a gradient, a statistic, an input or what belongs to an optimizer."""
    holders = place[:-2] if is_box(place, root) else place[:-1]
    last = token(place, root)
    return (
        is_running(place)
        or any(is_of_optimizer(step.name) for step in place)
        or any(is_gradients(step.name) for step in holders)
        or is_gradient_in_box(place, root)
        or (bool(last) and (last in inputs or _is_gradient(last, {t for t in tokens if t != last})))
    )


def _is_gradient(name: str, others: Collection[str]) -> bool:
    found = gradient_of(name, {o.strip("_") for o in others if o})
    return (found is not None and found.lower() not in ("x", "input")) or name.lower() in ("dx", "dout")


def _is_parameter(place: Place, root: object, source: ClassSource) -> bool:
    """Whether anything speaks for it: where it is, its name, its update, the name of its gradient."""
    if is_box(place, root) or any(is_declared(step.name) for step in place[:-1]):
        return True
    name = token(place, root)
    if not name or is_usual(name):
        return bool(name)
    if len(place) == 1 and not is_gradients(name) and name in source.updated:
        return True
    return not is_passing(name) and any(gradient_of(w, [name.strip("_")]) for w in source.words)


def _named(
    groups: Iterable[tuple[list[Place], Any]],
    root: object,
    source: ClassSource,
    inputs: Collection[str],
    given: Mapping[str, Any],
) -> tuple[Held, ...]:
    found: list[Held] = []
    for places, array in groups:
        ordered = sorted(places, key=lambda p: (not token(p, root), len(p)))
        given_as = [n for n, v in given.items() if v is array]
        name = _name(ordered, root, source, given_as).strip("_")
        taken = {h.name for h in found} | set(inputs)
        name = name if name not in taken else f"self.{shown(ordered[0])}"
        found.append(Held(name, tuple(ordered), is_number(array)))
    return tuple(found)


def _name(places: Sequence[Place], root: object, source: ClassSource, given_as: Sequence[str]) -> str:
    first = places[0]
    steps = first[:-1] if is_box(first, root) else first
    if len(steps) == 1 or (len(steps) == 2 and not steps[1].is_attribute and token(first, root)):
        return token(first, root)
    if given_as:
        return given_as[0]
    if len(steps) == 2 and isinstance(steps[1].key, int):
        names = source.entries_of(steps[0].name)
        container = read(root, steps[:1])
        if container is not ABSENT and len(names) == len(container):
            return names[steps[1].key]
    return shown(steps)
