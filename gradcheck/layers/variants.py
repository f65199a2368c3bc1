"""The special cases that a layer's inputs allow: other values, other sizes, other options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.bench import Bench
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.other_options import other_options
from gradcheck.layers.sampling.shrinking import resized
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.target import Array, Call, Point, Target
from gradcheck.layers.windows import windows

_PLACES = 3
_LARGE = 10
_ASYMPTOTIC = 1e-7
_PROBABILITIES = ("p", "prob", "probs", "probability", "probabilities")


@dataclass(frozen=True, slots=True)
class Variant:
    """A special case: its inputs, or a change to the target. Optional ones may refuse to run.

    Relative errors up to ``rtol`` are meant to be.
    """

    name: str
    choice: Choice
    change: Callable[[Target], Target] | None = None
    optional: bool = False
    rtol: float = 0.0


def variants(job: Job, output: tuple[int, ...], checked: Collection[str]) -> Iterator[Variant]:
    """The special cases that the inputs allow; a batch is an axis that the output begins with, too.

    Other values are tried in an array with the most axes, if it can be one of those ``checked``: labels
    beside it may have to be whole, or to sum to 1.
    """
    values = job.values()
    arrays = {n: v for n, v in values.items() if is_float_array(v) and v.ndim and n not in job.fixed}
    if not arrays:
        return
    name, main = max(arrays.items(), key=lambda pair: (pair[1].ndim, pair[0] in checked))
    batch = main.shape[0]
    if main.ndim > 1 and batch > 1 and output[:1] in ((), (batch,)):
        yield Variant("a batch of one", resized(job.choice, {batch: 1}))
        yield Variant("an empty batch", resized(job.choice, {batch: 0}), optional=True)
        yield Variant(
            "zero variance over the batch", _with(job.choice, name, np.repeat(main[:1], batch, axis=0))
        )
    yield Variant("exact zeros", _with(job.choice, name, _with_zeros(main)), optional=True)
    yield from _large(job.choice, name, main, output)
    yield Variant("arrays that are not contiguous", job.choice, _strided)
    yield Variant("after another input", job.choice, _used)
    yield from _not_square(job.choice, name)
    for text, choice in windows(job.choice, job.subject.parameters):
        yield Variant(text, choice, optional=True)
    for text, choice in other_options(job.subject, job.choice):
        yield Variant(text, choice, optional=True)


def _with(choice: Choice, name: str, value: Array) -> Choice:
    return {**choice, name: Fixed(value)}


def _with_zeros(value: Array) -> Array:
    """Every third element set to 0, in an order that no axis has."""
    changed = value.copy()
    changed.reshape(-1)[::_PLACES] = 0.0
    return changed


def _large(choice: Choice, name: str, value: Array, output: tuple[int, ...]) -> Iterator[Variant]:
    """Where clamps and asymptotes begin; not for losses, whose clamped logarithms are meant to be flat."""
    is_probability = name.lower() in _PROBABILITIES or bool(((value >= 0) & (value <= 1)).all())
    if not is_probability and len(output) >= value.ndim:
        enlarged = (value * _LARGE).astype(value.dtype)
        yield Variant("large values", _with(choice, name, enlarged), optional=True, rtol=_ASYMPTOTIC)


def _not_square(choice: Choice, name: str) -> Iterator[Variant]:
    """Inputs whose last two axes, an image's, are equally long are tried with different ones."""
    spec = choice.get(name)
    if isinstance(spec, Spec) and len(spec.shape) == 4 and spec.shape[-1] == spec.shape[-2]:
        shape = (*spec.shape[:-1], spec.shape[-1] + 2)
        yield Variant(
            "an image that is not square", {**choice, name: replace(spec, shape=shape)}, optional=True
        )


def _strided(target: Target) -> Target:
    """The target with every array handed over as every second element of a longer one."""

    def evaluate(point: Point) -> Call:
        call = target.evaluate({n: _apart(v) for n, v in point.items()})
        return Call(call.outputs, lambda upstream: call.backward(tuple(map(_apart, upstream))))

    return replace(target, evaluate=evaluate)


def _used(target: Target) -> Target:
    """The target at other numbers, after a forward and a backward at these: what it keeps must not matter."""
    bench = Bench(target, target.point)
    centre = bench.centre()
    bench.pull(centre, np.ones(centre.flat.size))
    return replace(target, point={n: np.array(np.flip(v), order="C") for n, v in target.point.items()})


def _apart(value: Array) -> Array:
    if not value.ndim:
        return value
    return np.repeat(value, 2, axis=-1)[..., ::2]
