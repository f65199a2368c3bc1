"""What an object keeps between calls: running statistics are reset, what a backward does to it is undone."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_names import is_gradients
from gradcheck.layers.adapters.class_parameters import Held, is_running
from gradcheck.layers.adapters.places import Place, Step, read, shown, walk
from gradcheck.layers.adapters.random_streams import Streams
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.adapters.signatures import asked
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.target import Array

_CLEANERS = (
    "zero_grad zero_grads zero_gradient zero_gradients zerograd zerograds clear_grad clear_grads "
    "clear_gradients cleargrads reset_grad reset_grads reset_gradients flush_gradients "
    "zeroGradParameters zero_grad_parameters"
).split()


class State:
    """The instance apart from its parameters and inputs.

    ``caches`` are the places that the forward writes, known after the first one; ``touched`` those that
    a backward writes, whose content is kept.
    """

    def __init__(self, instance: Any, pair: MethodPair, held: Collection[Held]) -> None:
        self.instance = instance
        self.parameters = {place for h in held for place in h.places}
        self.running = _running(instance, pair) - self.parameters
        self.initial = Snapshot(instance, self.running)
        self.streams = Streams(instance)
        self.caches: set[Place] = set()
        self.is_known = False
        self.touched: set[Place] | None = None
        self.cleaners = [n for n in _CLEANERS if callable(getattr(instance, n, None))]

    def arrays(self) -> Mapping[str, Array]:
        """The running statistics as they are now."""
        found = {shown(p): read(self.instance, p) for p in sorted(self.running, key=shown)}
        return {n: v for n, v in found.items() if isinstance(v, np.ndarray) and is_float(v)}

    def reset(self) -> None:
        """Before a forward: statistics and random streams as at first, gradients cleared by the layer."""
        self.initial.restore(self.running)
        self.streams.rewind()
        for name in self.cleaners:
            method = getattr(self.instance, name)
            if not asked(method):
                with suppress(Exception):  # some can only be cleared once there are gradients
                    method()

    @contextmanager
    def forward(self) -> Iterator[None]:
        """Around a forward; the first one shows what is a cache."""
        before = Snapshot(self.instance) if not self.is_known else None
        yield
        if before is not None:
            self.caches = before.written() - self.parameters
            self.is_known = True

    @contextmanager
    def backward(self, gradients: Mapping[str, Place]) -> Iterator[Snapshot]:
        """Around a backward: afterwards everything but the caches is as it was, and no cache is used up.

        ``gradients`` are the places of those found in the object, complete at the end. A cache that was
        changed in place stays changed, for the next backward to show it.
        """
        before = Snapshot(self.instance, self.touched)
        try:
            yield before
        finally:
            found = set(gradients.values())
            own = {p for p in before.written() if p not in self.caches or p in found or _is_collected(p)}
            self.touched = own | found if self.touched is None else self.touched | own
            before.restore(own | self.parameters)
            before.refill()


def _running(instance: Any, pair: MethodPair) -> set[Place]:
    """The places of running statistics: by their names, or because the forward makes them from themselves.

    What is None at first is a cache, unless its name says otherwise.
    """
    updated = {_place(node) for node in pair.source.own_updates(pair.forward)}
    return {p for p, value in walk(instance) if is_running(p) or (p in updated and value is not None)}


def _place(node: ast.expr) -> Place:
    """The place that an expression such as ``self.statistics["mean"]`` stands for."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return (*_place(node.value), Step(node.slice.value, False))
    if isinstance(node, ast.Attribute):
        return (*_place(node.value), Step(node.attr, True))
    return ()


def _is_collected(place: Place) -> bool:
    """Whether a place lies in a collection of gradients."""
    return any(is_gradients(step.name) for step in place[:-1])
