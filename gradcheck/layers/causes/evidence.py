"""What a hypothesis about a wrong gradient may look at: gradients, due and given, at two points; arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.target import Array

_FINEST = 1e-6
_ROUNDING = 1e-12
_SHARE = 1e-2
_TINY = 1e-200


@dataclass(frozen=True, slots=True)
class Slopes:
    """due and given of an elementwise layer, one number an element, with how far due may be off."""

    due: Array
    given: Array
    error: Array


@dataclass(frozen=True)
class View:
    """The gradient of one argument at one point, for several upstream gradients.

    ``due`` are the differences and ``given`` what the backward gives: a row for each element of the
    argument and a column for each upstream. If ``whole`` these are the unit vectors, so that the columns
    are outputs, and otherwise the columns of ``upstreams``. ``error`` is how far ``due`` may be off, NaN
    where it is unknown.
    """

    name: str
    shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    point: Mapping[str, Array]
    output: Array
    due: Array
    given: Array
    error: Array
    upstreams: Array
    whole: bool
    bench: Bench

    @cached_property
    def known(self) -> Array:
        """Where the differences can be trusted."""
        return np.isfinite(self.error) & np.isfinite(self.given)

    @cached_property
    def tolerance(self) -> Array:
        """How far a right gradient may be from ``due``."""
        size = np.abs(self.due)
        rounding = _ROUNDING * (size + _SHARE * size.max(initial=0.0)) + _TINY
        tolerance: Array = np.where(self.known, self.error, np.inf) + rounding
        return tolerance

    @cached_property
    def residual(self) -> Array:
        """given − due, 0 where it is not known."""
        return np.where(self.known, self.given - self.due, 0.0)

    @cached_property
    def wrong(self) -> Array:
        """Which entries are wrong."""
        return np.abs(self.residual) > self.tolerance

    @cached_property
    def felt(self) -> Array:
        """Which entries of ``due`` are clearly not zero."""
        return self.known & (np.abs(self.due) > 1e3 * self.tolerance)

    @cached_property
    def value(self) -> Array:
        """The argument, flattened."""
        return np.asarray(self.point[self.name], dtype=np.float64).ravel()

    @property
    def columns(self) -> int:
        """How many upstream gradients there are."""
        return int(self.due.shape[1])

    @cached_property
    def slopes(self) -> Slopes | None:
        """dy_i/dx_i, due and given, if every output depends on its own element only; else None."""
        if self.output.size != self.value.size or self.columns < 2:
            return None
        own = self.upstreams
        felt = np.abs(own) > 0
        safe = np.where(felt, own, 1.0)
        due, given = (np.where(felt, a / safe, 0.0) for a in (self.due, self.given))
        error = np.where(felt, self.tolerance / np.abs(safe), np.inf)
        best = np.argmin(error, axis=1)
        rows = np.arange(len(best))
        found = Slopes(due[rows, best], given[rows, best], error[rows, best])
        right = np.abs(found.due[:, None] * own - self.due) <= 3 * self.tolerance
        same = np.abs(found.given[:, None] * own - self.given) <= 1e-9 * np.abs(self.given) + 1e-300
        return found if bool(right[self.known].all()) and bool(same[self.known].all()) else None

    def agrees(self, candidate: Array, factor: float | Array = 1.0) -> bool:
        """Whether an array is what is due; ``factor`` is how much a repair has magnified the error."""
        allowed = np.maximum(1.0, np.abs(factor)) * self.tolerance
        return bool(
            (
                np.abs(candidate - self.due)[self.known]
                <= np.broadcast_to(allowed, self.due.shape)[self.known]
            ).all()
        )

    def gives(self, candidate: Array, factor: float | Array = 1.0) -> bool:
        """Whether an array, made from what is due, is what the backward gives."""
        allowed = np.maximum(1e-3, np.abs(factor)) * self.tolerance + 1e-12 * np.abs(self.given)
        near = np.abs(candidate - self.given) <= allowed
        return bool(near[self.known].all())

    def shaped(self, array: Array) -> Array:
        """Rows as the axes of the argument, columns last."""
        return array.reshape(*self.shape, -1)

    def full(self, array: Array) -> Array:
        """Rows as the axes of the argument, columns as those of the output; only if ``whole``."""
        return array.reshape(*self.shape, *self.out_shape)

    @cached_property
    def is_fine(self) -> bool:
        """Whether the differences are exact enough to tell one cause from another."""
        size = float(np.sqrt(np.mean(self.due**2))) or float(np.sqrt(np.mean(self.given**2)))
        return bool(self.known.mean() > 0.7) and float(np.median(self.tolerance)) <= _FINEST * size


@dataclass(frozen=True)
class Evidence:
    """The views of one argument, the first at the point that was checked.

    If ``projected`` their rows are random directions in the argument, for it has too many elements.
    """

    views: tuple[View, ...]
    projected: bool = False

    @property
    def first(self) -> View:
        """The view at the point that was checked."""
        return self.views[0]

    @property
    def name(self) -> str:
        """The argument."""
        return self.first.name

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.first.shape

    @cached_property
    def output_name(self) -> str:
        """What the output is called in a formula."""
        return "y" if "y" not in self.first.point else "output"
