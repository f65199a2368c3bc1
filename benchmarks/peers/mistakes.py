"""The planted mistakes: each is one change to a right layer's backward, made in one layer or several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.peers.pair import Backward, Pair

Change = Callable[[Backward], Backward]
Values = Callable[[Any], Any]

_ALL = (
    "batchnorm 64×32",
    "layernorm 32×16",
    "softmax 32×16",
    "softmax cross-entropy 64×10",
    "affine 16×20×12",
    "relu 32×32",
    "gelu 16×16",
    "conv2d 2×3×6×6, 4 kernels 3×3",
)
_LINEAR = ("batchnorm 64×32", "softmax 32×16", "affine 16×20×12")
_TINY = ("affine 16×20×12 times 1e-6",)
_LARGE = ("affine 4×100×100",)
_LOSS = ("batchnorm 64×32 and mean square",)
_BATCH, _LAYER = _ALL[:1], _ALL[1:2]
_KINK = ("relu 32×32, a tenth at 0",)
_WRONG = (37, 61)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, how a right backward is changed for it, and in which layers."""

    name: str
    change: Change
    layers: tuple[str, ...]

    def planted(self, right: Pair) -> Pair:
        """The right pair, made wrong."""
        return replace(right, backward=self.change(right.backward))


def _gradient(values: Values) -> Change:
    """Change the gradient of the first argument, x; the others stay right."""

    def change(right: Backward) -> Backward:
        def backward(dout: Any, cache: Any) -> Any:
            returned = right(dout, cache)
            if not isinstance(returned, tuple):
                return values(returned)
            first, *others = returned
            return values(first), *others

        return backward

    return change


def _upstream(values: Values) -> Change:
    """Use something else for the upstream gradient."""

    def change(right: Backward) -> Backward:
        def backward(dout: Any, cache: Any) -> Any:
            return right(values(dout), cache)

        return backward

    return change


def _one_weight(right: Backward) -> Backward:
    def backward(dout: Any, cache: Any) -> Any:
        dx, dw, db = right(dout, cache)
        dw[_WRONG] *= 1.001
        return dx, dw, db

    return backward


def _off_by_one(right: Backward) -> Backward:
    """The variance path of batch norm divided by m − 1, where the forward divides by m."""

    def backward(dout: Any, cache: Any) -> Any:
        dx, dgamma, dbeta = right(dout, cache)
        (x_hat, gamma, inverse_std), m = cache, len(dout)
        return dx - gamma * inverse_std * x_hat * dgamma * (1 / (m - 1) - 1 / m), dgamma, dbeta

    return backward


def _off_by_one_in_loss(right: Backward) -> Backward:
    def backward(dout: Any, cache: Any) -> Any:
        inner, difference = cache
        dy = 2 * dout * difference / difference.size
        return _off_by_one(lambda _, kept: right(dout, (kept, difference)))(dy, inner)

    return backward


def _unsummed(right: Backward) -> Backward:
    """dγ for every row, not summed over them."""

    def backward(dout: Any, cache: Any) -> Any:
        dx, _, dbeta = right(dout, cache)
        return dx, dout * cache[0], dbeta

    return backward


def _without_mean(right: Backward) -> Backward:
    """Layer norm without the path through the mean."""

    def backward(dout: Any, cache: Any) -> Any:
        dx, dgamma, dbeta = right(dout, cache)
        _, gamma, inverse_std = cache
        return dx + inverse_std * (gamma * dout).mean(axis=-1, keepdims=True), dgamma, dbeta

    return backward


def _doubled_at_zero(right: Backward) -> Backward:
    """A slope of 2 where a ReLU's input is exactly 0; the one-sided slopes are 0 and 1."""

    def backward(dout: Any, cache: Any) -> Any:
        return right(dout, cache) + 2.0 * dout * (cache == 0)

    return backward


MISTAKES = (
    Mistake("zero gradient", _gradient(np.zeros_like), _ALL),
    Mistake("zero gradient, |J| near 1e-6", _gradient(np.zeros_like), _TINY),
    Mistake("sign flipped", _gradient(np.negative), _ALL),
    Mistake("factor 2", _gradient(lambda g: 2 * g), _ALL),
    Mistake("uniform relative error 5e-4", _gradient(lambda g: (1 + 5e-4) * g), _ALL),
    Mistake("uniform relative error 1e-6", _gradient(lambda g: (1 + 1e-6) * g), _ALL),
    Mistake("one element of 10⁴ off by 1e-3", _one_weight, _LARGE),
    Mistake("m − 1 for m", _off_by_one, _BATCH),
    Mistake("m − 1 for m, under a mean", _off_by_one_in_loss, _LOSS),
    Mistake("dγ not summed", _unsummed, (*_BATCH, *_LAYER)),
    Mistake("mean path missing", _without_mean, _LAYER),
    Mistake("|dy| for dy", _upstream(np.abs), _LINEAR),
    Mistake("max(dy, 0) for dy", _upstream(lambda dy: np.maximum(dy, 0)), _LINEAR),
    Mistake("dy² for dy", _upstream(np.square), _LINEAR),
    Mistake("slope 2 at a ReLU's kink", _doubled_at_zero, _KINK),
)
