"""Recognising a class, binding it, and holding its gradients against central differences."""

from __future__ import annotations

import inspect
import linecache
import textwrap
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from gradcheck.layers.adapters import activations, attribute_style, classes, context_classes, losses
from gradcheck.layers.target import Array, Subject, Target

_ADAPTERS = (context_classes, classes, activations, losses, attribute_style)
_NUMBERS = count()


def subject_of(layer: object) -> Subject:
    """The subject that a class is; exactly one adapter has to recognise it."""
    found = [s for a in _ADAPTERS if (s := a.recognise(getattr(layer, "__name__", "it"), layer)) is not None]
    assert len(found) == 1, [s.convention for s in found]
    return found[0]


def bound(layer: object, fixed: tuple[str, ...] = (), **values: Any) -> Target:
    """The target at some values, the random numbers of the layer's own being seeded."""
    np.random.seed(7)
    return subject_of(layer).bind(values, frozenset(fixed))


def copied(point: Mapping[str, Array]) -> dict[str, Array]:
    return {name: value.copy() for name, value in point.items()}


def upstream_of(target: Target) -> tuple[Array, ...]:
    """An upstream gradient for each output; a loss has ones."""
    outputs = target.evaluate(copied(target.point)).outputs
    rng = np.random.default_rng(11)
    return tuple(rng.normal(size=np.shape(o)) if target.upstream else np.ones(np.shape(o)) for o in outputs)


def gradients(target: Target) -> dict[str, Any]:
    """What the backward says, the second time that it is asked."""
    upstream = upstream_of(target)
    call = target.evaluate(copied(target.point))
    call.backward(tuple(2 * v for v in upstream))
    return dict(call.backward(upstream))


def numeric(target: Target, name: str, h: float = 1e-5) -> Array:
    upstream = upstream_of(target)
    slope = np.zeros(target.point[name].shape)
    for at in np.ndindex(slope.shape):
        sides = []
        for step in (h, -h):
            point = copied(target.point)
            point[name][at] += step
            outputs = target.evaluate(point).outputs
            sides.append(sum(float(np.sum(v * y)) for v, y in zip(upstream, outputs, strict=True)))
        slope[at] = (sides[0] - sides[1]) / (2 * h)
    return slope


def wrong(target: Target) -> set[str]:
    """The arguments whose gradient is missing, misshapen or wrong."""
    found = gradients(target)
    return {n for n in target.point if not _is_close(found.get(n), numeric(target, n))}


def _is_close(found: Any, due: Array) -> bool:
    if found is None or np.shape(found) != due.shape:
        return False
    return bool(np.allclose(found, due, rtol=1e-6, atol=1e-7 * max(1.0, float(np.abs(due).max(initial=0)))))


def mutant(layer: type, old: str, new: str) -> type:
    """The class with one piece of its text replaced; its source can be read like any other's."""
    text = textwrap.dedent(inspect.getsource(layer))
    assert old in text
    name = f"<mutant {next(_NUMBERS)}>"
    changed = text.replace(old, new)
    linecache.cache[name] = (len(changed), None, changed.splitlines(keepends=True), name)
    space = {**vars(inspect.getmodule(layer)), "__name__": "mutants"}
    exec(compile(changed, name, "exec", dont_inherit=True), space)
    made = space[layer.__name__]
    assert isinstance(made, type)
    return made
