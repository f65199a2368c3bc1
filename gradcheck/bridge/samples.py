"""A layer evaluated at inputs of its own choosing: the arrays, the output, the gradients for any upstream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.errors import LayerError
from gradcheck.layers.job import Job
from gradcheck.layers.sampling.shrinking import resized, sizes_of
from gradcheck.layers.target import Array, Target

_LENGTHS = ((7, 5, 11, 9, 13, 15), (6, 10, 8, 4, 12, 14))
"""Sizes at two points by which a size, one less, and small numbers are not mistaken for each other."""
_LARGEST = 3000
"""The most elements that an output or an argument may have to be searched at."""


@dataclass(eq=False)
class Sample:
    """One point: ``arrays`` by name, a gradient given of those in ``required``, ``numbers`` the scalars."""

    target: Target
    arrays: dict[str, Array]
    required: tuple[str, ...]
    numbers: dict[str, float]
    output: Array
    upstream: Array
    _pulled: dict[bytes, dict[str, Array]] = field(default_factory=dict)

    def gradients(self, upstream: Array) -> dict[str, Array]:
        """The layer's own gradients, in the shapes of the arguments. Raises LayerError."""
        key = upstream.tobytes()
        if key not in self._pulled:
            bench = Bench(self.target, dict(self.target.point))
            found = bench.pull(bench.centre(), upstream.ravel())
            self._pulled[key] = {
                n: g.reshape(self.arrays[n].shape)
                for n, g in found.values.items()
                if g.size == self.arrays[n].size
            }
        return self._pulled[key]


def samples(job: Job) -> list[Sample]:
    """Two points of a layer at sizes that differ, or of the same sizes where it takes no others."""
    return [s for s, _ in zip(_tried(job), range(2), strict=False)]


def _tried(job: Job) -> Iterator[Sample]:
    """The layer at ever other inputs, as far as it can be evaluated there."""
    for seed, others in ((1, _other_sizes(job, 0)), (2, _other_sizes(job, 1)), (3, None), (4, None)):
        try:
            choice = resized(job.choice, others) if others is not None else job.choice
            settings = replace(job.settings, seed=job.settings.seed + 1_000_003 * seed)
            sample = _sample(replace(job, choice=choice, settings=settings))
        except (LayerError, ValueError, TypeError, KeyError, IndexError, ArithmeticError):
            continue
        if sample is not None:
            yield sample


def _other_sizes(job: Job, point: int) -> dict[int, int]:
    return dict(zip(sorted(sizes_of(job.choice)), _LENGTHS[point], strict=False))


def _sample(job: Job) -> Sample | None:
    target = job.target()
    bench = Bench(target, {n: v.copy() for n, v in target.point.items()})
    with np.errstate(all="ignore"):
        centre = bench.centre()
    if len(centre.outputs) != 1 or centre.eps > 1e-12:
        return None
    output = np.array(centre.outputs[0], dtype=np.float64)
    values = {**_defaults(job), **job.values()}
    arrays = {n: np.asarray(v, dtype=np.float64) for n, v in target.point.items()}
    for name, value in values.items():
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and name not in arrays:
            arrays[name] = value.astype(np.float64)
            if value.dtype.kind in "iu":
                arrays |= _one_hot(name, value, target)
    if max(output.size, *(a.size for a in arrays.values())) > _LARGEST:
        return None
    rng = np.random.default_rng([job.settings.seed, 71])
    upstream = rng.uniform(0.5, 1.5, output.shape) * rng.choice([-1.0, 1.0], output.shape)
    sample = Sample(target, arrays, (), _numbers(values), output, np.asarray(upstream))
    return replace(sample, required=tuple(sample.gradients(sample.upstream)))


def _one_hot(name: str, labels: Array, target: Target) -> dict[str, Array]:
    """Labels as rows of zeros with a single one, as long as the rows of the differentiated arrays."""
    found: dict[str, Array] = {}
    for argument, classes in ((n, v.shape[-1]) for n, v in target.point.items() if v.ndim):
        if labels.size and labels.min() >= 0 and labels.max() < classes:
            found[f"one-hot {name} (as long as {argument})"] = np.eye(classes)[labels]
    return found


def _defaults(job: Job) -> Mapping[str, Any]:
    return {p.name: p.default for p in job.subject.parameters}


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """The scalars among the inputs, and those one level inside a dictionary of options."""
    found: dict[str, float] = {}
    for name, value in values.items():
        inner = value.items() if isinstance(value, Mapping) else [(name, value)]
        for key, number in inner:
            if isinstance(number, int | float) and not isinstance(number, bool):
                found[str(key)] = float(number)
    return found
