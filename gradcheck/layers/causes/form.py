"""Causes of gradients whose form is wrong: of another shape, missing, not finite, of an earlier forward.

Such a gradient cannot be compared element by element. What it should have been is differenced for one
upstream gradient, and a repair is named if it gives just that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from gradcheck.layers.bench import Bench, Centre
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.features import axis_sets
from gradcheck.layers.causes.gathering import due_for
from gradcheck.layers.directions import direction
from gradcheck.layers.errors import LayerError
from gradcheck.layers.outputs import split
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array

_CLOSE = 1e-6
_MOST_AXES = 4


@dataclass(frozen=True, slots=True)
class Form:
    """One upstream gradient, what is due for it, and what the backward returns, as it is."""

    name: str
    upstream: Array
    due: Array
    raw: Array | None
    output: Array
    point: dict[str, Array]


def stale(name: str) -> Cause:
    """A backward that answers for an earlier forward."""
    return Cause(
        "L109",
        f"the gradient of {name} does not follow the inputs: something that the backward uses is kept "
        "from an earlier "
        "forward, or from the time when the layer was made",
        "store what the backward needs in every forward, or hand it over in the cache",
    )


def form_cause(
    code: str, bench: Bench, name: str, rng: np.random.Generator, settings: Settings
) -> Cause | None:
    """The cause of a gradient that is missing (L105), misshapen (L106) or not finite (L107)."""
    try:
        form = _form(bench, name, rng, settings)
    except (LayerError, ValueError, TypeError):
        return None
    if form is None:
        return None
    if code == "L105":
        return _missing(form)
    if form.raw is None:
        return None
    return _misshapen(form) if code == "L106" else _not_finite(form)


def _form(bench: Bench, name: str, rng: np.random.Generator, settings: Settings) -> Form | None:
    centre = bench.centre()
    size = centre.flat.size
    upstream = direction(rng, size) if bench.target.upstream else np.ones(size)
    returned = centre.call.backward(_parts(centre, upstream))
    bench.backwards += 1
    due = due_for(bench, name, upstream, settings)
    if due is None:
        return None
    single = len(centre.outputs) == 1
    laid = upstream.reshape(centre.outputs[0].shape if single else centre.flat.shape)
    return Form(name, laid, due, _floats(returned.get(name)), centre.flat, dict(bench.point))


def _parts(centre: Centre, upstream: Array) -> tuple[Array, ...]:
    return split(upstream, [o.shape for o in centre.outputs], [o.dtype for o in centre.outputs])


def _floats(value: Any) -> Array | None:
    return None if value is None else np.array(value, dtype=np.float64)


def _same(first: Array, second: Array) -> bool:
    if first.size != second.size:
        return False
    apart = np.abs(first.ravel() - second.ravel()).max(initial=0.0)
    return bool(apart <= _CLOSE * np.abs(second).max(initial=0.0))


def _missing(form: Form) -> Cause:
    cause = f"nothing is given for {form.name}, and the output depends on it"
    for over, value in _sums(form.upstream):
        if _same(value, form.due):
            return Cause("L105", cause, f"d{form.name} = dy{over}")
    return Cause("L105", cause, f"return the gradient of {form.name} as well")


def _sums(array: Array) -> Iterator[tuple[str, Array]]:
    """An array summed over no axis, then over each set of axes, with the call that does it."""
    yield "", array
    for axes in axis_sets(array.shape):
        over = "" if len(axes) == array.ndim else f"axis={axes[0] if len(axes) == 1 else axes}"
        yield f".sum({over})", array.sum(axis=axes)


def _misshapen(form: Form) -> Cause | None:
    raw, name = form.raw, form.name
    if raw is None:
        return None
    for over, value in _sums(raw):
        if _same(value, form.due):
            if over:
                return Cause(
                    "L106", f"the gradient of {name} is not summed over all axes along which {name} is "
                            "broadcast",
                    f"d{name} = d{name}{over}",
                )  # fmt: skip
            return Cause(
                "L106", f"the numbers of the gradient of {name} are right, and it has to be reshaped to "
                        f"{form.due.shape}",
                f"d{name} = d{name}.reshape({name}.shape)",
            )  # fmt: skip
    if 1 < raw.ndim <= _MOST_AXES:
        for order in permutations(range(raw.ndim)):
            if _same(np.transpose(raw, order), form.due):
                how = ".T" if order == tuple(range(raw.ndim))[::-1] else f".transpose{order}"
                return Cause(
                    "L106", f"the gradient of {name} is transposed: its numbers are right as d{name}{how}",
                    f"d{name} = d{name}{how}",
                )  # fmt: skip
    for over, value in _sums(form.due):
        if over and _same(raw, value):
            return Cause(
                "L106",
                f"the gradient of {name} is summed over axes that {name} has: it is what is due{over}",
                f"sum over the axes along which {name} is broadcast only",
            )
    return None


def _not_finite(form: Form) -> Cause | None:
    if form.raw is None or form.raw.size != form.due.size:
        return None
    bad = ~np.isfinite(form.raw.ravel())
    places = {
        **{n: np.asarray(v) for n, v in form.point.items()},
        "the gradient that is due": form.due,
        "the output": form.output,
    }
    for what, array in places.items():
        if array.size == bad.size and ((np.abs(array.ravel()) < 1e-12) == bad).all():
            return Cause(
                "L107",
                f"the gradient of {form.name} is not finite exactly where {what} is 0: a division by zero",
                "do not divide by what may be 0; multiply by the factor itself in place of output/input",
            )
    return None
