"""Evidence is gathered at two points, within the budget of forward evaluations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gradcheck.layers.bench import Bench, Centre
from gradcheck.layers.blocks import Pattern, pattern
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.jacobian import EVALUATIONS, along, jacobian
from gradcheck.layers.directions import direction, scale
from gradcheck.layers.errors import LayerError
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array

_MOST_OUTPUTS = 512
_MOST_ENTRIES = 500_000
_SKETCHED = 4
_DIRECTIONS = 6
_SAFE = 3.0
_ALONE = 64
_AWAY = 0.06
_ADDS_UP = 1e-4
_SECONDS = 2.0
_MOST_OTHER = 64


def gather(bench: Bench, name: str, rng: np.random.Generator, settings: Settings) -> Evidence | None:
    """The views of an argument; along random directions only, if it is too large for more."""
    started = time.perf_counter()
    centre = bench.centre()
    once = time.perf_counter() - started
    found = _pattern(bench, name, centre)
    most = min(settings.budget, int(_SECONDS / max(once, 1e-9)))
    cost = EVALUATIONS * found.rounds
    if 2 * cost <= most:
        return _evidence(bench, name, rng, lambda b: view(b, name, found, rng))
    if cost <= most or cost // 2 <= most:
        return _evidence(bench, name, rng, lambda b: view(b, name, found, rng, cost > most), single=True)
    if most >= 2 * EVALUATIONS * _DIRECTIONS:
        evidence = _evidence(bench, name, rng, lambda b: _along_directions(b, name, rng))
        return replace(evidence, projected=True) if evidence is not None else None
    return None


def _evidence(
    bench: Bench,
    name: str,
    rng: np.random.Generator,
    look: Callable[[Bench], View | None],
    single: bool = False,
) -> Evidence | None:
    """A view of the point and, unless it has to be a ``single`` one, of another point nearby.

    One view does if it has several upstream gradients.
    """
    first = look(bench)
    if first is None or not first.is_fine:
        return None
    second = None if single else _nearby(bench, rng, look)
    if second is None and first.columns < 2:
        return None
    return Evidence((first, second) if second is not None else (first,))


def view(
    bench: Bench, name: str, found: Pattern, rng: np.random.Generator, brief: bool = False
) -> View | None:
    """The gradients of one argument at the point of a bench; ``brief`` with half of the evaluations."""
    centre = bench.centre()
    entries = centre.flat.size * bench.point[name].size
    whole = centre.flat.size <= _MOST_OUTPUTS and entries <= _MOST_ENTRIES and _is_quick(bench, centre)
    upstreams = np.eye(centre.flat.size) if whole else _upstreams(rng, centre.flat.size)
    given = _pulled(bench, centre, name, upstreams)
    if given is None:
        return None
    columns = jacobian(bench, name, centre, found, None if whole else upstreams, brief)
    if found.carried and not _adds_up(bench, name, centre, columns.values, upstreams, rng):
        return None
    single = len(centre.outputs) == 1
    return View(
        name=name,
        shape=bench.point[name].shape,
        out_shape=centre.outputs[0].shape if single else centre.flat.shape,
        point=dict(bench.point),
        output=centre.flat,
        due=columns.values,
        given=given,
        error=columns.error,
        upstreams=upstreams,
        whole=whole,
        bench=bench,
    )


def _is_quick(bench: Bench, centre: Centre) -> bool:
    """Whether there is time for a backward for each output."""
    started = time.perf_counter()
    bench.pull(centre, np.ones(centre.flat.size))
    return (time.perf_counter() - started) * centre.flat.size <= _SECONDS


def _adds_up(
    bench: Bench, name: str, centre: Centre, due: Array, upstreams: Array, rng: np.random.Generator
) -> bool:
    """Whether elements that were differenced in groups give the derivative along a direction."""
    value = bench.point[name]
    step = scale(value) * direction(rng, value.size).reshape(value.shape)
    derivative, _ = along(bench, {name: step}, centre)
    expected = derivative @ upstreams
    apart = np.abs(step.ravel() @ due - expected)[np.isfinite(expected)]
    size = np.sqrt(((step.ravel()[:, None] * due) ** 2).sum(axis=0)).max(initial=0.0)
    return bool((apart <= _ADDS_UP * size).all())


def _upstreams(rng: np.random.Generator, size: int) -> Array:
    return np.stack([direction(rng, size) for _ in range(_SKETCHED)], axis=1)


def _pattern(bench: Bench, name: str, centre: Centre) -> Pattern:
    whole = Pattern({}, bench.point[name].shape)
    if len(centre.outputs) == 1 and whole.rounds > _ALONE:
        return pattern(bench, name, centre.outputs[0])
    return whole


def _along_directions(bench: Bench, name: str, rng: np.random.Generator) -> View | None:
    """A view whose rows are the gradients along random directions."""
    centre = bench.centre()
    size = centre.flat.size
    upstreams = np.eye(1) if size == 1 else _upstreams(rng, size)
    given = _pulled(bench, centre, name, upstreams)
    if given is None:
        return None
    value = bench.point[name]
    steps = [scale(value) * direction(rng, value.size).reshape(value.shape) for _ in range(_DIRECTIONS)]
    lines = [along(bench, {name: step}, centre) for step in steps]
    return View(
        name=name,
        shape=(_DIRECTIONS,),
        out_shape=centre.outputs[0].shape,
        point=dict(bench.point),
        output=centre.flat,
        due=np.stack([d @ upstreams for d, _ in lines]),
        given=np.stack([step.ravel() @ given for step in steps]),
        error=np.stack([np.sqrt((e**2) @ (upstreams**2)) for _, e in lines]) * _SAFE,
        upstreams=upstreams,
        whole=False,
        bench=bench,
    )


def _pulled(bench: Bench, centre: Centre, name: str, upstreams: Array) -> Array | None:
    """The gradients that the backward gives for each of the upstreams, as columns."""
    columns = []
    for upstream in upstreams.T:
        gradients = bench.pull(centre, np.ascontiguousarray(upstream)).values
        if name not in gradients:
            return None
        columns.append(gradients[name])
    return np.stack(columns, axis=1)


def _nearby(bench: Bench, rng: np.random.Generator, look: Callable[[Bench], View | None]) -> View | None:
    """A view with every argument moved by a few per cent; arrays of zeros and ones are kept."""
    point = {
        n: v if np.isin(v, (0.0, 1.0)).all() else v * (1.0 + _AWAY * direction(rng, v.size).reshape(v.shape))
        for n, v in bench.point.items()
    }
    moved = {n: np.array(v, bench.point[n].dtype) for n, v in point.items()}
    other = Bench(bench.target, moved, noise=bench.noise)
    try:
        found = look(other)
    except (LayerError, ValueError):
        found = None
    bench.forwards += other.forwards
    bench.backwards += other.backwards
    return found if found is not None and found.is_fine else None


def differences(view: View, name: str) -> tuple[Array, Array] | None:
    """The numeric gradient of another argument for the upstreams of a view, with its error."""
    bench = view.bench
    centre = bench.centre()
    found = _pattern(bench, name, centre)
    if found.rounds > _MOST_OTHER:
        return None
    columns = jacobian(bench, name, centre, found, None if view.whole else view.upstreams)
    return columns.values, columns.error


def due_for(bench: Bench, name: str, upstream: Array, settings: Settings) -> Array | None:
    """The numeric gradient of an argument for one upstream, in its shape; None if it takes too long."""
    centre = bench.centre()
    found = _pattern(bench, name, centre)
    if EVALUATIONS * found.rounds > settings.budget:
        return None
    values = jacobian(bench, name, centre, found, upstream[:, None]).values
    shaped: Array = values.reshape(bench.point[name].shape)
    return shaped
