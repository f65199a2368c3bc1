"""A layer as every checker is given it: a NumPy forward, its backward, and the point to check at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Forward = Callable[..., tuple[Any, Any]]
Backward = Callable[[Any, Any], Any]


@dataclass(slots=True)
class Tally:
    """How often a forward was evaluated."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """``forward(**arguments, **constants) -> y, cache`` and ``backward(dy, cache)``.

    The backward gives one gradient per argument, in their order. ``smooth`` says whether the
    forward has no kinks.
    """

    name: str
    forward: Forward
    backward: Backward
    arguments: Mapping[str, Array]
    constants: Mapping[str, Any] = field(default_factory=dict)
    smooth: bool = True

    def run(self, *values: Array) -> tuple[Any, Any]:
        """The output and the cache at these values of the arguments."""
        return self.forward(**dict(zip(self.arguments, values, strict=True)), **self.constants)

    def pull(self, upstream: Any, cache: Any) -> tuple[Any, ...]:
        """The gradients of the arguments, in their order."""
        returned = self.backward(upstream, cache)
        return returned if isinstance(returned, tuple) else (returned,)

    def counted(self) -> tuple[Pair, Tally]:
        """The same pair, and the tally that its forward keeps."""
        tally, forward = Tally(), self.forward

        @wraps(forward)
        def counting(*given: Any, **named: Any) -> tuple[Any, Any]:
            tally.count += 1
            return forward(*given, **named)

        return replace(self, forward=counting), tally
