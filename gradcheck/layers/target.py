"""A layer, whatever its convention, as the checker sees it.

An adapter first *recognises* a subject, which tells what inputs it needs, and then
*binds* it to values, which gives a ``Target``: a function of named float arrays whose
every evaluation can be pulled back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

Array = NDArray[Any]
Point = Mapping[str, Array]
"""A value for each differentiable argument, by name."""


class Missing:
    """The type of ``MISSING``."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()
"""Stands for the default of a parameter that has none."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input that a layer asks for. ``group`` tells the constructor's from the forward's own."""

    name: str
    default: object = MISSING
    annotation: object = None
    group: str = "forward"


@dataclass(frozen=True, slots=True)
class Call:
    """One evaluation of the forward.

    ``outputs`` are the differentiable outputs as the layer returned them. ``backward``
    takes one upstream gradient per output and gives the gradients by argument; an
    argument that is absent has no gradient, one that is None was left out by the layer.
    A backward is only valid until the next evaluation of the same target. It raises
    LayerRaised or BadGradient.
    """

    outputs: tuple[Any, ...]
    backward: Callable[[tuple[Array, ...]], Mapping[str, Any]]


def nothing_said() -> str:
    """What a layer says whose gradients need no telling apart."""
    return ""


def nothing_kept() -> Mapping[str, Array]:
    """The state of a layer that keeps none."""
    return {}


@dataclass(frozen=True, slots=True)
class Target:
    """A layer bound to its inputs: y = evaluate(point).outputs, dL/dx = evaluate(point).backward(dL/dy).

    ``point`` holds the arguments that may be differentiated, as float arrays, in the order
    in which they are reported. ``evaluate`` never changes what it is given and raises
    LayerRaised. ``fixed`` names the inputs that are held fixed. ``upstream`` is False for a loss
    that computes its own gradient: its upstream is 1. ``state`` gives the arrays that the
    layer keeps between calls, such as running statistics, not copied. ``accumulating`` names the arguments
    whose gradient each backward adds to; ``assigned`` tells how the latest gradients were told
    apart. ``convention`` says in one line what was recognised.
    """

    name: str
    convention: str
    point: dict[str, Array]
    evaluate: Callable[[Point], Call]
    fixed: tuple[str, ...] = ()
    upstream: bool = True
    state: Callable[[], Mapping[str, Array]] = nothing_kept
    notes: tuple[str, ...] = ()
    accumulating: tuple[str, ...] = ()
    assigned: Callable[[], str] = nothing_said


class Subject(Protocol):
    """A recognised layer that still lacks its inputs."""

    @property
    def convention(self) -> str:
        """One line: what was recognised."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The inputs that ``bind`` wants, in order; those with a default may be left out."""
        ...

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The target at these inputs; ``fixed`` names are not differentiated.

        Float arrays are differentiable unless fixed; everything else is held fixed.
        Raises LayerRaised if the layer cannot be constructed.
        """
        ...
