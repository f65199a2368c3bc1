"""An optimizer that changes nothing and remembers which gradients it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from gradcheck.layers.target import Array


class SpyOptimizer:
    """Takes the place of any optimizer: every method may be called, copies are the spy itself.

    A call with weights gives them back unchanged; a call with a gradient alone gives zeros,
    so that a layer which adds or subtracts them stays as it is.

    >>> spy = SpyOptimizer()
    >>> w, g = np.ones(2), np.array([3.0, 4.0])
    >>> spy.update(w, g) is w, spy.gradients({"w": w})
    (True, {'w': array([3., 4.])})
    """

    is_spy: ClassVar[bool] = True
    lr = learning_rate = alpha = eta = 1.0
    momentum = weight_decay = decay = 0.0

    def __init__(self) -> None:
        self.seen: list[list[Array]] = []
        self.weights: list[Array] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._watch

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._watch(*given, **named)

    def __copy__(self) -> SpyOptimizer:
        return self

    def __deepcopy__(self, memo: object) -> SpyOptimizer:
        return self

    def start(self, weights: list[Array]) -> None:
        """Forget what was seen; ``weights`` are the arrays that may be handed over to be updated."""
        self.seen.clear()
        self.weights = weights

    def gradients(self, parameters: Mapping[str, Array]) -> dict[str, Array]:
        """The gradient that came along with each array, or the only one of its shape that came alone."""
        found: dict[str, Array] = {}
        for arrays in self.seen:
            for name, weights in parameters.items():
                rest = [a for a in arrays if a is not weights]
                if len(rest) < len(arrays) and rest and name not in found:
                    found[name] = rest[0]
        alone = [arrays[0] for arrays in self.seen if len(arrays) == 1 and not self._is_weights(arrays[0])]
        for name, weights in parameters.items():
            fits = [a for a in alone if np.shape(a) == np.shape(weights)]
            if name not in found and len(fits) == 1:
                found[name] = fits[0]
        return found

    def _watch(self, *given: Any, **named: Any) -> Any:
        values = [*given, *named.values()]
        series = [_series(v) for v in values if isinstance(v, dict | list | tuple)]
        if len(series) >= 2 and len(series[0]) == len(series[1]):
            self.seen += [list(pair) for pair in zip(series[0], series[1], strict=True)]
            return values[0]
        arrays = [v for v in values if isinstance(v, np.ndarray | np.floating)]
        if not arrays:
            return None
        self.seen.append([np.asarray(a) if not isinstance(a, np.ndarray) else a for a in arrays])
        kept = [a for a in arrays if self._is_weights(a)]
        if len(arrays) == 1 and not kept:
            return np.zeros_like(arrays[0])
        return (kept or arrays)[0]

    def _is_weights(self, array: Any) -> bool:
        return any(array is w for w in self.weights)


def _series(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)
