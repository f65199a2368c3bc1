"""A layer that no convention fits, put together by hand: ``gradcheck.Layer``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Layer:
    """What gradcheck needs of a layer that it does not recognise.

    ``forward(x, …)`` returns the output y, or ``(y, cache)`` if the backward asks for a cache.
    ``backward(dout, …)`` returns the gradients of the forward's inputs, dL/dx for dL/dy = dout; what it
    is given is read off its parameters' names: the upstream gradient, the cache, an input, the output.
    ``parameters`` are arrays that live in the layer: they are perturbed where they are (written in
    place) and restored. ``gradients()`` returns the gradients of the parameters after a
    backward, by the same names.

    >>> import numpy as np
    >>> w = np.ones(3)
    >>> dot = Layer(
    ...     forward=lambda x: x * w,
    ...     backward=lambda dout: dout * w,
    ...     name="scale",
    ... )
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    gradients: Callable[[], Mapping[str, Any]] | None = None
    name: str = "layer"
