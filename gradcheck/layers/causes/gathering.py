"""Evidence is gathered at two points, within the budget of forward evaluations."""

from __future__ import annotations

import time

import numpy as np

from gradcheck.layers.bench import Bench, Centre
from gradcheck.layers.blocks import Pattern, pattern
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.jacobian import EVALUATIONS, jacobian
from gradcheck.layers.directions import direction
from gradcheck.layers.errors import LayerError
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array

_MOST_OUTPUTS = 512
_MOST_ENTRIES = 500_000
_SKETCHED = 4
_ALONE = 64
_AWAY = 0.06
_SECONDS = 2.0
_MOST_OTHER = 64


def gather(bench: Bench, name: str, rng: np.random.Generator, settings: Settings) -> Evidence | None:
    """The views of an argument; None if there is no second point, or it would take too long."""
    started = time.perf_counter()
    centre = bench.centre()
    once = time.perf_counter() - started
    found = _pattern(bench, name, centre)
    cost = EVALUATIONS * found.rounds
    brief = cost > settings.budget
    cost = 2 * found.rounds if brief else cost
    if cost > settings.budget or cost * once > _SECONDS:
        return None
    first = view(bench, name, found, rng, brief)
    if first is None or not first.is_fine:
        return None
    views = [first]
    if 2 * cost <= settings.budget:
        second = _nearby(bench, name, found, rng)
        views += [second] if second is not None else []
    if len(views) < 2 and first.columns < 2:
        return None
    return Evidence(tuple(views))


def view(
    bench: Bench, name: str, found: Pattern, rng: np.random.Generator, brief: bool = False
) -> View | None:
    """The gradients of one argument at the point of a bench; ``brief`` with half of the evaluations."""
    centre = bench.centre()
    entries = centre.flat.size * bench.point[name].size
    whole = centre.flat.size <= _MOST_OUTPUTS and entries <= _MOST_ENTRIES
    upstreams = np.eye(centre.flat.size) if whole else _upstreams(rng, centre.flat.size)
    given = []
    for upstream in upstreams.T:
        gradients = bench.pull(centre, np.ascontiguousarray(upstream)).values
        if name not in gradients:
            return None
        given.append(gradients[name])
    columns = jacobian(bench, name, centre, found, None if whole else upstreams, brief)
    single = len(centre.outputs) == 1
    return View(
        name=name,
        shape=bench.point[name].shape,
        out_shape=centre.outputs[0].shape if single else centre.flat.shape,
        point=dict(bench.point),
        output=centre.flat,
        due=columns.values,
        given=np.stack(given, axis=1),
        error=columns.error,
        upstreams=upstreams,
        whole=whole,
        bench=bench,
    )


def _upstreams(rng: np.random.Generator, size: int) -> Array:
    return np.stack([direction(rng, size) for _ in range(_SKETCHED)], axis=1)


def _pattern(bench: Bench, name: str, centre: Centre) -> Pattern:
    whole = Pattern({}, bench.point[name].shape)
    if len(centre.outputs) == 1 and whole.rounds > _ALONE:
        return pattern(bench, name, centre.outputs[0])
    return whole


def _nearby(bench: Bench, name: str, found: Pattern, rng: np.random.Generator) -> View | None:
    """A view with every argument moved by a few per cent; arrays of zeros and ones are kept."""
    point = {
        n: v if np.isin(v, (0.0, 1.0)).all() else v * (1.0 + _AWAY * direction(rng, v.size).reshape(v.shape))
        for n, v in bench.point.items()
    }
    other = Bench(
        bench.target, {n: v.astype(bench.point[n].dtype) for n, v in point.items()}, noise=bench.noise
    )
    try:
        found_there = view(other, name, found, rng)
    except (LayerError, ValueError):
        found_there = None
    bench.forwards += other.forwards
    bench.backwards += other.backwards
    return found_there if found_there is not None and found_there.is_fine else None


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
    """The numeric gradient of an argument for one upstream gradient, in its shape; None if it takes too long."""
    centre = bench.centre()
    found = _pattern(bench, name, centre)
    if EVALUATIONS * found.rounds > settings.budget:
        return None
    values = jacobian(bench, name, centre, found, upstream[:, None]).values
    shaped: Array = values.reshape(bench.point[name].shape)
    return shaped
