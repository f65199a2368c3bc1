"""Calling a method that returns a loss together with its gradients, as ``loss(X, y) -> loss, grads``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_outputs import Evaluated
from gradcheck.layers.adapters.signatures import called
from gradcheck.layers.errors import BadOutput
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import Array


@dataclass(frozen=True)
class OwnGradients:
    """One method that returns a loss and its gradients."""

    pair: MethodPair

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the gradients in the return statement."""
        return returned_names(self.pair.function(self.pair.forward))[1:]

    @property
    def gives_rate(self) -> bool:
        """There is nothing to give."""
        return False

    def forward(self, instance: Any, inputs: Mapping[str, Any]) -> Evaluated:
        """Run the method. Raises BadOutput if it returns no gradients."""
        result = called("forward", getattr(instance, self.pair.forward), inputs)
        if not isinstance(result, tuple) or len(result) < 2:
            raise BadOutput(f"{self.pair.forward} returned no gradients beside the loss for these inputs")
        return Evaluated(inputs, result, result[:1])

    def backward(self, instance: Any, evaluated: Evaluated, upstream: tuple[Array, ...]) -> Any:
        """The gradients that were returned."""
        return evaluated.result[1] if len(evaluated.result) == 2 else evaluated.result[1:]

    def finish(self, instance: Any) -> bool:
        """There is nothing more to call."""
        return False
