"""Layers fed by attributes: set ``layer.X``, call ``forward()``, read ``layer.Y``; then dY and dX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcheck.layers.adapters.attribute_feeds import Feeds, feeds_of
from gradcheck.layers.adapters.class_building import Builder
from gradcheck.layers.adapters.class_methods import MethodPair, methods_of
from gradcheck.layers.adapters.class_notes import accumulating
from gradcheck.layers.adapters.class_outputs import Evaluated
from gradcheck.layers.adapters.class_running import Running
from gradcheck.layers.adapters.class_state import State
from gradcheck.layers.adapters.class_target import target_of
from gradcheck.layers.adapters.random_streams import is_stream
from gradcheck.layers.adapters.signatures import asked, called
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import Array, Parameter, Subject, Target


def recognise(name: str, subject: object) -> Subject | None:
    """The layer, if both methods take no argument and its attributes tell what they are for.

    >>> class Double:
    ...     def __init__(self): self.X = self.Y = self.dX = self.dY = None
    ...     def forward(self): self.Y = 2 * self.X
    ...     def backward(self): self.dX = 2 * self.dY
    >>> recognise("Double", Double).convention
    'class fed by attributes: X, forward(), Y / dY, backward()'
    """
    pair = methods_of(subject)
    feeds = None if pair is None else feeds_of(pair)
    if pair is None or feeds is None:
        return None
    return AttributeFed(name, subject, pair, feeds)


@dataclass(frozen=True)
class AttributeFed:
    """A class whose inputs and upstream gradient are attributes."""

    name: str
    subject: object
    pair: MethodPair
    feeds: Feeds

    @property
    def convention(self) -> str:
        """The attributes in the order in which they are used."""
        inputs = ", ".join(self.feeds.inputs)
        return (
            f"class fed by attributes: {inputs}, {self.pair.forward}(), {self.feeds.output} / "
            f"{self.feeds.upstream}, {self.pair.backward}()"
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The constructor's, and the input attributes."""
        constructor = asked(self.subject, "constructor") if isinstance(self.subject, type) else ()
        own = [Parameter(n) for n in self.feeds.inputs]
        return (*(p for p in constructor if p.name not in self.feeds.inputs and not is_stream(p)), *own)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The layer at these inputs. Raises LayerRaised and CannotSample."""
        missing = [n for n in self.feeds.inputs if n not in values]
        if missing:
            raise CannotSample(f"there is no value for {', '.join(missing)}")
        inputs = {n: values[n] for n in self.feeds.inputs}
        calling = ByAttributes(self.pair, self.feeds)
        builder = Builder(
            self.pair, self.subject, values, inputs, lambda i: calling.forward(i, inputs), SpyOptimizer()
        )
        built = builder.build()
        running = Running(built, calling, State(built.instance, self.pair, built.held), inputs)
        bare = Target(self.name, self.convention, {}, running.evaluate)
        own = {n: v for n, v in values.items() if n not in {p.name for p in self.parameters}}
        return target_of(bare, running, own, fixed, accumulating(self.pair, running.parameter_names))


@dataclass(frozen=True)
class ByAttributes:
    """Methods that find what they need in attributes."""

    pair: MethodPair
    feeds: Feeds

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the return statement of the backward."""
        return returned_names(self.pair.function(self.pair.backward))

    @property
    def gives_rate(self) -> bool:
        """There is nothing to give."""
        return False

    def forward(self, instance: Any, inputs: Mapping[str, Any]) -> Evaluated:
        """Set the inputs, run the forward, read the output."""
        for name, value in inputs.items():
            setattr(instance, name, value)
        result = called("forward", getattr(instance, self.pair.forward), {})
        return Evaluated(inputs, result, (getattr(instance, self.feeds.output, None),))

    def backward(self, instance: Any, evaluated: Evaluated, upstream: tuple[Array, ...]) -> Any:
        """Set the upstream gradient and run the backward."""
        setattr(instance, self.feeds.upstream, upstream[0])
        return called("backward", getattr(instance, self.pair.backward), {})

    def finish(self, instance: Any) -> bool:
        """There is nothing more to call."""
        return False
