"""Special cases in which layers that are right elsewhere go wrong; tried apart from the main verdict."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.bench import Bench
from gradcheck.layers.checking import check_target
from gradcheck.layers.errors import LayerError
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.other_options import other_options
from gradcheck.layers.sampling.shrinking import resized
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.target import Array, Call, Point, Target
from gradcheck.layers.windows import windows
from gradcheck.model import Corner, Layer, LayerVerdict

_PLACES = 3
_LARGE = 10
_LONGEST = 2.0
_PROBABILITIES = ("p", "prob", "probs", "probability", "probabilities")


@dataclass(frozen=True, slots=True)
class Variant:
    """A special case: its inputs, or a change to the target. Optional ones may refuse to run."""

    name: str
    choice: Choice
    change: Callable[[Target], Target] | None = None
    optional: bool = False


def with_corners(layer: Layer, job: Job, output: tuple[int, ...]) -> Layer:
    """The report with the special cases; where the check itself took long, with a note instead of them."""
    if layer.seconds <= _LONGEST:
        return replace(layer, corners=corners(job, output))
    each = layer.seconds / max(1, layer.evaluations.forward + layer.evaluations.backward)
    note = f"special cases were not tried: one evaluation takes {each:.2g} s"
    return replace(layer, notes=(*layer.notes, note))


def corners(job: Job, output: tuple[int, ...]) -> tuple[Corner, ...]:
    """Every special case that applies, checked like the layer itself; ``output`` is its output's shape."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an empty batch has no mean; what comes of it is judged
        found = [_tried(job, variant) for variant in variants(job, output)]
    return tuple(c for c in found if c is not None)


def variants(job: Job, output: tuple[int, ...]) -> Iterator[Variant]:
    """The special cases that the inputs allow; a batch is an axis that the output begins with, too."""
    values = job.values()
    arrays = {n: v for n, v in values.items() if is_float_array(v) and v.ndim and n not in job.fixed}
    if not arrays:
        return
    name, main = max(arrays.items(), key=lambda pair: pair[1].ndim)
    batch = main.shape[0]
    if main.ndim > 1 and batch > 1 and output[:1] in ((), (batch,)):
        yield Variant("a batch of one", resized(job.choice, {batch: 1}))
        yield Variant("an empty batch", resized(job.choice, {batch: 0}), optional=True)
        yield Variant(
            "zero variance over the batch", _with(job.choice, name, np.repeat(main[:1], batch, axis=0))
        )
    yield Variant("exact zeros", _with(job.choice, name, _with_zeros(main)), optional=True)
    if not _is_probability(name, main):
        yield Variant("large values", _with(job.choice, name, _enlarged(main)), optional=True)
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


def _is_probability(name: str, value: Array) -> bool:
    within = bool(((value >= 0) & (value <= 1)).all())
    return within or name.lower() in _PROBABILITIES


def _enlarged(value: Array) -> Array:
    return (value * _LARGE).astype(value.dtype)


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
    return replace(target, point={n: np.flip(v).copy() for n, v in target.point.items()})


def _apart(value: Array) -> Array:
    if not value.ndim:
        return value
    return np.repeat(value, 2, axis=-1)[..., ::2]


def _tried(job: Job, variant: Variant) -> Corner | None:
    try:
        with np.errstate(all="ignore"):
            target = job.with_choice(variant.choice).target()
            outcome = check_target(variant.change(target) if variant.change else target, job.settings)
    except LayerError as error:
        return None if variant.optional else Corner(variant.name, LayerVerdict.ERROR, str(error))
    except ValueError:
        return None
    return _corner(variant.name, outcome.verdicts, {f.code: f.message for f in outcome.findings})


def _corner(name: str, verdicts: Mapping[str, LayerVerdict], findings: Mapping[str, str]) -> Corner:
    wrong = [n for n, v in verdicts.items() if v is LayerVerdict.FAIL]
    if wrong:
        return Corner(name, LayerVerdict.FAIL, f"the gradient of {_listed(wrong)} is wrong")
    for code in ("L103", "L202"):
        if code in findings:
            return Corner(name, LayerVerdict.FAIL, findings[code])
    if "L104" in findings:  # a mask shares a tie out as people mean it to, if not as a derivative may
        return Corner(name, LayerVerdict.ERROR, f"only at an exact tie or zero: {findings['L104']}")
    if any(v is LayerVerdict.UNRESOLVED for v in verdicts.values()):
        return Corner(name, LayerVerdict.UNRESOLVED, "the differences are too noisy to tell")
    return Corner(name, LayerVerdict.PASS)


def _listed(names: list[Any]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
