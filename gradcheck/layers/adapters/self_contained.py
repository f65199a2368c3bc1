"""One function that gives the output and its gradient at once.

Either a loss, ``f(x, y) -> (loss, dx)``, or a closure, ``f(x) -> (y, backprop)``, where
``backprop(dy)`` gives the gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.layers.adapters.arguments import Arguments
from gradcheck.layers.adapters.calling import Assigner, Caller, name_of, parameters_of
from gradcheck.layers.adapters.results import differentiable, like
from gradcheck.layers.errors import CannotRecognise, LayerRaised
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import Array, Call, Parameter, Point, Target


@dataclass(frozen=True)
class SelfContained:
    """A function that brings its own gradient."""

    name: str
    function: Callable[..., Any]

    @property
    def convention(self) -> str:
        """What the function is taken for; which of the two it is shows when it is called."""
        returned = ", ".join(n or "…" for n in returned_names(self.function))
        shown = f" -> {returned}" if returned else ""
        return f"function {name_of(self.function)}{shown} that gives its own gradient"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the function."""
        return parameters_of(self.function)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The function at these inputs."""
        names = returned_names(self.function)
        arguments = Arguments(values, fixed, names)
        forward = Caller("forward", self.function)
        loss = Assigner(arguments.shapes, names[1:], self.name, tuple(values))
        closures: dict[Any, Assigner] = {}

        def evaluate(at: Point) -> Call:
            output, rest = self._parted(forward(arguments.given(at)))
            if not callable(rest):
                return Call((output,), lambda v: arguments.by_path(_scaled(loss(rest), v[0])))
            code = getattr(rest, "__code__", None)
            if code not in closures:
                closures[code] = Assigner(arguments.shapes, returned_names(rest), self.name, tuple(values))
            return Call(
                differentiable(output),
                lambda v: arguments.by_path(closures[code](_pulled(rest, like(output, v)))),
            )

        copies = {n: v.copy() for n, v in arguments.point.items()}
        closure = self._is_closure(lambda: self._parted(forward(arguments.given(copies)))[1])
        point, held = arguments.point, arguments.held
        bare = Target(self.name, self.convention, point, evaluate, held, upstream=closure)
        return replace(bare, assigned=lambda: next(iter(closures.values()), loss).how)

    def _parted(self, result: Any) -> tuple[Any, Any]:
        """The output, and either the function that pulls back or the gradients."""
        if not isinstance(result, tuple) or len(result) < 2:
            raise CannotRecognise(
                f"no backward was found for {self.name}: it returns no gradient, and its module has no "
                f"function that is called like its backward ({self.name}_backward, say); name one "
                "with --backward"
            )
        if callable(result[-1]):
            head = result[:-1]
            return (head[0] if len(head) == 1 else head), result[-1]
        if np.ndim(result[0]) != 0:
            raise CannotRecognise(
                f"no backward was found for {self.name}: it returns {len(result)} values, the first of "
                "which is no scalar loss and the last no function; name its backward with --backward"
            )
        return result[0], result[1] if len(result) == 2 else tuple(result[1:])

    def _is_closure(self, second: Callable[[], Any]) -> bool:
        """Whether the last thing returned is a function: its source tells, or, if not, one evaluation."""
        code = getattr(self.function, "__code__", None)
        inner = {c.co_name for c in getattr(code, "co_consts", ()) if hasattr(c, "co_name")}
        last = returned_names(self.function)[-1:]
        if last and last[0]:
            return last[0] in inner
        return callable(second())


def _pulled(pullback: Callable[..., Any], upstream: Any) -> Any:
    try:
        return pullback(upstream)
    except Exception as error:
        raise LayerRaised("backward", error) from error


def _scaled(gradients: Mapping[str, Any], upstream: Array) -> Mapping[str, Any]:
    """The gradients of a loss, times the upstream, which is 1."""
    return gradients if float(upstream) == 1.0 else {n: g * upstream for n, g in gradients.items()}
