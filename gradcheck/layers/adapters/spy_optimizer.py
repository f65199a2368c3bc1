"""An optimizer that moves the weights by their gradients and remembers which gradients it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from gradcheck.layers.adapters.optimizer_calls import is_discarded, moved, moved_entries, stepped
from gradcheck.layers.target import Array


class SpyOptimizer:
    """Takes the place of any optimizer: every method may be called, copies are the spy itself.

    A call with weights gives new ones, a step further on; if nobody looks at the result, it changes
    them in place, as an optimizer that is called like this would. A call with a gradient alone gives
    the step. A layer that uses its weights after their update is wrong with the spy as well.

    >>> spy = SpyOptimizer()
    >>> w, g = np.ones(2), np.array([3.0, 4.0])
    >>> spy.start([w])
    >>> spy.update(w, g), spy.gradients({"w": w})
    (array([-2., -3.]), {'w': array([3., 4.])})
    """

    is_spy: ClassVar[bool] = True
    lr = learning_rate = alpha = eta = 1.0
    momentum = weight_decay = decay = 0.0

    def __init__(self) -> None:
        self.seen: list[list[Any]] = []
        self.weights: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._watch([*given, *named.values()], is_discarded())

    def __copy__(self) -> SpyOptimizer:
        return self

    def __deepcopy__(self, memo: object) -> SpyOptimizer:
        return self

    def start(self, weights: list[Any]) -> None:
        """Forget what was seen; ``weights`` are the arrays that may be handed over to be updated."""
        self.seen.clear()
        self.weights = weights

    def lone_gradients(self) -> list[Any]:
        """The gradients that came without weights."""
        return [arrays[0] for arrays in self.seen if len(arrays) == 1 and not self._is_weights(arrays[0])]

    def gradients(self, parameters: Mapping[str, Array]) -> dict[str, Array]:
        """The gradient that came along with each array, or the only one of its shape that came alone."""
        found: dict[str, Array] = {}
        for arrays in self.seen:
            for name, weights in parameters.items():
                rest = [a for a in arrays if a is not weights]
                if len(rest) < len(arrays) and rest and name not in found:
                    found[name] = rest[0]
        alone = self.lone_gradients()
        for name, weights in parameters.items():
            fits = [a for a in alone if np.shape(a) == np.shape(weights)]
            if name not in found and len(fits) == 1:
                found[name] = fits[0]
        return found

    def _watch(self, values: list[Any], in_place: bool) -> Any:
        series = [v for v in values if isinstance(v, dict | list | tuple)]
        if len(series) >= 2 and len(series[0]) == len(series[1]):
            return self._watch_series(series[0], series[1], in_place)
        arrays = [v for v in values if isinstance(v, np.ndarray | np.floating)]
        if not arrays:
            return None
        self.seen.append(arrays)
        kept = [a for a in arrays if self._is_weights(a)]
        if kept:
            return moved(kept[0], [a for a in arrays if a is not kept[0]], in_place)
        return np.array(arrays[0]) if len(arrays) == 1 else arrays[0]

    def _watch_series(self, first: Any, second: Any, in_place: bool) -> Any:
        """Weights and their gradients, one by one, whichever comes first."""
        pairs = list(zip(_entries(first), _entries(second), strict=True))
        self.seen += [list(pair) for pair in pairs]
        is_second = any(self._is_weights(b) for _, b in pairs)
        steps = [stepped(b, a) if is_second else stepped(a, b) for a, b in pairs]
        return moved_entries(second if is_second else first, steps, in_place)

    def _is_weights(self, array: Any) -> bool:
        return any(array is w for w in self.weights)


def _entries(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)
