"""Where a target is evaluated: calls are counted, outputs copied at once, arguments watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.layers.errors import BadGradient, BadOutput
from gradcheck.layers.gradients import Gradients, gather, precision
from gradcheck.layers.outputs import flatten, split, validated
from gradcheck.layers.products import dot
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array, Call, Point, Target

_SINGLE = 2.0**-23


@dataclass(slots=True)
class Centre:
    """The forward at the point itself, whose backward can be asked until the next evaluation.

    ``given`` are the arrays that the layer was given, ``flat`` its outputs as one vector.
    """

    call: Call
    given: dict[str, Array]
    outputs: tuple[Array, ...]
    flat: Array
    eps: float


@dataclass(slots=True)
class Bench:
    """One target at one point, with a count of what was asked of it.

    ``noise`` is the relative noise of its forward, where more than rounding was measured. ``written``
    tells what the layer wrote into although it was only given it to read, and in which phase;
    ``aliased`` which arguments its outputs share memory with; ``coarse`` whether its outputs
    are of lower precision than its arguments.
    """

    target: Target
    point: dict[str, Array]
    forwards: int = 0
    backwards: int = 0
    noise: float = 0.0
    written: dict[str, str] = field(default_factory=dict)
    aliased: tuple[str, ...] = ()
    coarse: bool = False

    def centre(self) -> Centre:
        """Evaluate at the point. Raises LayerRaised and BadOutput."""
        given = {name: value.copy() for name, value in self.point.items()}
        self.forwards += 1
        call = self.target.evaluate(given)
        validated(call.outputs)
        outputs = tuple(np.asarray(o) for o in call.outputs)
        flat = flatten(outputs)
        if not flat.size:
            raise BadOutput("the forward returned an empty array; give it inputs that are not empty (--arg)")
        self.watch(given, "forward")
        if self.forwards == 1:
            self.aliased = tuple(
                n for n, v in given.items() if any(np.may_share_memory(v, o) for o in outputs)
            )
        eps = max(precision(o.dtype) for o in outputs)
        if eps < _SINGLE and _is_single(flat) and not all(_is_single(v.ravel()) for v in given.values()):
            eps = _SINGLE
        self.coarse = eps > max((precision(v.dtype) for v in given.values()), default=eps)
        return Centre(call, given, outputs, flat, max(eps, self.noise))

    def pull(self, centre: Centre, upstream: Array) -> Gradients:
        """The gradients at the point for a flat upstream gradient. Raises LayerRaised and BadGradient."""
        shapes = [o.shape for o in centre.outputs]
        dtypes = [o.dtype for o in centre.outputs]
        parts = split(upstream, shapes, dtypes)
        self.backwards += 1
        returned = centre.call.backward(parts)
        if not isinstance(returned, Mapping):
            raise BadGradient(
                f"the backward gives a {type(returned).__name__} instead of gradients by argument"
            )
        gradients = gather(returned, self.point)
        if self.backwards == 1 and not _is_intact(parts, upstream, shapes, dtypes):
            self.written.setdefault("the upstream gradient", "backward")
        return gradients

    def watch(self, given: Point, phase: str) -> None:
        """Note which of the given arguments the layer has written into."""
        for name, value in given.items():
            if not same(value, self.point[name]):
                self.written.setdefault(name, phase)

    def line(self, centre: Centre, steps: Mapping[str, Array], h: float) -> tuple[Stencil, Call]:
        """The five evaluations along ``steps``, the centre's own used again, and the call at x + hδ.

        Raises LayerRaised, and BadOutput if the outputs do not keep their size.
        """
        half_minus, half_plus, minus = (self.outputs(steps, t) for t in (-h / 2, h / 2, -h))
        last = self.moved(steps, h)
        plus = flatten(last.outputs)
        if any(f.size != centre.flat.size for f in (half_minus, half_plus, minus, plus)):
            raise BadOutput(
                "the shape of the output depends on the values of the inputs; it has to stay the same"
            )
        return Stencil(h, centre.flat, plus, minus, half_plus, half_minus, centre.eps), last

    def outputs(self, steps: Mapping[str, Array], t: float) -> Array:
        """The outputs at x + tδ, flattened. Raises LayerRaised."""
        return flatten(self.moved(steps, t).outputs)

    def moved(self, steps: Mapping[str, Array], t: float) -> Call:
        """Evaluate at x + tδ; arguments that ``steps`` leaves out stay. Raises LayerRaised."""
        self.forwards += 1
        return self.target.evaluate(shifted(self.point, steps, t))


def _is_intact(
    parts: Sequence[Array], upstream: Array, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[Any]
) -> bool:
    """Whether the upstream gradients still are what the layer was given."""
    if len(parts) == 1 and parts[0].dtype == upstream.dtype:
        return bool((parts[0].ravel() == upstream).all())
    return all(map(same, parts, split(upstream, shapes, dtypes)))


def same(first: Array, second: Array) -> bool:
    """Whether two arrays hold the same numbers; NaN is the same as NaN.

    >>> same(np.array([1.0, np.nan]), np.array([1.0, np.nan])), same(np.zeros(2), np.ones(2))
    (True, False)
    """
    if first.shape != second.shape:
        return False
    equal = first == second
    return bool(equal.all()) or bool((equal | ((first != first) & (second != second))).all())


def _is_single(flat: Array) -> bool:
    """Whether float64 outputs hold nothing but float32 numbers, whole numbers apart."""
    return (
        flat[0] == np.float32(flat[0])
        and same(flat, flat.astype(np.float32))
        and not same(flat, np.rint(flat))
    )


def shifted(point: Point, steps: Mapping[str, Array], t: float) -> dict[str, Array]:
    """x + tδ in the dtype of x, as new arrays, those without axes as well.

    >>> shifted({"x": np.array(1.0)}, {"x": np.array(2.0)}, 0.5)
    {'x': array(2.)}
    """
    return {
        name: np.asanyarray(value + t * steps[name], value.dtype) if name in steps else value.copy()
        for name, value in point.items()
    }


def contract(gradients: Mapping[str, Array], steps: Mapping[str, Array]) -> float:
    """Σ g·δ over the arguments that both name; the gradients are flat."""
    return float(sum(dot(g, steps[name].ravel()) for name, g in gradients.items() if name in steps))
